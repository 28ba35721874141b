from odoo import api, fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """What customers of a company see in the portal."""

    _inherit = "res.company"

    service_portal_shared = fields.Boolean(
        "Contacts See All Tickets of Their Company",
        help="In the portal. Otherwise each contact sees the own tickets.",
    )

    @api.model
    def _get_portal_domain(self, partners):
        """Give what the customer who is logged in may see in the portal.

        Of records with ``partner_id``, ``commercial_partner_id`` and ``company_id``:
        those of *partners*, and where a company lets contacts share, the customer's.

        :param partners: `res.partner` whose records the customer sees in any case
        """
        user = self.env.user
        if not user._is_portal():
            return Domain.FALSE
        # A setting of ours that says who sees.
        shared = self.sudo().search(
            [("service_portal_shared", "=", True), ("id", "in", user.company_ids.ids)]
        )
        return Domain("company_id", "in", user.company_ids.ids) & (
            Domain("partner_id", "in", partners.ids)
            | Domain("commercial_partner_id", "=", user.commercial_partner_id.id)
            & Domain("company_id", "in", shared.ids)
        )
