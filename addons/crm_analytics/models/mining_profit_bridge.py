from odoo import api, fields, models
from odoo.tools import SQL

KEYS = [
    ("customers", "All customers of the ranking"),
    ("left_out", "Customers who withdrew consent to profiling"),
    ("rounding", "Rounding by customer"),
    ("undelivered", "Ordered, neither delivered nor invoiced"),
    ("delivered", "Delivered, not invoiced yet"),
    ("earlier", "Invoices of orders outside the period"),
    ("price", "Other price or quantity invoiced than ordered"),
    ("currency", "Exchange rate of invoice and order"),
    ("unordered", "Invoices without an order"),
    ("advance", "Down payments and other lines that are no sale"),
    ("elsewhere", "Invoiced to accounts that are no income"),
    ("periodic", "Cost that the ledger does not book with the sale"),
    ("cost", "Other cost booked than expected at the sale"),
    ("back", "Goods that came back: other value or time"),
    ("bills", "Vendor bills on cost accounts"),
    ("entries", "Other journal entries"),
    ("rest", "Not explained"),
    ("ledger", "The ledger"),
]


class MiningProfitBridge(models.Model):
    """A step between what customers bring and the gross margin of the ledger."""

    _name = "mining.profit.bridge"
    _description = "Bridge to the Ledger"
    _log_access = False
    _order = "run_id desc, sequence, id"
    _rec_name = "key"

    run_id = fields.Many2one(
        "mining.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    key = fields.Selection(KEYS, "Step", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    revenue = fields.Monetary(readonly=True)
    cost = fields.Monetary(readonly=True)
    margin = fields.Monetary("Gross Margin", readonly=True)

    @api.readonly
    def action_open_documents(self):
        """List what stands behind a step, as far as the reader may see it."""
        self.ensure_one()
        self.check_access("read")
        if self.key == "left_out":
            return self._open_left_out()
        if self.key in ("customers", "rounding"):
            return self.run_id._open_profits([])
        if self.key in ("undelivered", "delivered"):
            return self.run_id._open_lines("sale.order.line", self._get_order_domain())
        return self.run_id._open_lines("account.move.line", self._get_ledger_domain())

    def _open_left_out(self):
        """List what was sold to those whom the ranking leaves out."""
        self.env["res.partner"]._flush_consent()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT customer_id FROM mining_fact
                 WHERE company_id = %s AND source = 'order' AND date > %s
                   AND date <= %s AND customer_id NOT IN (%s)
                """,
                self.company_id.id,
                self.run_id.date_from,
                self.run_id.date_to,
                self.env["mining.engine"]._profiled(),
            )
        )
        customers = [customer for (customer,) in rows]
        return self.run_id._open_facts(
            [("customer_id", "in", customers), ("source", "=", "order")]
        )

    def _get_order_domain(self):
        start, end = self.run_id._get_moments()
        return [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "sale"),
            ("display_type", "=", False),
            ("order_id.date_order", ">=", start),
            ("order_id.date_order", "<", end),
            ("invoice_status", "!=", "invoiced"),
        ]

    def _get_ledger_domain(self):
        income = [("account_id.account_type", "=", "income")]
        cost = [("account_id.account_type", "=", "expense_direct_cost")]
        sales = [("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))]
        bills = [("move_type", "in", ("in_invoice", "in_refund", "in_receipt"))]
        goods = [("display_type", "=", "product")]
        margin = ["|", *income, *cost]
        special = {
            "unordered": [*sales, *goods, ("sale_line_ids", "=", False)],
            "advance": [*sales, ("sale_line_ids.is_downpayment", "=", True)],
            "elsewhere": [*sales, *goods, ("account_id.account_type", "!=", "income")],
            "bills": [*bills, *cost],
            "entries": [*margin, ("move_type", "=", "entry")],
            "cost": [("display_type", "=", "cogs")],
            "back": [("display_type", "=", "cogs"), ("move_type", "=", "out_refund")],
        }
        return [
            ("company_id", "=", self.company_id.id),
            ("parent_state", "=", "posted"),
            ("date", ">", self.run_id.date_from),
            ("date", "<=", self.run_id.date_to),
            *special.get(self.key, [*margin, *sales]),
        ]
