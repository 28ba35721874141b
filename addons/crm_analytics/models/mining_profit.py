from odoo import api, fields, models
from odoo.tools import formatLang

MEASURES = [
    ("price", "Price and discount"),
    ("minimum", "Minimum order"),
    ("service", "Service level"),
    ("channel", "Cheaper channel"),
    ("terms", "Terms of payment"),
]


class MiningProfit(models.Model):
    """What a customer brings after all that serving the customer costs, by a run.

    Deductions are negative, so that a profit is the sum of its components.
    """

    _name = "mining.profit"
    _description = "Profit of a Customer"
    _inherit = ["mining.row"]
    _log_access = False
    _order = "place, id"

    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    place = fields.Integer(readonly=True, aggregator=None, help="1 is the best")
    peer = fields.Char("Compared With", readonly=True)
    peers = fields.Json(readonly=True, help="All groups to compare with, by their rank")
    orders = fields.Integer(readonly=True)

    # components
    currency_id = fields.Many2one(related="company_id.currency_id")
    list_sales = fields.Monetary("Sales at List Price", readonly=True)
    discount = fields.Monetary("Discounts", readonly=True)
    loyalty = fields.Monetary("Loyalty Rewards", readonly=True)
    returns = fields.Monetary("Returns and Credit Notes", readonly=True)
    net_sales = fields.Monetary(readonly=True)
    goods = fields.Monetary("Cost of Goods", readonly=True)
    margin = fields.Monetary("Gross Margin", readonly=True)
    serve = fields.Monetary("Cost to Serve", readonly=True)
    profit = fields.Monetary(readonly=True)
    uncosted = fields.Monetary(
        "Sales without Known Cost",
        readonly=True,
        help="Their margin is the whole price, because nobody knows the cost.",
    )

    # why
    gap = fields.Monetary(
        "Against the Group",
        readonly=True,
        help="Profit less what customers of the same group bring on the same sales",
    )
    reasons = fields.Json(readonly=True)
    reasons_text = fields.Char("Why", compute="_compute_reasons_text")
    measure = fields.Selection(MEASURES, "Proposal", readonly=True)

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reasons_text(self):
        labels = self._component_labels()
        for profit in self:
            profit.reasons_text = ", ".join(
                f"{labels.get(name, name)} "
                f"{formatLang(self.env, cents / 100, currency_obj=profit.currency_id)}"
                for name, cents in (profit.reasons or [])[:3]
            )

    @api.model
    def _component_labels(self):
        """Give the name of each component and activity in the reader's language."""
        fields_ = ("list_sales", "discount", "loyalty", "returns", "goods")
        described = self.fields_get(fields_, ["string"])
        kinds = self.env["res.partner"]._customer_effort_kinds()
        return {
            **{name: described[name]["string"] for name in fields_},
            **{name: kind["label"] for name, kind in kinds.items()},
        }

    @api.readonly
    def action_open_page(self):
        """Show step by step how the profit of this customer comes about."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "crm_analytics.waterfall",
            "name": self.partner_id.display_name,
            "params": {"profit_id": self.id},
        }

    @api.model
    def action_run_now(self):
        """Have the analysis of the current company run as soon as there is time.

        :raise AccessError: the user is no manager of analytics
        """
        self.env["mining.model"].search(
            [("company_id", "=", self.env.company.id), ("kind", "=", "profit")]
        ).action_run()

    @api.readonly
    def action_open_step(self, name):
        """List the documents of a component, as far as the reader may see them.

        :param name: ``returns``, or any other component for the lines that were sold
        """
        self.ensure_one()
        self.check_access("read")
        if name != "returns":
            return self.action_open_facts()
        run = self.run_id
        return run._open_lines(
            "account.move.line",
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("move_type", "=", "out_refund"),
                ("display_type", "=", "product"),
                ("date", ">", run.date_from),
                ("date", "<=", run.date_to),
                ("sale_line_ids.order_partner_id", "child_of", self.partner_id.id),
            ],
        )

    @api.readonly
    def action_open_facts(self):
        """List the lines that were sold."""
        self.ensure_one()
        self.check_access("read")
        return self.run_id._open_facts(
            [("customer_id", "=", self.partner_id.id), ("source", "=", "order")]
        )
