from odoo import models
from odoo.tools import SQL, format_amount, format_date

from ..tools import tracking
from ..tools.section import link, metric, row, section

#: Orders shown on the page; the others are a click away.
MAX_ROWS = 5


class ResPartner(models.Model):
    """The orders of a customer: what is in flight, and what happened when."""

    _inherit = "res.partner"

    # ------------------------------------------------------------------ section
    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        Order = self.env["sale.order"]
        if not Order.has_access("read"):
            return sections
        counts, orders = self._orders_open()
        data = orders._tracking_data()
        steps = orders._tracking_steps_of(data)
        by_customer = orders.grouped(lambda o: o.partner_id.commercial_partner_id.id)
        for partner_id, partner_sections in sections.items():
            partner_sections.append(
                self._orders_section(
                    partner_id,
                    counts.get(partner_id, {}),
                    by_customer.get(partner_id, Order),
                    data,
                    steps,
                )
            )
        return sections

    def _orders_domain(self, partner_ids):
        return [("partner_id.commercial_partner_id", "in", partner_ids)]

    def _orders_open(self):
        """Read the open orders and quotations of the customers, in one query.

        :return: ``{commercial_id: {"open", "late", "quotation": count}}`` and the
            newest orders on their way, at most MAX_ROWS a customer
        """
        Order = self.env["sale.order"]
        query = Order._search(
            [
                *self._orders_domain(self.commercial_partner_id.ids),
                "|",
                ("tracking_stage", "in", tracking.OPEN_STAGES),
                ("state", "in", ("draft", "sent")),
            ],
        )
        partner = query.left_join(
            query.table, "partner_id", "res_partner", "id", "customer"
        )
        ranked = query.select(
            SQL("%s AS customer_id", SQL.identifier(partner, "commercial_partner_id")),
            SQL("%s AS id", SQL.identifier(query.table, "id")),
            SQL("%s = 'sale' AS ordered", SQL.identifier(query.table, "state")),
            SQL("%s AS late", SQL.identifier(query.table, "tracking_late")),
            SQL("%s AS date", SQL.identifier(query.table, "date_order")),
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT customer_id,
                       COUNT(*) FILTER (WHERE ordered) AS open,
                       COUNT(*) FILTER (WHERE ordered AND late) AS late,
                       COUNT(*) FILTER (WHERE NOT ordered) AS quotation,
                       (ARRAY_AGG(id ORDER BY date DESC, id DESC)
                           FILTER (WHERE ordered))[:%s] AS newest
                  FROM (%s) AS ranked
                 GROUP BY customer_id
                """,
                MAX_ROWS,
                ranked,
            )
        )
        newest = [order_id for row in rows for order_id in row["newest"] or ()]
        return {row["customer_id"]: row for row in rows}, Order.browse(newest)

    def _orders_section(self, partner_id, counts, orders, data, steps):
        env = self.env
        domain = [("partner_id", "child_of", partner_id)]
        result = section(
            "orders",
            env._("Orders"),
            sequence=20,
            icon="fa-truck",
            empty=env._("No order is on its way."),
            action=link(env._("Orders"), "sale.order", domain=domain),
        )
        if counts:
            result["metrics"] = self._orders_metrics(counts, domain)
        for order in orders:
            figures = data[order.id]
            promised = figures["promised_date"]
            result["rows"].append(
                row(
                    order.name,
                    subtitle=promised
                    and env._("Promised %(day)s", day=format_date(env, promised)),
                    value=format_amount(env, order.amount_total, order.currency_id),
                    tone="danger" if figures["late"] else None,
                    action=link(order.name, "sale.order", res_id=order.id),
                    steps=[
                        (step["label"], step["state"], self._orders_step_hint(step))
                        for step in steps[order.id]
                    ],
                )
            )
        return result

    @staticmethod
    def _orders_step_hint(step):
        """Say what the order waits for, and for whom, where it stands."""
        if step["state"] not in ("now", "late"):
            return step["hint"]
        words = (step["label"], step["hint"], step["turn"])
        return " · ".join(word for word in words if word)

    def _orders_metrics(self, counts, domain):
        env = self.env
        on_the_way = ("tracking_stage", "in", list(tracking.OPEN_STAGES))
        late = counts.get("late", 0)
        return [
            metric(
                env._("Open orders"),
                str(counts.get("open", 0)),
                action=link(
                    env._("Open orders"),
                    "sale.order",
                    domain=[*domain, on_the_way, ("state", "=", "sale")],
                ),
                tile=35,
            ),
            metric(
                env._("Late"),
                str(late),
                tone="danger" if late else None,
                action=link(
                    env._("Late orders"),
                    "sale.order",
                    domain=[*domain, ("tracking_late", "=", True)],
                ),
            ),
            metric(
                env._("Open quotations"),
                str(counts.get("quotation", 0)),
                action=link(
                    env._("Open quotations"),
                    "sale.order",
                    domain=[*domain, ("state", "in", ("draft", "sent"))],
                ),
            ),
        ]

    # ----------------------------------------------------------------- timeline
    def _customer_timeline_queries(self):
        queries = super()._customer_timeline_queries()
        customers = self.commercial_partner_id.ids
        for kind, make in (
            ("order", self._timeline_orders),
            ("delivery", self._timeline_deliveries),
            ("invoice", self._timeline_invoices),
            ("payment", self._timeline_payments),
        ):
            statement = make(customers)
            if statement is not None:
                queries[kind] = statement
        return queries

    def _timeline_source(self, model, domain, columns):
        """Select the timeline's columns from what the reader may read of a model.

        :param columns: function of the table's alias, giving (date, title, amount,
            currency, author) as SQL
        :return: SQL, or None when the reader may read nothing of the model
        """
        records = self.env[model]
        if not records.has_access("read"):
            return None
        records.flush_model()
        query = records._search(domain)
        # Who made the document is a name that every reader of it may see.
        date, title, amount, currency, author = columns(query.table)
        author_alias = query.left_join(
            query.table, author, "res_users", "id", "timeline_author"
        )
        return query.select(
            SQL("%s::timestamp AS date", date),
            SQL("%s::text AS title", title),
            SQL("%s::numeric AS amount", amount),
            SQL("%s::integer AS currency_id", currency),
            SQL("%s::text AS res_model", model),
            SQL("%s AS res_id", SQL.identifier(query.table, "id")),
            SQL("%s AS author_id", SQL.identifier(author_alias, "partner_id")),
        )

    def _timeline_orders(self, customers):
        return self._timeline_source(
            "sale.order",
            [*self._orders_domain(customers), ("state", "!=", "cancel")],
            lambda alias: (
                SQL.identifier(alias, "date_order"),
                SQL.identifier(alias, "name"),
                SQL.identifier(alias, "amount_total"),
                SQL.identifier(alias, "currency_id"),
                "user_id",
            ),
        )

    def _timeline_deliveries(self, customers):
        return self._timeline_source(
            "stock.picking",
            [
                ("partner_id.commercial_partner_id", "in", customers),
                ("picking_type_id.code", "=", "outgoing"),
                ("state", "=", "done"),
            ],
            lambda alias: (
                SQL.identifier(alias, "date_done"),
                SQL.identifier(alias, "name"),
                SQL("NULL"),
                SQL("NULL"),
                "user_id",
            ),
        )

    def _timeline_invoices(self, customers):
        return self._timeline_source(
            "account.move",
            [
                ("commercial_partner_id", "in", customers),
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                ("state", "=", "posted"),
            ],
            lambda alias: (
                SQL.identifier(alias, "invoice_date"),
                SQL.identifier(alias, "name"),
                SQL.identifier(alias, "amount_total_in_currency_signed"),
                SQL.identifier(alias, "currency_id"),
                "invoice_user_id",
            ),
        )

    def _timeline_payments(self, customers):
        return self._timeline_source(
            "account.payment",
            [
                ("partner_id.commercial_partner_id", "in", customers),
                ("partner_type", "=", "customer"),
                ("state", "in", ("in_process", "paid")),
            ],
            lambda alias: (
                SQL.identifier(alias, "date"),
                SQL.identifier(alias, "name"),
                SQL(
                    "%s * CASE WHEN %s = 'outbound' THEN -1 ELSE 1 END",
                    SQL.identifier(alias, "amount"),
                    SQL.identifier(alias, "payment_type"),
                ),
                SQL.identifier(alias, "currency_id"),
                "create_uid",
            ),
        )
