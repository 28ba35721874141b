from ast import literal_eval

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import postcode

#: What a rule asks for, further conditions apart.
CRITERIA = (
    "country_id",
    "state_id",
    "zip_from",
    "zip_to",
    "industry_id",
    "category_id",
    "tag_id",
    "product_category_id",
    "brand_id",
    "revenue_from",
    "revenue_to",
)


class SfaTerritoryRule(models.Model):
    """Which customers and leads belong to a territory; the first that fits decides."""

    _name = "sfa.territory.rule"
    _inherit = ["crm.remembered"]
    _description = "Territory Rule"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=100, required=True)
    name = fields.Char(compute="_compute_name")
    active = fields.Boolean(default=True)
    territory_id = fields.Many2one(
        "sfa.territory", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="territory_id.company_id", store=True)

    # where the customer is
    country_id = fields.Many2one("res.country", ondelete="restrict")
    state_id = fields.Many2one(
        "res.country.state",
        domain="[('country_id', '=?', country_id)]",
        ondelete="restrict",
    )
    zip_from = fields.Char(
        "Postcode from", help="The first characters are enough: 200 to 202."
    )
    zip_to = fields.Char("Postcode to", help="Empty: the same as the first one.")

    # who it is
    industry_id = fields.Many2one("res.partner.industry", ondelete="restrict")
    category_id = fields.Many2one(
        "sfa.customer.category",
        "Customer Category",
        ondelete="restrict",
        help="Subcategories are included.",
    )
    tag_id = fields.Many2one(
        "res.partner.category", "Customer Tag", ondelete="restrict"
    )

    # what it bought in the last 365 days
    product_category_id = fields.Many2one(
        "product.category",
        ondelete="restrict",
        help="Customers who ordered something of it, subcategories included, in the "
        "last 365 days.",
    )
    brand_id = fields.Many2one(
        "product.tag",
        ondelete="restrict",
        help="Customers who ordered a product with this tag in the last 365 days.",
    )
    revenue_from = fields.Float(
        "Revenue from", help="Of the last 365 days, at least; currency of the company."
    )
    revenue_to = fields.Float("Revenue below", help="0: no limit.")

    # anything else
    domain = fields.Char(
        "Further Conditions",
        help="Asked only about customers that meet all criteria. Leads without a "
        "customer cannot meet it.",
    )

    # what the statement joins by
    zip_first = fields.Char(compute="_compute_shape", store=True)
    zip_last = fields.Char(compute="_compute_shape", store=True)
    zip_prefix = fields.Char(compute="_compute_shape", store=True)
    shape = fields.Char(compute="_compute_shape", store=True, index=True)

    @api.depends("territory_id", "sequence")
    def _compute_name(self):
        for rule in self:
            rule.name = self.env._(
                "%(territory)s: %(criteria)s",
                territory=rule.territory_id.name or "",
                criteria=", ".join(rule._describe()),
            )

    @api.depends("name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule.name

    @api.depends(*CRITERIA)
    def _compute_shape(self):
        for rule in self:
            first = postcode.normal(rule.zip_from or rule.zip_to)
            last = postcode.normal(rule.zip_to or rule.zip_from)
            rule.zip_first = first or False
            rule.zip_last = last or False
            rule.zip_prefix = postcode.prefix(first, last) or False
            rule.shape = " ".join(rule._get_shape_parts())

    def _get_shape_parts(self):
        parts = {
            "country": self.country_id,
            "state": self.state_id,
            f"zip{len(self.zip_prefix or '')}": self.zip_first,
            "industry": self.industry_id,
            "category": self.category_id,
            "tag": self.tag_id,
            "product": self.product_category_id,
            "brand": self.brand_id,
            "revenue": self.revenue_from or self.revenue_to,
        }
        return [part for part, criterion in parts.items() if criterion]

    def _describe(self):
        """Give the criteria of a rule in words, a short text each."""
        words = [
            record.display_name
            for record in (
                self.country_id,
                self.state_id,
                self.industry_id,
                self.category_id,
                self.tag_id,
                self.product_category_id,
                self.brand_id,
            )
            if record
        ]
        if self.zip_first:
            both = dict.fromkeys((self.zip_first, self.zip_last))
            words.insert(0, "–".join(both))
        if self.revenue_from or self.revenue_to:
            words.append(
                self.env._(
                    "revenue from %(low)s below %(high)s",
                    low=f"{self.revenue_from:,.0f}",
                    high=f"{self.revenue_to:,.0f}" if self.revenue_to else "∞",
                )
            )
        if self._has_domain():
            words.append(self.env._("further conditions"))
        return words

    @api.onchange("state_id")
    def _onchange_state_id(self):
        if self.state_id:
            self.country_id = self.state_id.country_id

    @api.constrains("territory_id", *CRITERIA)
    def _check_criteria(self):
        for rule in self:
            if not rule._get_shape_parts():
                raise ValidationError(
                    self.env._(
                        "A rule of the territory %(territory)s has no criterion and "
                        "would take every customer. Fill at least one criterion.",
                        territory=rule.territory_id.name,
                    )
                )
            if rule.zip_first and postcode.inverted(rule.zip_first, rule.zip_last):
                raise ValidationError(
                    self.env._(
                        "No postcode lies from %(first)s to %(last)s in a rule of the "
                        "territory %(territory)s. Exchange the two.",
                        first=rule.zip_first,
                        last=rule.zip_last,
                        territory=rule.territory_id.name,
                    )
                )
            if rule.revenue_to and rule.revenue_from >= rule.revenue_to:
                raise ValidationError(
                    self.env._(
                        "No revenue is from %(low)s and below %(high)s in a rule of "
                        "the territory %(territory)s. Exchange the two.",
                        low=f"{rule.revenue_from:,.0f}",
                        high=f"{rule.revenue_to:,.0f}",
                        territory=rule.territory_id.name,
                    )
                )
            wrong = rule.country_id and rule.state_id.country_id - rule.country_id
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(state)s is not in %(country)s. Choose the state anew in "
                        "the rule of the territory %(territory)s.",
                        state=rule.state_id.name,
                        country=rule.country_id.name,
                        territory=rule.territory_id.name,
                    )
                )

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                self.env["res.partner"]._search(rule._get_customer_domain())
            except (ValueError, SyntaxError, TypeError, UserError) as error:
                raise ValidationError(
                    self.env._(
                        "The further conditions of a rule of the territory "
                        "%(territory)s cannot be read: %(error)s. Build them anew "
                        "with the editor.",
                        territory=rule.territory_id.name,
                        error=error,
                    )
                ) from error

    # ---------------------------------------------------------------------- business

    def _has_domain(self):
        return bool(self.domain) and self.domain.strip() not in ("", "[]")

    def _get_customer_domain(self):
        return Domain(literal_eval(self.domain or "[]"))

    @api.model
    @tools.ormcache()
    def _get_shapes(self):
        """Give the shapes of the rules in force, each joined in one go.

        :return: tuple of ``(shape, rule id or False)``; a rule with further conditions
            is a shape of its own
        """
        # Rules decide for everybody, also for those who may not read them.
        rules = self.sudo().search([("territory_id.active", "=", True)])
        shapes = {
            (rule.shape, rule.id if rule._has_domain() else False)
            for rule in rules
            if rule.shape  # a rule without criteria would take everybody
        }
        return tuple(sorted(shapes))
