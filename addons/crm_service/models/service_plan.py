from odoo import fields, models

from ..tools.entitlement import DAY, MONTH, YEAR, last_day

KINDS = [
    ("warranty", "Warranty"),
    ("maintenance", "Maintenance"),
    ("hours", "Hours of Service"),
    ("visits", "Visits"),
    ("training", "Training"),
]


class ServicePlan(models.Model):
    """What somebody is entitled to who buys a product or has a contract."""

    _name = "service.plan"
    _description = "Service Plan"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    kind = fields.Selection(KINDS, required=True, default="warranty")
    start_on = fields.Selection(
        [
            ("delivery", "Delivery"),
            ("invoice", "Invoice"),
            ("activation", "Activation"),
        ],
        "Begins with",
        required=True,
        default="delivery",
    )
    duration = fields.Integer(
        "Holds for", required=True, default=12, help="0: without an end."
    )
    unit = fields.Selection(
        [(DAY, "Days"), (MONTH, "Months"), (YEAR, "Years")],
        required=True,
        default=MONTH,
    )
    quota = fields.Float(
        help="How many hours, visits or times; 0: as often as it takes."
    )
    note = fields.Text("What It Covers", translate=True)
    product_ids = fields.Many2many(
        "product.template", "service_plan_product_rel", string="Comes with"
    )

    _duration_positive = models.Constraint(
        "CHECK (duration >= 0 AND quota >= 0)",
        "A plan holds for 0 or more and has a quota of 0 or more.",
    )

    def _get_last_day(self, first):
        """Give the last day of a plan that began on a day; ``False`` without an end."""
        self.ensure_one()
        return (first and last_day(first, self.duration, self.unit)) or False
