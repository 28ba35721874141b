import base64
from datetime import datetime

from psycopg2.extras import execute_values

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.crm_base.tests.common import CrmBaseCase

ADDON = "crm_analytics"


class AnalyticsCase(CrmBaseCase):
    """Analysts of two companies and a few articles with a cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        user = f"{ADDON}.crm_analytics_group_user"
        cls.analyst = cls._new_user("mining_analyst", user)
        cls.head = cls._new_user(
            "mining_head",
            f"{ADDON}.crm_analytics_group_manager,sales_team.group_sale_manager",
        )
        cls.foreign_analyst = new_test_user(
            cls.env,
            "mining_foreign",
            f"base.group_user,{ADDON}.crm_analytics_group_manager",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.categories = cls.env["product.category"].create(
            [{"name": "Paper"}, {"name": "Desks"}]
        )
        cls.paper, cls.desk, cls.gift = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "list_price": price,
                    "standard_price": cost,
                    "categ_id": category.id,
                    "taxes_id": False,
                }
                for name, price, cost, category in (
                    ("Paper A4", 5, 3, cls.categories[0]),
                    ("Desk Oak", 400, 250, cls.categories[1]),
                    ("Gift Bag", 1.5, 0, cls.categories[0]),
                )
            ]
        )

    @classmethod
    def _sell(cls, partner, lines, date="2026-03-10", **values):
        """Make a confirmed order.

        :param lines: ``[(product, quantity)]``
        """
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": cls.salesperson.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in lines
                ],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = datetime.fromisoformat(f"{date} 12:00:00")
        return order

    @classmethod
    def _refresh(cls):
        return cls.env["mining.fact"]._refresh()

    @classmethod
    def _facts(cls, order):
        return cls.env["mining.fact"].search([("order_id", "=", order.id)], order="id")

    @classmethod
    def _model(cls, kind):
        """Give the analysis of a kind that the company got at its making."""
        return cls.env["mining.model"].search(
            [("company_id", "=", cls.company.id), ("kind", "=", kind)]
        )

    @classmethod
    def _run_model(cls, model):
        """Run an analysis at once, as the job does."""
        run = model._ask()
        run._run_safely()
        return run

    @classmethod
    def _past(cls, rows):
        """Put lines into the sales history at once, as an import leaves them.

        :param rows: as :meth:`_import_history`; customers and products are made
        """
        partners, products = cls.env["res.partner"], cls.env["product.product"]
        names = sorted({row[5] for row in rows})
        codes = sorted({row[1] for row in rows})
        customer = dict(
            zip(
                names,
                partners.create([{"name": n, "ref": n} for n in names]).ids,
                strict=True,
            )
        )
        product = dict(
            zip(
                codes,
                products.create([{"name": c, "default_code": c} for c in codes]).ids,
                strict=True,
            )
        )
        run = cls.env["crm.history.import"].create(
            {"file": base64.b64encode(b"-"), "file_name": "past.csv"}
        )
        cls.env.flush_all()
        values = [
            (
                invoice,
                product[code],
                quantity,
                float(price),
                date,
                customer[who],
                "return" if invoice.startswith("C") else "sale",
                place,
            )
            for place, (invoice, code, quantity, price, date, who) in enumerate(rows)
        ]
        cls._insert_past(run, values)

    @classmethod
    def _insert_past(cls, run, values):
        """Write documents and lines of an import in one go."""
        cls.env.cr.execute(
            "CREATE TEMP TABLE past (name text, product int, quantity numeric,"
            " price numeric, date date, customer int, kind text, place int)"
            " ON COMMIT DROP"
        )
        execute_values(cls.env.cr._obj, "INSERT INTO past VALUES %s", values)
        cls.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_history_order (company_id, source, name, customer_code,
                    partner_id, date, kind, currency_id, currency_rate, amount,
                    amount_company, line_count)
                SELECT %(company)s, 'past', name, '', min(customer), min(date),
                       min(kind), %(currency)s, 1, sum(quantity * price),
                       sum(quantity * price), count(*)
                  FROM past GROUP BY name ORDER BY name;
                INSERT INTO crm_history_line (order_id, import_id, row_no, product_id,
                    quantity, price_unit, amount, row_key, occurrence)
                SELECT o.id, %(run)s, p.place, p.product, p.quantity, p.price,
                       p.quantity * p.price, 'past' || p.place, 1
                  FROM past p JOIN crm_history_order o
                    ON o.name = p.name AND o.source = 'past' ORDER BY p.place;
                DROP TABLE past
                """,
                company=cls.company.id,
                currency=cls.company.currency_id.id,
                run=run.id,
            )
        )

    def _import_history(self, rows):
        """Put lines of earlier years into the sales history.

        :param rows: ``[(invoice, product code, quantity, price, date, customer)]``
        """
        head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,"
        body = "\n".join(
            f"{invoice},{code},{code},{quantity},{date}T08:00:00,{price},{who},France"
            for invoice, code, quantity, price, date, who in rows
        )
        text = f"{head}CustomerID,Country\n{body}\n"
        run = self.env["crm.history.import"].create(
            {
                "file": base64.b64encode(text.encode()),
                "file_name": "history.csv",
                "return_prefix": "C",
            }
        )
        run.action_start()
        cron = self.env.ref("crm_base.crm_history_import_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return run
