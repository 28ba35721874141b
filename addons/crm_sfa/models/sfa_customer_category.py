from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SfaCustomerCategory(models.Model):
    """A kind of customer with fields, a rhythm of contact and limits of its own."""

    _name = "sfa.customer.category"
    _description = "Customer Category"
    _parent_store = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    display_name = fields.Char(recursive=True)
    parent_id = fields.Many2one(
        "sfa.customer.category", "Parent Category", ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("sfa.customer.category", "parent_id", "Subcategories")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    # what customers of this category have in common
    partner_properties_definition = fields.PropertiesDefinition("Extra Fields")
    plan_id = fields.Many2one(
        "mail.activity.plan",
        "Activity Plan",
        help="Launched when a customer gets this category.",
    )
    visit_rhythm = fields.Integer(
        "Days between Visits", help="0: no visits are planned by themselves."
    )
    call_rhythm = fields.Integer(
        "Days between Calls", help="0: no calls are planned by themselves."
    )
    silence_limit = fields.Integer(
        "Longest Silence",
        help="Days without contact before a customer needs attention; 0: no limit.",
    )
    discount_limit = fields.Float(
        "Highest Discount (%)", help="Without approval; 0: no limit."
    )

    _rhythm_positive = models.Constraint(
        "CHECK (visit_rhythm >= 0 AND call_rhythm >= 0 AND silence_limit >= 0)",
        "Days between visits and calls and the longest silence cannot be negative.",
    )
    _discount_percent = models.Constraint(
        "CHECK (discount_limit BETWEEN 0 AND 100)",
        "The highest discount is a percentage between 0 and 100.",
    )

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            above = category.parent_id.display_name
            category.display_name = (
                f"{above} / {category.name}" if above else category.name
            )

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "A customer category cannot stand below itself. "
                    "Choose another parent category."
                )
            )
