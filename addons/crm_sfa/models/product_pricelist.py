from odoo import models

RULES = "sfa_pricelist_rules"


class KnownRules:
    """Rules found for the lines of many quotations, kept in the context of a check.

    :param product_ids: ids of all products that will be asked about
    """

    def __init__(self, product_ids):
        self.product_ids = product_ids
        self.found = {}


class ProductPricelist(models.Model):
    """A pricelist that looks its rules up once for all lines of a check."""

    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        known = self.env.context.get(RULES)
        if (
            not self
            or not isinstance(known, KnownRules)
            or products._name != "product.product"
        ):
            return super()._get_applicable_rules(products, date, **kwargs)
        # Rules of other products do not match; each is tested for its product anyway.
        key = (self.id, date)
        if key not in known.found:
            known.found[key] = super()._get_applicable_rules(
                products | products.browse(known.product_ids), date, **kwargs
            )
        return known.found[key]
