from odoo import api, fields, models


class MiningScore(models.Model):
    """What a run expects of a customer, and why."""

    _name = "mining.score"
    _description = "Expectation"
    _inherit = ["mining.row", "mining.unknown"]
    _unknown = ("value",)
    _log_access = False
    _order = "chance desc, id"

    kind = fields.Selection(related="run_id.kind")
    chance = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Of a purchase in the days ahead; of still being a customer for lifetime "
        "value",
    )
    expected_orders = fields.Float(
        readonly=True, digits=(16, 2), help="In the days ahead"
    )
    expected_date = fields.Date("Next Purchase", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    value = fields.Monetary("Expected Revenue", readonly=True)
    is_valued = fields.Boolean(
        compute="_compute_is_valued", help="No value is known where no mean exists."
    )
    reasons = fields.Json("Weights", readonly=True)
    reasons_text = fields.Text("Reasons", compute="_compute_reasons_text")

    @api.depends("value")
    def _compute_is_valued(self):
        self._note_known("value", "is_valued")

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reasons_text(self):
        for score in self:
            score.reasons_text = " · ".join(score._reason_lines())

    def _reason_lines(self):
        """Say what weighs most, strongest first.

        :return: list of sentences in the reader's language
        """
        return self._say_reasons(self.reasons)

    @api.model
    def _say_reasons(self, reasons):
        """Say the weights of a score, ``[[feature, value, weight]]``, in words."""
        texts = self._reason_texts()
        return [
            texts[name] % {"value": f"{value:,.15g}"}
            for name, value, weight in reasons or []
            for name in [f"{name}+" if weight > 0 else f"{name}-"]
            if name in texts
        ]

    def _reason_texts(self):
        """Give the sentence for each feature, for (+) and against (-) a purchase."""
        return {
            "recency+": self.env._("Bought only %(value)s days ago"),
            "recency-": self.env._("Has not bought for %(value)s days"),
            "visits+": self.env._("Has bought on %(value)s days"),
            "visits-": self.env._("Has bought on %(value)s days only"),
            "recent_visits+": self.env._("Bought %(value)s times in the last 90 days"),
            "recent_visits-": self.env._("Bought %(value)s times in the last 90 days"),
            "trend+": self.env._("Buys more often than three months before"),
            "trend-": self.env._("Buys less often than three months before"),
            "overdue+": self.env._("Is within the usual time between purchases"),
            "overdue-": self.env._("Has waited %(value)s times as long as usual"),
            "rhythm+": self.env._("Buys about every %(value)s days"),
            "rhythm-": self.env._("Usually lets %(value)s days pass between purchases"),
            "basket+": self.env._("Spends %(value)s on a day of purchase"),
            "basket-": self.env._("Spends only %(value)s on a day of purchase"),
            "products+": self.env._("Buys %(value)s different products"),
            "products-": self.env._("Buys only %(value)s different products"),
            "returns+": self.env._("Returns little of what was bought"),
            "returns-": self.env._("Returns %(value)s %% of the lines"),
            "age+": self.env._("Has been a customer for %(value)s days"),
            "age-": self.env._("Has been a customer for %(value)s days"),
        }

    @api.readonly
    def action_open_page(self):
        """Open the customer's page, if the reader may."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_open_customer_page()
