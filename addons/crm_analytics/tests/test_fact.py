from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import AnalyticsCase

PAST = [
    ("A1", "85123A", 6, "2.55", "2010-12-01", "17850"),
    ("A1", "71053", 6, "3.39", "2010-12-01", "17850"),
    ("A1", "71053", 6, "3.39", "2010-12-01", "17850"),
    ("CA2", "85123A", -1, "2.55", "2010-12-03", "17850"),
    ("A3", "POST", 1, "0.0", "2011-01-05", ""),
]


@tagged("post_install", "-at_install", "cap_a07", "cap_a08")
class TestFact(AnalyticsCase):
    """Every line sold is a fact, once, and the sums are those of the documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(cls.contact, [(cls.paper, 10), (cls.desk, 2)])
        cls._refresh()

    def _assert_reconciled(self):
        """Compare the facts and the monthly sums with the platform's report."""
        self.env.flush_all()
        theirs = self.env["sale.report"]._read_group(
            [("state", "=", "sale"), ("company_id", "=", self.company.id)],
            ["categ_id"],
            ["price_subtotal:sum", "product_uom_qty:sum"],
        )
        domain = [("source", "=", "order"), ("company_id", "=", self.company.id)]
        for model in ("mining.fact", "mining.month"):
            ours = self.env[model]._read_group(
                domain, ["categ_id"], ["revenue:sum", "quantity:sum"]
            )
            self.assertEqual(
                {c.id: (round(r, 2), round(q, 2)) for c, r, q in ours if r or q},
                {c.id: (round(r, 2), round(q, 2)) for c, r, q in theirs if r or q},
                model,
            )

    def test_lines_become_facts(self):
        facts = self._facts(self.order)
        self.assertRecordValues(
            facts.sorted("line_ref"),
            [
                {
                    "source": "order",
                    "customer_id": self.customer.id,
                    "partner_id": self.contact.id,
                    "product_id": self.paper.id,
                    "categ_id": self.categories[0].id,
                    "user_id": self.salesperson.id,
                    "quantity": 10,
                    "revenue": 50,
                    "cost": 30,
                    "margin": 20,
                    "price_band": 5,
                },
                {
                    "source": "order",
                    "customer_id": self.customer.id,
                    "partner_id": self.contact.id,
                    "product_id": self.desk.id,
                    "categ_id": self.categories[1].id,
                    "user_id": self.salesperson.id,
                    "quantity": 2,
                    "revenue": 800,
                    "cost": 500,
                    "margin": 300,
                    "price_band": 200,
                },
            ],
        )
        self._assert_reconciled()

    def test_unknown_cost_is_empty(self):
        fact = self._sell_and_read([(self.gift, 4)])
        rows = self.env.execute_query(
            SQL("SELECT cost, margin, revenue FROM mining_fact WHERE id = %s", fact.id)
        )
        self.assertEqual(rows, [(None, None, 6)])

    def test_unknown_cost_is_no_zero(self):
        """Not in the list, and not first where the greatest margin is asked for."""
        unknown = self._sell_and_read([(self.gift, 4)])
        seen = unknown.with_user(self.analyst)
        self.assertFalse(seen.is_costed)
        facts = seen.search([("company_id", "=", self.company.id)], order="margin desc")
        self.assertEqual(facts[-1], unknown)
        self.assertTrue(facts[0].is_costed)

    def _sell_and_read(self, lines, **values):
        order = self._sell(self.customer, lines, **values)
        self._refresh()
        return self._facts(order)

    def test_only_what_is_sold(self):
        quotation = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.paper.id}),
                    Command.create({"display_type": "line_note", "name": "Hello"}),
                ],
            }
        )
        self._refresh()
        self.assertFalse(self._facts(quotation))
        quotation.action_confirm()
        self._refresh()
        self.assertEqual(len(self._facts(quotation)), 1)
        quotation._action_cancel()
        self._refresh()
        self.assertFalse(self._facts(quotation))
        self._assert_reconciled()

    def test_changes_are_booked(self):
        line = self.order.order_line[0]
        line.write({"product_uom_qty": 12, "price_unit": 4.5})
        self.order.write({"user_id": self.other_salesperson.id})
        self._refresh()
        facts = self._facts(self.order)
        self.assertEqual(facts.user_id, self.other_salesperson)
        self.assertEqual(sum(facts.mapped("revenue")), 854)
        self._assert_reconciled()
        self.env["mining.month"]._cron_compact()
        self._assert_reconciled()

    def test_nothing_new_reads_nothing(self):
        self.order.write({"client_order_ref": "PO 7"})
        self.env.flush_all()
        self.assertFalse(self.env["mining.stale"].search_count([]))
        self.assertEqual(self._refresh(), 0)

    def test_building_anew_gives_the_same(self):
        self._sell(self.other_customer, [(self.paper, 3)])
        self._refresh()
        before = self._content()
        self.env["mining.stale"]._ask_for_all()
        self._refresh()
        self.assertEqual(self._content(), before)

    def _content(self):
        columns = SQL(", ").join(
            map(SQL.identifier, self.env["mining.fact"]._columns())
        )
        return self.env.execute_query(
            SQL("SELECT %s FROM mining_fact ORDER BY source, line_ref", columns)
        )

    def test_category_of_the_day_stays(self):
        self.paper.categ_id = self.categories[1]
        self.order.order_line[0].product_uom_qty = 11
        self._refresh()
        fact = self._facts(self.order).filtered(lambda f: f.product_id == self.paper)
        self.assertEqual(fact.categ_id, self.categories[0])
        self.assertEqual(fact.quantity, 11)

    def test_category_that_is_deleted(self):
        (self.paper | self.gift).categ_id = self.categories[1]
        self.categories[0].unlink()
        self._refresh()
        self.env.invalidate_all()
        fact = self._facts(self.order).filtered(lambda f: f.product_id == self.paper)
        self.assertFalse(fact.categ_id)
        months = self.env["mining.month"].search([("company_id", "=", self.company.id)])
        self.assertNotIn(self.categories[0].id, months.categ_id.ids)

    def test_region_that_is_deleted(self):
        regions = self.env["res.country.state"].create(
            [
                {"name": name, "code": name, "country_id": self.env.ref("base.cn").id}
                for name in ("OLD", "NEW")
            ]
        )
        self.order.partner_id.state_id = regions[0]
        self.env["mining.stale"]._ask_for_all()
        self._refresh()
        self.assertEqual(self._facts(self.order).state_id, regions[0])
        self.order.partner_id.state_id = regions[1]
        regions[0].unlink()
        self.order.order_line[0].product_uom_qty += 1
        self._refresh()
        self.env.invalidate_all()
        facts = self.env["mining.fact"].with_user(self.analyst)
        found = facts.formatted_read_group([], ["state_id"], ["revenue:sum"])
        names = [one["state_id"] and one["state_id"][1] for one in found]
        self.assertFalse([name for name in names if name and "OLD" in name])

    def test_currency_of_the_day(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "rate": 0.8, "currency_id": euro.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        fact = self._sell_and_read([(self.paper, 7)], pricelist_id=pricelist.id)
        self.assertAlmostEqual(fact.revenue, 35, 1)
        self.assertEqual(fact.currency_id, self.company.currency_id)
        self._assert_reconciled()

    def test_history(self):
        run = self._import_history(PAST)
        self._refresh()
        facts = self.env["mining.fact"].search([("source", "=", "history")])
        self.assertEqual(len(facts), 5)
        self.assertAlmostEqual(sum(facts.mapped("revenue")), 53.43)
        self.assertEqual(facts.mapped("is_return").count(True), 1)
        self.assertEqual(len(facts.filtered(lambda fact: not fact.customer_id)), 1)
        self.assertFalse(any(facts.mapped("cost")))
        run.with_user(self.manager).action_undo()
        self.assertFalse(facts.exists())

    def test_country_of_a_past_document_without_customer(self):
        """Read as it comes, and read again, as if all were read anew."""
        self._import_history(PAST)
        self._refresh()
        france = self.env.ref("base.fr")
        for _turn in range(2):
            nobody = self.env["mining.fact"].search(
                [("source", "=", "history"), ("customer_id", "=", False)]
            )
            self.assertEqual(nobody.country_id, france)
            self.env["mining.stale"].create({"history_id": nobody.history_id.id})
            self._refresh()

    def test_merged_customer(self):
        self._sell(self.other_customer, [(self.paper, 1)])
        self._refresh()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        gone = self.other_customer.id
        wizard._merge([gone, self.customer.id], self.customer)
        self.assertFalse(self.env["mining.fact"].search([("customer_id", "=", gone)]))

    def test_contact_moves_to_another_company(self):
        self.contact.parent_id = self.other_customer
        self._refresh()
        self.assertEqual(self._facts(self.order).customer_id, self.other_customer)

    def test_plain_sql_is_seen(self):
        self.env.cr.execute(
            SQL(
                "UPDATE sale_order_line SET price_subtotal = 1 WHERE order_id = %s",
                self.order.id,
            )
        )
        self._refresh()
        self.assertEqual(sum(self._facts(self.order).mapped("revenue")), 2)

    def test_documents_under_the_readers_rights(self):
        fact = self._facts(self.order)[0]
        seen = fact.with_user(self.head).action_open_document()
        self.assertEqual(
            (seen["res_model"], seen["res_id"]), ("sale.order", self.order.id)
        )
        with self.assertRaises(AccessError):
            fact.with_user(self.analyst).action_open_document()

    def test_facts_behind_a_sum(self):
        months = self.env["mining.month"].with_user(self.analyst)
        month = months.search([("categ_id", "=", self.categories[1].id)], limit=1)
        action = month.action_open_facts()
        facts = self.env["mining.fact"].with_user(self.analyst).search(action["domain"])
        self.assertEqual(sum(facts.mapped("revenue")), month.revenue)

    def test_who_brings_up_to_date(self):
        self.order.order_line[0].product_uom_qty = 20
        with self.assertRaises(AccessError):
            self.env["mining.fact"].with_user(self.analyst).action_refresh()
        self.env["mining.fact"].with_user(self.head).action_refresh()
        self.assertEqual(sum(self._facts(self.order).mapped("quantity")), 22)

    def test_queries_do_not_grow(self):
        counts = []
        for number in (1, 50):
            for _turn in range(number):
                self._sell(self.customer, [(self.paper, 1)])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._refresh()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 12)
