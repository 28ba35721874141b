from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

#: What a category takes from its parent where it sets nothing itself.
LIMITS = (
    "visit_rhythm",
    "call_rhythm",
    "silence_limit",
    "discount_limit",
    "margin_floor",
)


class SfaCustomerCategory(models.Model):
    """A kind of customer with fields, a rhythm of contact and limits of its own."""

    _name = "sfa.customer.category"
    _description = "Customer Category"
    _parent_store = True
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    display_name = fields.Char(recursive=True)
    parent_id = fields.Many2one(
        "sfa.customer.category", "Parent Category", ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("sfa.customer.category", "parent_id", "Subcategories")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)

    # what customers of this category have in common
    partner_properties_definition = fields.PropertiesDefinition("Extra Fields")
    plan_id = fields.Many2one(
        "mail.activity.plan",
        "Activity Plan",
        help="Launched when a customer gets this category.",
    )
    visit_rhythm = fields.Integer(
        "Days between Visits", help="0: no visits are planned by themselves."
    )
    call_rhythm = fields.Integer(
        "Days between Calls", help="0: no calls are planned by themselves."
    )
    silence_limit = fields.Integer(
        "Longest Silence",
        help="Days without contact before a customer needs attention; 0: no limit.",
    )
    discount_limit = fields.Float(
        "Highest Discount (%)",
        help="Without approval; 0: that of the parent category, else no limit.",
    )
    margin_floor = fields.Float(
        "Margin Floor (%)",
        help="Lowest margin without approval; 0: that of the parent category.",
    )

    # what holds, with the parents' where nothing is set here
    effective_visit_rhythm = fields.Integer(
        "Visits Every", compute="_compute_effective", store=True, recursive=True
    )
    effective_call_rhythm = fields.Integer(
        "Calls Every", compute="_compute_effective", store=True, recursive=True
    )
    effective_silence_limit = fields.Integer(
        "Silence at Most", compute="_compute_effective", store=True, recursive=True
    )
    effective_discount_limit = fields.Float(
        "Discount Limit in Force",
        compute="_compute_effective",
        store=True,
        recursive=True,
    )
    effective_margin_floor = fields.Float(
        "Margin Floor in Force",
        compute="_compute_effective",
        store=True,
        recursive=True,
    )
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    _rhythm_positive = models.Constraint(
        "CHECK (visit_rhythm >= 0 AND call_rhythm >= 0 AND silence_limit >= 0)",
        "Days between visits and calls and the longest silence cannot be negative.",
    )
    _discount_percent = models.Constraint(
        "CHECK (discount_limit BETWEEN 0 AND 100)",
        "The highest discount is a percentage between 0 and 100.",
    )
    _floor_percent = models.Constraint(
        "CHECK (margin_floor >= 0 AND margin_floor < 100)",
        "The margin floor is a percentage from 0 to below 100.",
    )

    @api.depends("name", "parent_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for category in self:
            above = category.parent_id.display_name
            category.display_name = (
                f"{above} / {category.name}" if above else category.name
            )

    @api.depends(
        *LIMITS,
        "parent_id",
        *(f"parent_id.effective_{name}" for name in LIMITS),
    )
    def _compute_effective(self):
        for category in self:
            for name in LIMITS:
                held = f"effective_{name}"
                category[held] = category[name] or category.parent_id[held]

    def _compute_customer_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("sfa_category_id", "in", self.ids), ("parent_id", "=", False)],
                ["sfa_category_id"],
                ["__count"],
            )
        )
        for category in self:
            category.customer_count = counts.get(category, 0)

    @api.model
    def _search_display_name(self, operator, value):
        """Find a category by its own name, or by its path as lists show it."""
        domain = super()._search_display_name(operator, value)
        texts = [value] if isinstance(value, str) else value
        if operator not in ("=", "in", "ilike") or not texts:
            return domain
        paths = {text for text in texts if isinstance(text, str) and " / " in text}
        if not paths:
            return domain
        names = [path.rsplit(" / ", 1)[-1] for path in paths]
        found = self.search([("name", "in", names)])
        found = found.filtered(lambda category: category.display_name in paths)
        return Domain(domain) | Domain("id", "in", found.ids)

    def write(self, vals):
        above = self.browse(vals.get("parent_id") or ())
        # Said here, because the tree itself only knows that something is wrong.
        while above:
            if above in self:
                raise ValidationError(
                    self.env._(
                        "%(category)s cannot stand below itself. "
                        "Choose another parent category.",
                        category=above.name,
                    )
                )
            above = above.parent_id
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.filtered("customer_count")
        if used:
            raise UserError(
                self.env._(
                    "Customers belong to %(categories)s. Archive the category, or "
                    "give its customers another one first.",
                    categories=", ".join(used.mapped("display_name")),
                )
            )

    def action_open_customers(self):
        """Open the customers of this category and of those below it."""
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "crm_base.res_partner_action_page"
            ),
            "domain": [
                ("sfa_category_id", "child_of", self.id),
                ("parent_id", "=", False),
            ],
            "context": {"default_sfa_category_id": self.id},
        }
