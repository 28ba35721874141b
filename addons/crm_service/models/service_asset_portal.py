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
        partner = self.env.user.partner_id
        return self.env["res.company"]._get_portal_domain(
            partner | partner.commercial_partner_id
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
