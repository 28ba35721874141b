from odoo import fields, models


class ResCompany(models.Model):
    """What customers of a company see in the portal."""

    _inherit = "res.company"

    service_portal_shared = fields.Boolean(
        "Contacts See All Tickets of Their Company",
        help="In the portal. Otherwise each contact sees the own tickets.",
    )
