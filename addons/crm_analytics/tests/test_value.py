from freezegun import freeze_time
from psycopg2.errors import ReadOnlySqlTransaction

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import AnalyticsCase
from .sales_set import make_rows


@tagged("post_install", "-at_install", "cap_a03")
class TestTies(AnalyticsCase):
    """Customers who did the same are classed alike, the most recent as the best."""

    def _classed(self, rows):
        self._past([(f"T{n}", "P1", 1, *row) for n, row in enumerate(rows)])
        self._refresh()
        run = self._run_model(self._model("rfm"))
        found = self.env["mining.customer"].search([("run_id", "=", run.id)])
        return {customer.partner_id.ref: customer for customer in found}

    def test_who_bought_on_the_last_day_is_in_the_best_class(self):
        """However many: invoices of a month are often all of its last day."""
        early = [("9.5", f"2026-01-{day:02}", f"E{day}") for day in range(1, 11)]
        late = [("9.5", "2026-01-31", f"L{number}") for number in range(20)]
        found = self._classed(early + late + late)
        classes = {ref: customer.r for ref, customer in found.items()}
        self.assertEqual({classes[who] for _price, _day, who in late}, {5})
        self.assertEqual(
            [classes[f"E{day}"] for day in range(1, 11)], [1] * 6 + [2] * 4
        )

    def test_one_day_only(self):
        found = self._classed([("5", "2026-01-31", f"K{n}") for n in range(30)])
        self.assertEqual({customer.r for customer in found.values()}, {5})
        self.assertEqual({customer.tier for customer in found.values()}, {"A"})

    def test_gifts_are_not_returns(self):
        rows = [("5", "2026-01-31", f"K{n}") for n in range(30)]
        found = self._classed([*rows, ("0", "2026-01-31", "FREE")])
        self.assertEqual(found["FREE"].tier, "C")


@tagged("post_install", "-at_install", "cap_a01", "cap_a03", "cap_a13")
class TestValue(AnalyticsCase):
    """Tiers and classes of customers, and the record of each run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = make_rows(60)
        cls._past(cls.rows)
        cls._refresh()
        cls.model = cls._model("rfm")

    def _expected(self):
        """Sum each customer's purchases without the database."""
        sums = {}
        for _invoice, _code, quantity, price, _date, who in self.rows:
            sums[who] = sums.get(who, 0) + quantity * float(price)
        return sums

    def test_tiers_are_those_of_the_file(self):
        run = self._run_model(self.model)
        self.assertEqual((run.state, run.is_published), ("done", True), run.verdict)
        found = (
            self.env["mining.customer"]
            .with_user(self.analyst)
            .search([("run_id", "=", run.id)])
        )
        expected = self._expected()
        self.assertEqual(len(found), len(expected))
        self.assertAlmostEqual(sum(found.mapped("revenue")), sum(expected.values()), 2)
        self.assertEqual(found.mapped("place"), list(range(1, len(found) + 1)))
        amounts = found.mapped("revenue")
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        total, running = sum(amounts), 0
        for customer in found:
            tier = (
                "A" if running < 0.8 * total else "B" if running < 0.95 * total else "C"
            )
            self.assertEqual(customer.tier, tier)
            running += customer.revenue

    def test_equal_customers_are_in_equal_classes(self):
        run = self._run_model(self.model)
        found = self.env["mining.customer"].search([("run_id", "=", run.id)])
        for name, number in (("orders", "f"), ("recency", "r"), ("revenue", "m")):
            classes = {}
            for customer in found:
                classes.setdefault(customer[name], set()).add(customer[number])
            self.assertTrue(all(len(values) == 1 for values in classes.values()), name)
        self.assertEqual(max(found.mapped("r")), 5)

    def test_the_same_data_and_seed_give_the_same(self):
        first = self._run_model(self.model)
        second = self._run_model(self.model)
        self.assertTrue(first.digest)
        self.assertEqual(first.digest, second.digest)
        self.assertFalse(first.is_published)
        self.assertEqual(self.model.published_run_id, second)
        moved = second.pictures["migration"]
        self.assertTrue(all(before == now for before, now, _count in moved))

    def test_one_run_of_a_kind_is_shown(self):
        """Whatever analysis it is of; who archives an analysis takes its run back."""
        shown = [("kind", "=", "rfm"), ("is_published", "=", True)]
        runs = self.env["mining.run"]
        self._run_model(self.model)
        other = self.model.copy()
        second = self._run_model(other)
        self.assertEqual(runs.search(shown), second)
        self.assertFalse(self.model.published_run_id)
        third = self._run_model(self.model)
        self.assertEqual(runs.search(shown), third)
        self.model.with_user(self.head).action_archive()
        self.assertFalse(runs.search(shown))
        late = self._run_model(self.model)
        self.assertEqual((late.state, late.is_published), ("done", False))

    @freeze_time("2026-05-31 23:30:00")
    def test_today_is_the_company_s(self):
        """At 07:30 in Shanghai the sales of the day are not of the future."""
        self.company.partner_id.tz = "Asia/Shanghai"
        order = self._sell(self.customer, [(self.paper, 1)])
        order.date_order = "2026-05-31 23:00:00"
        self._refresh()
        self.assertEqual(str(self._facts(order).date), "2026-06-01")
        for kind in ("rfm", "profit"):
            run = self._model(kind)._ask()
            run._read()
            self.assertEqual(run.checks["future"], 0)
            self.assertEqual(str(run.date_to), "2026-06-01")

    def test_old_rows_go_and_the_record_stays(self):
        runs = [self._run_model(self.model) for _turn in range(4)]
        counts = [
            self.env["mining.customer"].search_count([("run_id", "=", run.id)])
            for run in runs
        ]
        self.assertEqual([bool(count) for count in counts], [False, False, True, True])
        self.assertTrue(runs[0].verdict)

    def test_too_few_customers(self):
        self.model.with_user(self.head).needed = 1000
        run = self._run_model(self.model)
        self.assertEqual(run.state, "refused")
        self.assertEqual(run.verdict, "Not enough data: 60 customers, 1,000 needed.")
        self.assertFalse(self.env["mining.customer"].search([("run_id", "=", run.id)]))

    def test_an_empty_company(self):
        model = self.env["mining.model"].search(
            [("company_id", "=", self.other_company.id), ("kind", "=", "rfm")]
        )
        run = self._run_model(model)
        self.assertEqual(run.verdict, "Not enough data: 0 customers, 20 needed.")

    def test_who_withdrew_consent_is_left_out(self):
        run = self._run_model(self.model)
        partner = (
            self.env["mining.customer"].search([("run_id", "=", run.id)])[0].partner_id
        )
        self.env["crm.consent"].with_user(self.clerk).create(
            {"partner_id": partner.id, "channel": "profiling", "state": "withdrawn"}
        )
        left = self.env["mining.customer"].search([("partner_id", "=", partner.id)])
        self.assertFalse(left)
        run = self._run_model(self.model)
        self.assertEqual((run.customers, run.checks["withdrawn"]), (59, 1))
        left = self.env["mining.customer"].search([("partner_id", "=", partner.id)])
        self.assertFalse(left)

    def test_odd_lines_are_counted(self):
        self.env.cr.execute(
            SQL(
                """
                UPDATE mining_fact SET revenue = 'NaN' WHERE id = (
                    SELECT min(id) FROM mining_fact);
                UPDATE mining_fact SET date = '2090-01-01' WHERE id = (
                    SELECT max(id) FROM mining_fact);
                """
            )
        )
        run = self._run_model(self.model)
        self.assertEqual((run.checks["no_number"], run.checks["future"]), (1, 1))
        self.assertEqual(run.checks["no_cost"], run.lines)
        self.assertLess(run.date_to.year, 2030)
        self.assertIn("dated in the future, left out: 1", run.checks_text)

    def test_an_amount_that_is_no_number_is_left_out(self):
        self._sell(self.customer, [(self.paper, 1)], date="2026-01-10")
        self._refresh()
        self.env.cr.execute(
            SQL(
                "UPDATE mining_fact SET revenue = 1e16 WHERE customer_id = %s",
                self.customer.id,
            )
        )
        run = self._run_model(self.model)
        self.assertEqual((run.state, run.customers), ("done", 60), run.verdict)
        self.assertEqual(run.checks["no_number"], 1)
        found = self.env["mining.customer"].search([("run_id", "=", run.id)])
        self.assertNotIn(self.customer, found.partner_id)

    def test_too_few_customers_in_the_window(self):
        self.model.write({"window_days": 30, "horizon_days": 10, "needed": 59})
        run = self._run_model(self.model)
        start, end = str(run.date_from), str(run.date_to)
        recent = {who for *_line, date, who in self.rows if start < date <= end}
        self.assertEqual((run.state, run.customers), ("refused", len(recent)))
        self.assertIn(f" {len(recent)} customers, 59 needed", run.verdict)

    def test_returns_lower_the_value(self):
        whole = self._expected()["K0005"]
        self._import_history([("C1", "P01", -1, "9.5", "2026-01-01", "K0005")])
        run = self._run_model(self.model)
        found = self.env["mining.customer"].search(
            [("run_id", "=", run.id), ("partner_id.ref", "=", "K0005")]
        )
        self.assertAlmostEqual(found.revenue, whole - 9.5, 2)

    def test_unknown_margin_is_no_zero(self):
        self._sell(self.customer, [(self.paper, 1)], date="2026-01-10")
        self._refresh()
        run = self._run_model(self.model)
        customers = self.env["mining.customer"].with_user(self.analyst)
        found = customers.search([("run_id", "=", run.id)], order="margin desc, id")
        self.assertEqual(found.filtered("is_costed"), found[0])
        self.assertEqual(found[0].partner_id, self.customer)

    def test_dashboard(self):
        self._run_model(self.model)
        dashboards = self.env["mining.model"].with_user(self.analyst)
        dashboards.get_dashboard()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        page = dashboards.get_dashboard()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 6)
        customers = sum(tier[1] for tier in page["value"]["tiers"])
        self.assertEqual(customers, 60)
        self.assertEqual(sum(cell[2] for cell in page["value"]["grid"]), 60)
        self.assertAlmostEqual(page["value"]["curve"][-1][1], 1)
        self.assertFalse(page["may_run"])
        for user in (self.clerk, self.salesperson, self.demoted):
            with self.assertRaises(AccessError):
                self.env["mining.model"].with_user(user).get_dashboard()

    def test_reads_run_on_a_replica(self):
        """What only reads says so, and writes nothing."""
        run = self._run_model(self.model).with_user(self.analyst)
        model = self.model.with_user(self.analyst)
        reads = {
            model.get_dashboard: {"months", "analyses", "value"},
            model.action_open_runs: {"res_model"},
            run.action_open_results: {"res_model"},
        }
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=False)
        self.env.cr.execute("SET LOCAL transaction_read_only = on")
        for method, keys in reads.items():
            self.env.invalidate_all(flush=False)
            self.assertTrue(method.__func__._readonly, method)
            self.assertLessEqual(keys, set(method()))
        with self.assertRaises(ReadOnlySqlTransaction), mute_logger("odoo.sql_db"):
            self.env.cr.execute("UPDATE mining_run SET seed = 1")
        savepoint.close(rollback=True)

    def test_who_runs_and_cancels(self):
        with self.assertRaises(AccessError):
            self.model.with_user(self.analyst).action_run()
        self.model.with_user(self.head).action_run()
        run = self.model.run_ids
        self.assertEqual(run.state, "waiting")
        self.model.with_user(self.head).action_run()
        self.assertEqual(self.model.run_ids, run)
        with self.assertRaises(AccessError):
            run.with_user(self.analyst).action_cancel()
        run.with_user(self.head).action_cancel()
        self.assertEqual(run.state, "cancelled")
        with self.assertRaises(UserError):
            run.with_user(self.head).action_cancel()

    def test_nobody_writes_a_run(self):
        run = self._run_model(self.model)
        for user in (self.analyst, self.head):
            with self.assertRaises(AccessError):
                run.with_user(user).write({"is_published": True})
            with self.assertRaises(AccessError):
                self.env["mining.run"].with_user(user).create(
                    {"model_id": self.model.id, "state": "done"}
                )
        with self.assertRaises(UserError):
            self.model.with_user(self.head).kind = "next"
        with self.assertRaises(UserError):
            self.model.with_user(self.head).unlink()

    def test_the_job_runs_what_waits(self):
        self.model.with_user(self.head).action_run()
        with self.enter_registry_test_mode():
            self.env.ref("crm_analytics.mining_run_cron").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.model.run_ids.state, "done")

    def test_verdict_in_the_language_of_the_reader(self):
        self.model.needed = 1000
        run = self._run_model(self.model)
        self.env["res.lang"]._activate_lang("zh_CN")
        label = run.with_context(lang="zh_CN")._verdict_texts()["customers"]
        self.assertIn("60", run.with_context(lang="zh_CN").verdict)
        self.assertEqual(
            run.with_context(lang="zh_CN").verdict,
            label % {"have": "60", "needed": "1,000"},
        )
