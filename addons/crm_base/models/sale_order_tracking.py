from datetime import date

from odoo import fields, models
from odoo.tools import SQL, float_round

from ..tools import tracking

#: Fields that the statement reads; pending computations and writes go first.
FLUSHED = {
    "sale.order": None,
    "sale.order.line": None,
    "stock.move": None,
    "stock.location": ["usage"],
    "product.product": ["product_tmpl_id"],
    "product.template": ["type", "uom_id"],
    "uom.uom": ["factor"],
    "account.move": None,
    "account.move.line": None,
    "account.partial.reconcile": None,
}
#: Money columns, each in the order's and (suffix ``_company``) the company's currency.
AMOUNTS = ("amount_invoiced", "amount_paid", "amount_overdue")


class SaleOrder(models.Model):
    """The numbers behind the tracking of an order, in one statement for many orders."""

    _inherit = "sale.order"

    def _tracking_data(self):
        """Give the order-to-cash figures of all orders of ``self`` in one statement.

        The reader needs read access to the orders, and to nothing else: progress of
        stock, production and money is part of an order's own story.

        :return: ``{order_id: dict}`` with the fields of
            :class:`crm_base.tools.tracking.Figures`, and ``stage``, ``late``,
            ``late_reasons`` (tuple), ``turn``, ``next_date``, ``paid_share`` (0 to 1),
            ``promised_date``, ``delivered_date``, ``ordered_date`` (days in the
            reader's time zone, or None), ``currency_id``, and the amounts again in the
            company's currency with the suffix ``_company``; refunds negative
        :raise AccessError: when the reader may not read one of the orders
        """
        if not self.ids:
            return {}
        self.check_access("read")
        today = self._tracking_today()
        return {
            row["id"]: self._tracking_entry(row, today)
            for row in self._tracking_rows(self.ids)
        }

    def _tracking_rows(self, order_ids, light=False):
        """Read the raw figures of the orders of these ids, without any check.

        :param light: leave out what stage and lateness do not depend on; the refresh
            after each event pays for planning as much as for reading
        """
        self._tracking_flush()
        ctes = SQL(", ").join(
            SQL("%s AS (%s)", SQL(name), query)
            for name, query in self._tracking_ctes(order_ids, light).items()
        )
        columns = SQL(", ").join(
            SQL("%s AS %s", expression, SQL.identifier(name))
            for name, expression in self._tracking_columns(light).items()
        )
        joins = SQL(" ").join(
            SQL("LEFT JOIN %(cte)s ON %(cte)s.order_id = o.id", cte=SQL(name))
            for name in self._tracking_joins(light)
        )
        return self.env.execute_query_dict(
            SQL(
                "WITH RECURSIVE %s SELECT %s FROM tracked o %s",
                ctes,
                columns,
                joins,
            )
        )

    def _tracking_flush(self):
        for model, names in FLUSHED.items():
            # The statement reads what no rule restricts once the order is readable.
            self.env[model].sudo().flush_model(names)

    def _tracking_entry(self, row, today):
        digits = row.pop("digits")
        company_digits = row.pop("company_digits")
        row["rounding"] = 10.0**-digits
        for name in AMOUNTS:
            company_name = f"{name}_company"
            row[name] = float_round(row[name], precision_digits=digits)
            row[company_name] = float_round(
                row[company_name], precision_digits=company_digits
            )
        figures = tracking.Figures.from_row(row)
        reasons = tracking.late_reasons(figures, today)
        row.update(
            figures=figures,
            stage=tracking.stage(figures),
            turn=tracking.turn(figures),
            late=bool(reasons),
            late_reasons=reasons,
            next_date=tracking.next_date(figures),
            paid_share=tracking.paid_share(figures),
        )
        return row

    def _tracking_tz(self):
        return self.env.context.get("tz") or self.env.user.tz or "UTC"

    def _tracking_today(self) -> date:
        return fields.Date.context_today(self.with_context(tz=self._tracking_tz()))

    def _tracking_day(self, moment):
        """Turn a UTC timestamp expression into a day of the reader's calendar."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, self._tracking_tz()
        )

    # ------------------------------------------------------------ the statement
    def _tracking_ctes(self, order_ids, light=False):
        """Give the parts of the statement by name; each is limited to the orders.

        An addon adds a part with ``super()``; a part that :meth:`_tracking_joins` names
        yields at most one row an ``order_id``.
        """
        return {
            "tracked": self._tracking_cte_orders(order_ids),
            "line": self._tracking_cte_lines(),
            "goods": self._tracking_cte_goods(),
            "move": self._tracking_cte_moves(),
            "stock": self._tracking_cte_stock(),
            "invoice": self._tracking_cte_invoices(),
            "share": self._tracking_cte_shares(),
            "due": self._tracking_cte_due(),
            "money": self._tracking_cte_money(),
        }

    def _tracking_joins(self, light=False):
        return ["goods", "stock", "money"]

    def _tracking_columns(self, light=False):
        """Give the columns of the result by name; ``o`` is the order.

        A light read may give zero for quantities that only inform.
        """
        number = {
            "qty_ordered": SQL("goods.ordered"),
            "qty_delivered": SQL("goods.delivered"),
            "qty_open": SQL("goods.lacking"),
            "qty_reserved": SQL("stock.reserved"),
            "qty_to_produce": SQL("0"),
            "qty_produced": SQL("0"),
            "service_ordered": SQL("goods.service_ordered"),
            "service_delivered": SQL("goods.service_delivered"),
            "amount_total": SQL("o.amount_total"),
            "amount_invoiced": SQL("money.invoiced"),
            "amount_paid": SQL("money.invoiced - money.residual"),
            "amount_overdue": SQL("GREATEST(money.overdue, 0)"),
            "amount_invoiced_company": SQL("money.invoiced_company"),
            "amount_paid_company": SQL(
                "money.invoiced_company - money.residual_company"
            ),
            "amount_overdue_company": SQL("GREATEST(money.overdue_company, 0)"),
        }
        count = {
            "moves_open": SQL("stock.moves_open"),
            "productions_open": SQL("0"),
            "invoices_posted": SQL("money.posted"),
            "invoices_draft": SQL("money.draft"),
        }
        return {
            "id": SQL("o.id"),
            "state": SQL("o.state"),
            "picking_policy": SQL("o.picking_policy"),
            "invoice_status": SQL("COALESCE(o.invoice_status, 'no')"),
            "currency_id": SQL("o.currency_id"),
            "digits": SQL("o.digits"),
            "company_digits": SQL("o.company_digits"),
            "stored_stage": SQL("o.tracking_stage"),
            "stored_late": SQL("COALESCE(o.tracking_late, FALSE)"),
            **{
                key: SQL("COALESCE(%s, 0)::float8", expression)
                for key, expression in number.items()
            },
            **{key: SQL("COALESCE(%s, 0)", column) for key, column in count.items()},
            **self._tracking_date_columns(),
        }

    def _tracking_date_columns(self):
        return {
            "ordered_date": self._tracking_day(SQL("o.date_order")),
            "promised_date": self._tracking_day(SQL("goods.promised")),
            "open_promise": self._tracking_day(SQL("goods.open_promise")),
            "delivered_date": self._tracking_day(SQL("stock.delivered_at")),
            "next_delivery": self._tracking_day(SQL("stock.next_at")),
            "next_production": SQL("NULL::date"),
            "next_due": SQL("money.next_due"),
            "validity": SQL("o.validity_date"),
        }

    def _tracking_cte_orders(self, order_ids):
        return SQL(
            """
            SELECT o.id, o.state, o.company_id, o.amount_total, o.date_order,
                   o.commitment_date, o.validity_date, o.picking_policy,
                   o.invoice_status, o.tracking_stage, o.tracking_late,
                   cur.id AS currency_id, cur.decimal_places AS digits,
                   ccur.decimal_places AS company_digits,
                   COALESCE(NULLIF(o.currency_rate, 0), 1) AS rate
              FROM sale_order o
              JOIN res_company c ON c.id = o.company_id
              JOIN res_currency ccur ON ccur.id = c.currency_id
              JOIN res_currency cur
                ON cur.id = COALESCE(o.currency_id, c.currency_id)
             WHERE o.id = ANY(%s)
            """,
            list(order_ids),
        )

    def _tracking_cte_lines(self):
        """Lines of goods and of services, with the promise of each.

        The promise is the platform's own: the commitment, else the confirmation (for
        a quotation: now) and the line's lead time.
        """
        return SQL(
            """
            SELECT l.id, l.order_id, l.product_id, t.type = 'consu' AS goods,
                   p.product_tmpl_id, u.factor AS unit, o.company_id,
                   COALESCE(l.product_uom_qty, 0) AS ordered,
                   COALESCE(l.qty_delivered, 0) AS delivered,
                   COALESCE(
                       o.commitment_date,
                       CASE WHEN o.state = 'sale' THEN o.date_order
                            WHEN o.state <> 'cancel' THEN NOW() AT TIME ZONE 'UTC'
                       END + COALESCE(l.customer_lead, 0) * INTERVAL '1 day'
                   ) AS promised,
                   o.picking_policy, o.commitment_date
              FROM tracked o
              JOIN sale_order_line l ON l.order_id = o.id
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom u ON u.id = l.product_uom_id
             WHERE l.display_type IS NULL
               AND l.is_downpayment IS NOT TRUE
               AND l.is_expense IS NOT TRUE
               AND t.type <> 'combo'
            """
        )

    def _tracking_cte_goods(self):
        return SQL(
            """
            SELECT order_id,
                   SUM(ordered) FILTER (WHERE goods) AS ordered,
                   SUM(delivered) FILTER (WHERE goods) AS delivered,
                   SUM(GREATEST(ordered - delivered, 0))
                       FILTER (WHERE goods) AS lacking,
                   MIN(promised) FILTER (WHERE goods AND delivered < ordered)
                       AS open_promise,
                   COALESCE(MIN(commitment_date), CASE
                       WHEN MIN(picking_policy) = 'one'
                       THEN MAX(promised) FILTER (WHERE goods)
                       ELSE MIN(promised) FILTER (WHERE goods)
                   END) AS promised,
                   SUM(ordered) FILTER (WHERE NOT goods) AS service_ordered,
                   SUM(delivered) FILTER (WHERE NOT goods) AS service_delivered
              FROM line
             GROUP BY order_id
            """
        )

    def _tracking_cte_moves(self):
        """Stock moves of the goods on their way to the customer, and back."""
        return SQL(
            """
            SELECT l.order_id, l.id AS line_id, l.product_id = m.product_id AS direct,
                   m.id, m.state, m.date, m.quantity * mu.factor AS quantity,
                   l.unit, src.usage AS src, dst.usage AS dst,
                   m.origin_returned_move_id IS NOT NULL AS is_return, m.to_refund,
                   m.state NOT IN ('draft', 'done', 'cancel')
                       AND dst.usage <> 'inventory'
                       AND (src.usage IN ('internal', 'transit')
                            OR src.usage = 'supplier' AND dst.usage = 'customer')
                   AS is_open
              FROM line l
              JOIN stock_move m ON m.sale_line_id = l.id
              JOIN stock_location src ON src.id = m.location_id
              JOIN stock_location dst ON dst.id = m.location_dest_id
              JOIN uom_uom mu ON mu.id = m.product_uom
             WHERE l.goods
            """
        )

    def _tracking_cte_stock(self):
        return SQL(
            """
            SELECT order_id,
                   SUM(quantity / unit)
                       FILTER (WHERE is_open AND direct AND src <> 'supplier')
                       AS reserved,
                   COUNT(*) FILTER (WHERE is_open) AS moves_open,
                   MIN(date) FILTER (WHERE is_open) AS next_at,
                   MAX(date) FILTER (WHERE state = 'done' AND dst = 'customer')
                       AS delivered_at
              FROM move
             GROUP BY order_id
            """
        )

    def _tracking_cte_invoices(self):
        """Customer invoices and refunds that serve at least one of the orders."""
        return SQL(
            """
            SELECT m.id, m.state, m.currency_id,
                   m.amount_total_signed AS total_company,
                   m.amount_residual_signed AS residual_company,
                   m.amount_total_in_currency_signed AS total,
                   m.amount_residual
                       * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END
                   AS residual
              FROM account_move m
             WHERE m.state IN ('draft', 'posted')
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND m.id IN (
                    SELECT i.move_id
                      FROM tracked o
                      JOIN sale_order_line l ON l.order_id = o.id
                      JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
                      JOIN account_move_line i ON i.id = r.invoice_line_id)
            """
        )

    def _tracking_cte_shares(self):
        """What part of an invoice belongs to each order that it serves, by its lines.

        The parts of one invoice sum up to one, whatever lines it has besides.
        """
        return SQL(
            """
            SELECT order_id, move_id,
                   COALESCE(
                       part / NULLIF(SUM(part) OVER (PARTITION BY move_id), 0),
                       1.0 / COUNT(*) OVER (PARTITION BY move_id)
                   ) AS part
              FROM (
                SELECT order_id, move_id, SUM(price_total) AS part
                  FROM (
                    SELECT DISTINCT l.order_id, i.move_id, i.id, i.price_total
                      FROM invoice v
                      JOIN account_move_line i ON i.move_id = v.id
                      JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
                      JOIN sale_order_line l ON l.id = r.order_line_id
                  ) AS linked
                 GROUP BY order_id, move_id
              ) AS summed
            """
        )

    def _tracking_cte_due(self):
        """Instalments: what is past its due day, and the next day that is not."""
        today = self._tracking_today()
        return SQL(
            """
            SELECT i.move_id,
                   SUM(i.amount_residual) FILTER (WHERE i.date_maturity < %(today)s)
                       AS overdue_company,
                   SUM(i.amount_residual_currency)
                       FILTER (WHERE i.date_maturity < %(today)s) AS overdue,
                   MIN(i.date_maturity) FILTER (WHERE i.amount_residual > 0) AS next_due
              FROM invoice v
              JOIN account_move_line i ON i.move_id = v.id
             WHERE v.state = 'posted' AND i.display_type = 'payment_term'
             GROUP BY i.move_id
            """,
            today=today,
        )

    def _tracking_cte_money(self):
        """Money of the posted invoices, in the company's and in the order's currency.

        An invoice in another currency than its order is brought to the order's
        currency by the rate of the order.
        """
        in_order_currency = SQL(", ").join(
            SQL(
                "SUM(s.part * CASE WHEN v.currency_id = o.currency_id THEN %s "
                "ELSE %s * o.rate END) FILTER (WHERE v.state = 'posted') AS %s",
                amount,
                company_amount,
                SQL.identifier(name),
            )
            for name, amount, company_amount in (
                ("invoiced", SQL("v.total"), SQL("v.total_company")),
                ("residual", SQL("v.residual"), SQL("v.residual_company")),
                ("overdue", SQL("d.overdue"), SQL("d.overdue_company")),
            )
        )
        return SQL(
            """
            SELECT o.id AS order_id,
                   COUNT(*) FILTER (WHERE v.state = 'posted') AS posted,
                   COUNT(*) FILTER (WHERE v.state = 'draft') AS draft,
                   SUM(s.part * v.total_company)
                       FILTER (WHERE v.state = 'posted') AS invoiced_company,
                   SUM(s.part * v.residual_company)
                       FILTER (WHERE v.state = 'posted') AS residual_company,
                   SUM(s.part * d.overdue_company)
                       FILTER (WHERE v.state = 'posted') AS overdue_company,
                   MIN(d.next_due) AS next_due,
                   %s
              FROM share s
              JOIN tracked o ON o.id = s.order_id
              JOIN invoice v ON v.id = s.move_id
              LEFT JOIN due d ON d.move_id = v.id
             GROUP BY o.id
            """,
            in_order_currency,
        )
