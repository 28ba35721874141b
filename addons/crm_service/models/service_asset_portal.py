from odoo import api, models
from odoo.fields import Domain

#: Products among which a customer chooses when asking.
ASSETS = 80


class ServiceAsset(models.Model):
    """What customers see in the portal of the products they have from us.

    A contact sees the own ones and those of the customer itself; where a company lets
    the contacts of a customer share tickets, those of all contacts. Customers have no
    right to the model: the domain is what they may see.
    """

    _inherit = "service.asset"

    @api.model
    def _get_portal_domain(self):
        """Give the products in use that the customer who is logged in may see."""
        user = self.env.user
        if not user._is_portal():
            return Domain.FALSE
        partner = user.partner_id
        shared = self.env["res.company"].sudo()  # a setting of ours that says who sees
        shared = shared.search(
            [("service_portal_shared", "=", True), ("id", "in", user.company_ids.ids)]
        )
        return Domain("company_id", "in", user.company_ids.ids) & (
            Domain("partner_id", "in", (partner | partner.commercial_partner_id).ids)
            | Domain("commercial_partner_id", "=", partner.commercial_partner_id.id)
            & Domain("company_id", "in", shared.ids)
        )

    @api.model
    def _get_portal_assets(self, *domains, **options):
        """Give products in use of the customer who is logged in.

        :param domains: that hold as well
        :param options: of `search`
        """
        domain = Domain.AND([self._get_portal_domain(), *domains])
        # Customers have no right to the model; the domain is what they may see.
        return self.sudo().search(domain, **options)

    def _get_covers(self):
        """Give ``{asset: {"entitlement": service.entitlement, "reason": str}}``."""
        return {asset: asset._get_cover("warranty") for asset in self}
