from odoo import fields, models


class SfaAccountMember(models.Model):
    """A person who works on a customer in a role, from a day until a day."""

    _name = "sfa.account.member"
    _description = "Account Team Member"
    _order = "partner_id, role_id, date_from"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    role_id = fields.Many2one("sfa.account.role", "Role", required=True, index=True)
    user_id = fields.Many2one("res.users", "Person", required=True, index=True)
    share = fields.Float("Share (%)", default=0.0, help="Of the credit for sales.")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", help="The last day; empty: until further notice.")
