from odoo import models

#: A dictionary in the context that keeps rules found for the lines of many quotations.
RULES = "sfa_pricelist_rules"


class ProductPricelist(models.Model):
    """A pricelist that looks its rules up once for all lines of a check."""

    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        known = self.env.context.get(RULES)
        if not self or not known or products._name != "product.product":
            return super()._get_applicable_rules(products, date, **kwargs)
        # Rules of other products do not match; each is tested for its product anyway.
        key = (self.id, date)
        if key not in known["found"]:
            known["found"][key] = super()._get_applicable_rules(
                products | products.browse(known["products"]), date, **kwargs
            )
        return known["found"][key]
