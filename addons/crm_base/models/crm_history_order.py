from odoo import api, fields, models
from odoo.tools import SQL


class CrmHistoryOrder(models.Model):
    """A document of the sales history: an invoice or a return from before."""

    _name = "crm.history.order"
    _description = "Sales History"
    _order = "date desc, id desc"
    _log_access = False

    # what
    name = fields.Char("Number", readonly=True, required=True)
    kind = fields.Selection(
        [("sale", "Sale"), ("return", "Return")], readonly=True, required=True
    )
    source = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, required=True)
    # who and when
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    customer_code = fields.Char(readonly=True, required=True, default="")
    country_id = fields.Many2one("res.country", readonly=True)
    country_name = fields.Char("Country in the File", readonly=True)
    date = fields.Datetime(readonly=True, required=True, index=True)
    # how much
    line_ids = fields.One2many("crm.history.line", "order_id", readonly=True)
    line_count = fields.Integer("Lines", readonly=True, aggregator="sum")
    currency_id = fields.Many2one("res.currency", readonly=True, required=True)
    currency_rate = fields.Float(
        readonly=True,
        digits=(16, 12),
        aggregator=None,
        help="Company currency for one unit of the document's, at its date",
    )
    amount = fields.Monetary(readonly=True, help="Tax as in the file; returns negative")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        "Amount in Company Currency",
        readonly=True,
        currency_field="company_currency_id",
    )

    _document_unique = models.UniqueIndex(
        "(company_id, source, name, customer_code)",
        "This document is in the sales history already.",
    )
    _partner_date = models.Index("(partner_id, date DESC) WHERE partner_id IS NOT NULL")

    @api.model
    def _add_staged(self, run):
        """Add the documents of the staged lines that are not known yet."""
        self.env.cr.execute(
            SQL(
                """
                WITH document AS (
                    SELECT document AS name, customer,
                           MAX(partner_id) AS partner_id,
                           (ARRAY_AGG(country_id ORDER BY row_no))[1] AS country_id,
                           (ARRAY_AGG(country ORDER BY row_no))[1] AS country,
                           MIN(date) AS date
                      FROM crm_history_stage
                     GROUP BY document, customer
                )
                INSERT INTO crm_history_order (
                    company_id, source, name, customer_code, partner_id, country_id,
                    country_name, date, kind, currency_id, currency_rate,
                    amount, amount_company, line_count
                )
                SELECT %(company)s, %(source)s, document.name, document.customer,
                       document.partner_id, document.country_id,
                       NULLIF(document.country, ''), document.date,
                       CASE WHEN %(prefix)s <> ''
                             AND STARTS_WITH(document.name, %(prefix)s)
                            THEN 'return' ELSE 'sale' END,
                       %(currency)s, %(rate)s, 0, 0, 0
                  FROM document
                 ORDER BY document.date, document.name
                ON CONFLICT (company_id, source, name, customer_code) DO NOTHING
                """,
                company=run.company_id.id,
                source=run.source or "",
                prefix=run.return_prefix or "",
                currency=run.currency_id.id,
                rate=self._rate_at(run, SQL("document.date")),
            )
        )

    @api.model
    def _rate_at(self, run, date):
        """Give the company's money for one unit of the file's, as SQL at a date."""
        if run.currency_id == run.company_id.currency_id:
            return SQL("1")
        return SQL(
            "%(ours)s / %(theirs)s",
            ours=self._unit_rate(run, run.company_id.currency_id, date),
            theirs=self._unit_rate(run, run.currency_id, date),
        )

    @api.model
    def _unit_rate(self, run, currency, date):
        """Give a currency's rate: the last one before a date, else the first."""
        return SQL(
            """COALESCE(
                (SELECT rate FROM res_currency_rate
                  WHERE currency_id = %(currency)s AND name <= %(date)s::date
                    AND (company_id IS NULL OR company_id = %(company)s)
                  ORDER BY company_id, name DESC LIMIT 1),
                (SELECT rate FROM res_currency_rate
                  WHERE currency_id = %(currency)s
                    AND (company_id IS NULL OR company_id = %(company)s)
                  ORDER BY company_id, name LIMIT 1),
                1)""",
            currency=currency.id,
            company=run.company_id.root_id.id,
            date=date,
        )

    @api.model
    def _refresh_amounts(self, order_ids):
        """Set counts and amounts of documents from their lines."""
        if not order_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_history_order AS document
                   SET amount = total.amount,
                       amount_company = total.amount * document.currency_rate,
                       line_count = total.lines
                  FROM (
                      SELECT order_id, SUM(amount) AS amount, COUNT(*) AS lines
                        FROM crm_history_line
                       WHERE order_id = ANY(%(orders)s)
                       GROUP BY order_id
                  ) AS total
                 WHERE total.order_id = document.id
                """,
                orders=list(order_ids),
            )
        )
        self.invalidate_model()

    @api.model
    def _remove_import(self, run):
        """Remove the lines of an import and the documents that it leaves empty."""
        rows = self.env.execute_query(
            SQL(
                "DELETE FROM crm_history_line WHERE import_id = %s RETURNING order_id",
                run.id,
            )
        )
        order_ids = list({order_id for (order_id,) in rows})
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM crm_history_order AS document
                 WHERE id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT FROM crm_history_line WHERE order_id = document.id
                   )
                """,
                order_ids,
            )
        )
        self._refresh_amounts(order_ids)
        self.env.invalidate_all()
