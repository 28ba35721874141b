from odoo import fields, models


class ResPartner(models.Model):
    """What the file of a member holds beyond a contact."""

    _inherit = "res.partner"

    loyalty_birthday = fields.Date(
        "Birthday", groups="crm_loyalty.crm_loyalty_group_user"
    )
