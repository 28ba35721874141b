import base64
import csv
import gzip
import io
import random
from collections import Counter, defaultdict
from decimal import Decimal

from openpyxl import Workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import crm_history_import
from .common import CrmBaseCase

HEADING = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)


def make_rows(count, seed=19):
    """Rows like those of a distributor: returns, gaps, zero prices, exact repeats."""
    rng = random.Random(seed)
    rows = []
    while len(rows) < count:
        number = 536365 + len(rows)
        returned = rng.random() < 0.05
        customer = rng.choice(
            ["", "17850.0", "12346.0", "C-9", f"{rng.randint(1, 40)}"]
        )
        country = rng.choice(["United Kingdom", "EIRE", "Germany", "Unspecified"])
        for _line in range(rng.randint(1, 6)):
            row = (
                f"{'C' if returned else ''}{number}",
                rng.choice(["85123A", "71053", "22086", "POST", "gift_0001"]),
                rng.choice(["WHITE HANGING HEART", "", "CREAM\tCUPID", "瓷杯"]),
                f"{-rng.randint(1, 9) if returned else rng.choice([1, 6, 12, -2])}.0",
                f"2011-0{rng.randint(1, 9)}-{rng.randint(10, 28)}T08:26:00.000000",
                rng.choice(["2.55", "0.001", "0.0", "3.39", "-11.06"]),
                customer,
                country,
            )
            rows += [row] * (2 if rng.random() < 0.1 else 1)
    return rows[:count]


def as_csv(rows, encoding="utf-8", delimiter=",", heading=HEADING):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([heading, *rows])
    return text.getvalue().encode(encoding)


@tagged("post_install", "-at_install", "cap_s10", "cap_e06")
class TestHistory(CrmBaseCase):
    """A file of old invoice lines becomes a history of which nothing is lost."""

    def _new_import(self, content, name="history.csv", user=None, **values):
        return (
            self.env["crm.history.import"]
            .with_user(user or self.manager)
            .create({"file": base64.b64encode(content), "file_name": name, **values})
        )

    def _run(self, content, name="history.csv", **values):
        run = self._new_import(content, name, **values)
        run.action_start()
        self.assertEqual(run.state, "queued")
        self._process()
        self.assertEqual(run.state, "done", run.message)
        return run

    def _process(self):
        cron = self.env.ref("crm_base.crm_history_import_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _lines(self, run):
        return self.env["crm.history.line"].search([("import_id", "=", run.id)])

    # ------------------------------------------------------------------ the whole
    def test_history_equals_the_file(self):
        rows = make_rows(3000)
        run = self._run(gzip.compress(as_csv(rows)), "history.csv.gz")
        self.assertEqual(
            (run.rows_read, run.rows_added, run.rows_refused), (3000, 3000, 0)
        )

        amounts, documents = defaultdict(Decimal), defaultdict(Decimal)
        for row in rows:
            amount = Decimal(row[3]) * Decimal(row[5])
            amounts[row[7]] += amount
            documents[row[0], row[6].removesuffix(".0")] += amount
        orders = self.env["crm.history.order"].search(
            [("line_ids.import_id", "=", run.id)]
        )
        self.assertEqual(len(orders), len(documents))
        self.env.cr.execute(
            "SELECT country_name, SUM(amount)::text FROM crm_history_order"
            " WHERE id IN %s GROUP BY 1",
            [tuple(orders.ids)],
        )
        found = {name: Decimal(amount) for name, amount in self.env.cr.fetchall()}
        self.assertEqual(found, dict(amounts))
        self.env.cr.execute(
            "SELECT name, customer_code, amount::text FROM crm_history_order"
            " WHERE id IN %s",
            [tuple(orders.ids)],
        )
        found = {
            (name, code): Decimal(amount)
            for name, code, amount in self.env.cr.fetchall()
        }
        self.assertEqual(found, dict(documents))
        for order in orders:
            self.assertEqual(order.kind, "return" if order.name[0] == "C" else "sale")
            self.assertEqual(bool(order.partner_id), bool(order.customer_code))
        self.assertEqual(
            orders.filtered(lambda o: o.country_name == "EIRE").country_id.code, "IE"
        )
        self._check_report(run, rows)

    def _check_report(self, run, rows):
        expected = Counter()
        seen = Counter()
        for row in rows:
            seen[row] += 1
            expected["repeated"] += seen[row] > 1
            expected["no_customer"] += not row[6]
            expected["no_description"] += not row[2]
            expected["zero_price"] += Decimal(row[5]) == 0
            expected["negative_price"] += Decimal(row[5]) < 0
            expected["negative_quantity"] += row[3][0] == "-" and row[0][0] != "C"
            expected["unknown_country"] += row[7] == "Unspecified"
        groups = self.env["crm.history.issue"]._read_group(
            [("import_id", "=", run.id)], ["reason"], ["__count"]
        )
        self.assertEqual(dict(groups), {k: v for k, v in expected.items() if v})
        first = next(n for n, row in enumerate(rows, 2) if not row[6])
        issue = self.env["crm.history.issue"].search(
            [("import_id", "=", run.id), ("reason", "=", "no_customer")], limit=1
        )
        self.assertEqual(issue.row_no, first, "the report names the row of the file")

    def test_second_import_adds_nothing(self):
        content = as_csv(make_rows(500))
        first = self._run(content)
        orders = self.env["crm.history.order"].search_count([])
        partners = self.env["res.partner"].search_count([])
        second = self._run(content)
        self.assertEqual((second.rows_added, second.rows_known), (0, 500))
        self.assertFalse(second.issue_ids)
        self.assertEqual(self.env["crm.history.order"].search_count([]), orders)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertEqual(len(self._lines(first)), 500)

    def test_overlapping_file_adds_only_what_is_new(self):
        rows = make_rows(800)
        self._run(as_csv(rows[:500]))
        later = self._run(as_csv(rows))
        self.assertEqual((later.rows_added, later.rows_known), (300, 500))

    def test_chunks_and_interruption_lose_nothing(self):
        rows = [make_rows(1)[0]] * 7 + make_rows(493, seed=5)
        self.patch(crm_history_import, "CHUNK", 60)
        run = self._new_import(as_csv(rows))
        run.action_start()
        Import = type(self.env["crm.history.import"])
        whole, calls = Import._import_chunk, []

        def dies(record, chunk):
            calls.append(len(chunk))
            if len(calls) >= 4:
                raise RuntimeError("the process is killed here")
            return whole(record, chunk)

        self.patch(Import, "_import_chunk", dies)
        with self.assertLogs("odoo.addons.base.models.ir_cron", "ERROR"):
            self._process()
        self.assertEqual(run.state, "running")
        self.patch(Import, "_import_chunk", whole)
        self._process()
        self.assertEqual((run.state, run.rows_added, run.rows_known), ("done", 500, 0))
        self.assertEqual(len(self._lines(run)), 500)

    # ------------------------------------------------------------------ bad input
    def test_refused_rows_name_row_field_and_value(self):
        good = make_rows(2)
        bad = [
            ("", "85123A", "x", "1", "2011-01-01", "1", "7", "Germany"),
            ("1", "", "x", "1", "2011-01-01", "1", "7", "Germany"),
            ("1", "A", "x", "many", "2011-01-01", "1", "7", "Germany"),
            ("1", "A", "x", "1", "31/31/2011", "1", "7", "Germany"),
            ("1", "A", "x", "1", "2011-01-01", "free", "7", "Germany"),
            ("1", "A", "x", "NaN", "2011-01-01", "1", "7", "Germany"),
            ("1", "A"),
        ]
        run = self._run(as_csv([good[0], *bad, good[1]]))
        self.assertEqual((run.rows_read, run.rows_added, run.rows_refused), (9, 2, 7))
        refused = run.issue_ids.filtered("is_refused").sorted("row_no")
        self.assertEqual(
            [(issue.row_no, issue.reason, issue.value or "") for issue in refused],
            [
                (3, "document", ""),
                (4, "product", ""),
                (5, "quantity", "many"),
                (6, "date", "31/31/2011"),
                (7, "price", "free"),
                (8, "quantity", "NaN"),
                (9, "quantity", ""),
            ],
        )

    def test_files_that_cannot_be_read_say_why(self):
        for content, name, words in (
            (b"a,b,c\n1,2,3\n", "x.csv", "no column for"),
            (b"", "empty.csv", "no column for"),
            (b"\x00\x01", "broken.xlsx", "cannot be read"),
            (b"not gzip", "broken.csv.gz", "cannot be read"),
            (b"a", "picture.png", "cannot be read"),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, words):
                self._new_import(content, name).action_start()

    def test_chinese_headings_and_encoding(self):
        heading = ("发票号", "货号", "品名", "数量", "日期", "单价", "客户编号", "国家")
        row = ("F001", "A-1", "保温杯", "1,200", "2026/03/01", "￥12.50", "K08", "中国")
        content = as_csv([row], "gb18030", "\t", heading)
        run = self._run(content, currency_id=self.env.ref("base.CNY").id)
        line = self._lines(run)
        self.assertEqual((line.description, line.amount), ("保温杯", 15000))
        self.assertEqual(line.order_id.country_id.code, "CN")
        self.assertEqual(line.partner_id.ref, "K08")
        self.assertEqual(line.product_id.name, "保温杯")

    def test_spreadsheet(self):
        book = Workbook()
        book.active.append(HEADING)
        rows = make_rows(200)
        for row in rows:
            book.active.append(
                [*row[:3], float(row[3]), row[4], float(row[5]), *row[6:]]
            )
        stream = io.BytesIO()
        book.save(stream)
        run = self._run(stream.getvalue(), "history.xlsx")
        self.assertEqual(run.rows_added, 200)
        same = self._run(as_csv(rows))
        self.assertEqual(
            same.rows_known, 200, "the same lines, whatever the file's kind"
        )

    # ------------------------------------------------------------- what it links to
    def test_known_customers_and_products_are_used(self):
        self.customer.ref = "12346"
        product = self.env["product.product"].create(
            {"name": "Heart", "default_code": "85123A"}
        )
        rows = [
            ("1", "85123A", "H", "2", "2011-01-02", "5", "12346.0", "Germany"),
            ("2", "85123A", "H", "-1", "2011-02-02", "5", "12346", "Germany"),
        ]
        run = self._run(as_csv(rows), return_prefix=False)
        self.assertEqual((run.customers_created, run.products_created), (0, 0))
        lines = self._lines(run)
        self.assertEqual(lines.partner_id, self.customer)
        self.assertEqual(lines.product_id, product)
        query = self.customer._customer_timeline_queries()["history"]
        titles = [row[1] for row in self.env.execute_query(query)]
        self.assertEqual(sorted(titles), ["1", "2"])

    def test_currency_is_converted_at_the_date(self):
        pound = self.env.ref("base.GBP")
        pound.active = True
        pound.rate_ids.unlink()
        pound.rate_ids.create(
            [
                {"currency_id": pound.id, "name": "2011-01-01", "rate": 0.5},
                {"currency_id": pound.id, "name": "2011-06-01", "rate": 0.25},
            ]
        )
        rows = [
            ("1", "A", "H", "1", "2010-05-02", "10", "7", "UK"),
            ("2", "A", "H", "1", "2011-05-02", "10", "7", "UK"),
            ("3", "A", "H", "1", "2011-07-02", "10", "7", "UK"),
        ]
        run = self._run(as_csv(rows), currency_id=pound.id)
        amounts = self._lines(run).order_id.sorted("name").mapped("amount_company")
        expected = [
            pound._convert(10, self.company.currency_id, self.company, date)
            for date in ("2010-05-02", "2011-05-02", "2011-07-02")
        ]
        self.assertEqual(amounts, expected)

    def test_undo(self):
        rows = make_rows(300)
        first = self._run(as_csv(rows[:200]))
        second = self._run(as_csv(rows))
        self.assertEqual(second.rows_added, 100)
        with self.assertRaises(UserError):
            second.unlink()
        second.action_undo()
        self.assertFalse(self._lines(second))
        self.assertEqual(len(self._lines(first)), 200)
        orders = self.env["crm.history.order"].search([])
        self.assertTrue(all(order.line_ids for order in orders))
        self.assertAlmostEqual(
            sum(orders.mapped("amount")), sum(orders.line_ids.mapped("amount")), 2
        )
        second.unlink()
        again = self._run(as_csv(rows))
        self.assertEqual(again.rows_added, 100)

    # ----------------------------------------------------------------------- rights
    def test_rights(self):
        run = self._run(as_csv(make_rows(50)))
        orders = self._lines(run).order_id
        for user in (self.salesperson, self.clerk, self.demoted, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._new_import(as_csv(make_rows(1)), user=user)
        self.assertTrue(orders.with_user(self.accountant).has_access("read"))
        self.assertFalse(orders.with_user(self.demoted).has_access("read"))
        self.assertFalse(orders.with_user(self.portal_user).has_access("read"))
        self.assertFalse(orders.with_user(self.foreign_manager).has_access("read"))
        with self.assertRaises(AccessError):
            orders.with_user(self.manager).write({"name": "changed"})
        with self.assertRaises(AccessError):
            self._lines(run).with_user(self.manager).unlink()
        owned = orders.filtered("partner_id")[:1]
        owned.partner_id.user_id = self.other_salesperson
        self.assertFalse(owned.with_user(self.salesperson).has_access("read"))
        self.assertTrue(owned.with_user(self.other_salesperson).has_access("read"))
        self.assertTrue(owned.with_user(self.manager).has_access("read"))
