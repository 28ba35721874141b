from odoo import api, fields, models


class ServiceCategory(models.Model):
    """What a ticket is about, in a tree."""

    _name = "service.category"
    _description = "Ticket Category"
    _parent_name = "parent_id"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    parent_id = fields.Many2one(
        "service.category", "Above", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        "service.team", help="Who answers such tickets, unless somebody says otherwise."
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for category in self:
            above = category.parent_id.complete_name
            category.complete_name = (
                f"{above} / {category.name}" if above else category.name
            )
