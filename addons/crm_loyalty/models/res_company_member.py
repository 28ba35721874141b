from odoo import fields, models


class ResCompany(models.Model):
    """How far members help themselves, and who looks after abuse."""

    _inherit = "res.company"

    loyalty_transfer_limit = fields.Float(
        "Members Transfer up to",
        digits=(16, 4),
        help="Points that a member may transfer in the portal within 24 hours; beyond "
        "that a loyalty manager approves. 0: always.",
    )
    loyalty_alert_user_id = fields.Many2one(
        "res.users",
        "Abuse Alerts to",
        domain="[('share', '=', False)]",
        help="Gets an activity for each new abuse alert.",
    )

    _loyalty_transfer_limit = models.Constraint(
        "CHECK (loyalty_transfer_limit >= 0)",
        "The limit of transfers is 0 or more points.",
    )
