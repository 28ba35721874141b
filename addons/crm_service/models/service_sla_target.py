from odoo import fields, models

METRICS = [
    ("first_response", "First Response"),
    ("next_response", "Next Response"),
    ("update", "Update"),
    ("resolution", "Resolution"),
]


class ServiceSlaTarget(models.Model):
    """One promise of a policy: what happens within how many working hours."""

    _name = "service.sla.target"
    _description = "Service Level Target"
    _order = "policy_id, metric"
    _rec_name = "metric"

    policy_id = fields.Many2one(
        "service.sla.policy", required=True, index=True, ondelete="cascade"
    )
    metric = fields.Selection(METRICS, "Promise", required=True)
    hours = fields.Float(
        "Within",
        required=True,
        default=8,
        help="In the time by which the policy counts.",
    )

    _once = models.Constraint(
        "UNIQUE (policy_id, metric)", "A policy promises each thing once."
    )
    _positive = models.Constraint(
        "CHECK (hours >= 0.01 AND hours <= 8760)",
        "A promise is kept within more than no time and at most a year.",
    )

    def _get_seconds(self):
        self.ensure_one()
        return round(self.hours * 3600)
