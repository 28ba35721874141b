from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SfaTerritory(models.Model):
    """A part of the market that a person owns: a region, a product, named accounts."""

    _name = "sfa.territory"
    _description = "Territory"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    complete_name = fields.Char(
        "Full Name", compute="_compute_complete_name", recursive=True, store=True
    )
    parent_id = fields.Many2one(
        "sfa.territory",
        "Parent Territory",
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("sfa.territory", "parent_id", "Sub-Territories")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    dimension = fields.Selection(
        [
            ("geography", "Geography"),
            ("product", "Product"),
            ("account", "Named Accounts"),
        ],
        required=True,
        default="geography",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    user_id = fields.Many2one("res.users", "Manager", check_company=True)
    member_ids = fields.One2many("sfa.territory.member", "territory_id", "Members")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for territory in self:
            above = territory.parent_id.complete_name
            territory.complete_name = (
                f"{above} / {territory.name}" if above else territory.name
            )

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "A territory cannot stand below itself. "
                    "Choose another parent territory."
                )
            )
