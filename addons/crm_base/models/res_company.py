from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.lifecycle import Rules

DEFAULTS = Rules()


class ResCompany(models.Model):
    _inherit = "res.company"

    # lifecycle rules, in days and orders: see crm_base.tools.lifecycle.Rules
    lifecycle_new_days = fields.Integer(
        "New For", default=DEFAULTS.new_days, help="Days after the first order."
    )
    lifecycle_satisfied_rating = fields.Float(
        "Satisfied From Rating",
        default=DEFAULTS.satisfied_rating,
        help="Average rating of the window, 1 to 5.",
    )
    lifecycle_satisfied_orders = fields.Integer(
        "Satisfied From Orders",
        default=DEFAULTS.satisfied_orders,
        help="Orders that stand for satisfaction where nobody rated.",
    )
    lifecycle_retained_orders = fields.Integer(
        "Retained From Orders", default=DEFAULTS.retained_orders
    )
    lifecycle_retained_days = fields.Integer(
        "Window of Orders",
        default=DEFAULTS.retained_days,
        help="Days that orders and ratings count.",
    )
    lifecycle_long_days = fields.Integer(
        "Long-standing After",
        default=DEFAULTS.long_days,
        help="Days after the first order, for a customer who still orders regularly.",
    )
    lifecycle_dormant_days = fields.Integer(
        "Dormant After", default=DEFAULTS.dormant_days, help="Days without an order."
    )
    lifecycle_lost_days = fields.Integer(
        "Lost After", default=DEFAULTS.lost_days, help="Days without an order."
    )
    lifecycle_neglected_days = fields.Integer(
        "Neglected After",
        default=90,
        help="Days without a contact, for a customer with nothing planned.",
    )

    _lifecycle_windows_in_order = models.Constraint(
        "CHECK (lifecycle_lost_days >= lifecycle_dormant_days"
        " AND lifecycle_dormant_days > 0 AND lifecycle_new_days >= 0"
        " AND lifecycle_long_days >= lifecycle_new_days"
        " AND lifecycle_retained_days > 0 AND lifecycle_retained_orders > 0"
        " AND lifecycle_satisfied_orders > 0 AND lifecycle_neglected_days > 0)",
        "Lifecycle windows are positive, a customer is lost no sooner than dormant, "
        "and long-standing no sooner than no longer new. Correct the days.",
    )

    @api.model
    @ormcache()
    def _phone_regions(self):
        """Give the country in which each company dials.

        Cached, since every call that comes in asks for it.

        :return: ``{company_id: (ISO code or False, partner_id)}``
        """
        # The country of a company is no secret, and only its code is used.
        companies = self.sudo().search([])
        return {
            company.id: (company.partner_id.country_id.code, company.partner_id.id)
            for company in companies
        }

    @api.model
    def _phone_region(self):
        """Give the ISO code of the current company's country, or False."""
        return self._phone_regions().get(self.env.company.id, (False, 0))[0]

    @api.model
    def _phone_regions_changed(self, partner_ids):
        """Forget the countries if one of the partners stands for a company."""
        own = {partner_id for _code, partner_id in self._phone_regions().values()}
        if not own.isdisjoint(partner_ids):
            self.env.registry.clear_cache()

    def _lifecycle_rules(self):
        """Give the company's rules as the tool takes them."""
        self.ensure_one()
        return Rules(
            **{name: self[f"lifecycle_{name}"] for name in Rules.__dataclass_fields__}
        )
