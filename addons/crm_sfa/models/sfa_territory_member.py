from odoo import fields, models


class SfaTerritoryMember(models.Model):
    """A person who works in a territory, from a day until a day."""

    _name = "sfa.territory.member"
    _description = "Territory Member"
    _order = "territory_id, role, date_from"

    territory_id = fields.Many2one(
        "sfa.territory", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", "Person", required=True, index=True)
    role = fields.Selection(
        [("owner", "Owner"), ("overlay", "Overlay"), ("backup", "Backup")],
        required=True,
        default="owner",
    )
    share = fields.Float("Share (%)", default=100.0, help="Of the leads assigned.")
    capacity = fields.Integer(
        "Leads a Month", help="Most leads assigned in 30 days; 0: none by themselves."
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", help="The last day; empty: until further notice.")
