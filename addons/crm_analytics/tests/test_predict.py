from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools import features, studies
from .common import AnalyticsCase
from .sales_set import make_rows

# takes 20 seconds


@tagged("post_install", "-at_install", "cap_a03", "cap_a04", "cap_a13", "cap_e06")
class TestPredict(AnalyticsCase):
    """Next purchase and lifetime value: judged on later sales, with reasons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._past(make_rows(600))
        cls._refresh()

    def _scores(self, run):
        return self.env["mining.score"].search([("run_id", "=", run.id)])

    def test_next_purchase_beats_the_rule(self):
        run = self._run_model(self._model("next"))
        self.assertEqual(run.state, "done", run.verdict)
        self.assertGreater(run.quality, run.baseline)
        self.assertLess(run.quality_low, run.quality)
        self.assertLess(run.quality, run.quality_high)
        scores = self._scores(run)
        self.assertEqual(len(scores), run.customers)
        self.assertTrue(all(0 < score.chance < 1 for score in scores))
        self.assertTrue(all(score.reasons for score in scores))

    def test_reasons_are_the_heaviest_parts(self):
        run = self._run_model(self._model("next"))
        score = self._scores(run)[0]
        weights = [abs(weight) for _name, _value, weight in score.reasons]
        self.assertEqual(weights, sorted(weights, reverse=True))
        self.assertTrue(
            {name for name, *_rest in score.reasons} <= set(features.FEATURES)
        )
        self.assertEqual(len(score._reason_lines()), len(score.reasons))

    def test_a_model_no_better_than_the_rule_is_not_shown(self):
        model = self._model("next")
        first = self._run_model(model)
        self.patch(studies, "_judge_card", _judge_as_bad)
        second = self._run_model(model)
        self.assertEqual(second.state, "worse")
        self.assertFalse(second.is_published)
        self.assertEqual(model.published_run_id, first)
        self.assertTrue(self._scores(first))

    def test_too_few_who_bought(self):
        model = self._model("next")
        model.horizon_days = 250
        run = self._run_model(model)
        self.assertEqual(run.state, "refused")
        self.assertIn("200 of both needed", run.verdict)
        self.assertFalse(self._scores(run))

    def test_the_same_again(self):
        for kind in ("next", "lifetime"):
            first = self._run_model(self._model(kind))
            second = self._run_model(self._model(kind))
            self.assertEqual(first.digest, second.digest, kind)
            self.assertEqual(first.parameters, second.parameters, kind)

    def test_an_amount_that_is_no_number(self):
        self._sell(self.customer, [(self.paper, 1)], date="2026-01-10")
        self._refresh()
        self.env.cr.execute(
            SQL(
                "UPDATE mining_fact SET revenue = 1e16 WHERE customer_id = %s",
                self.customer.id,
            )
        )
        for kind in ("next", "lifetime"):
            run = self._run_model(self._model(kind))
            self.assertIn(run.state, ("done", "worse"), run.verdict)
            self.assertNotIn(self.customer, self._scores(run).partner_id)

    def test_amounts_in_words(self):
        said = self.env["mining.score"]._say_reasons(
            [["basket", 1234567.89, 0.5], ["overdue", 2.5, -0.1]]
        )
        self.assertEqual(
            said,
            [
                "Spends 1,234,567.89 on a day of purchase",
                "Has waited 2.5 times as long as usual",
            ],
        )

    def test_a_value_that_nobody_knows_is_a_dash(self):
        score = {
            "kind": "lifetime",
            "date_to": fields.Date.today(),
            "horizon_days": 90,
            "chance": 0.5,
            "value": None,
            "expected_orders": 1,
        }
        figure = self.env["res.partner"]._mining_score_metrics(score)[0]
        self.assertEqual(figure["value"], "—")

    def test_a_value_that_nobody_knows_is_not_zero(self):
        run = self._run_model(self._model("lifetime"))
        scores = self.env["mining.score"].search([("run_id", "=", run.id)], limit=2)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mining_score SET value = NULL WHERE id = %s", [scores[0].id]
        )
        self.env.invalidate_all()
        seen = scores.with_user(self.analyst)
        self.assertEqual(seen.mapped("is_valued"), [False, True])
        ordered = seen.search([("run_id", "=", run.id)], order="value desc, id")
        self.assertEqual(ordered[-1], seen[0])

    def test_results_of_a_lifetime_run_are_values(self):
        run = self._model("lifetime")._ask().with_user(self.analyst)
        view = self.env.ref("crm_analytics.mining_score_view_list_lifetime")
        action = run.action_open_results()
        self.assertEqual(action["views"], [(view.id, "list")])
        run = self._model("next")._ask().with_user(self.analyst)
        self.assertFalse(run.action_open_results()["views"][0][0])

    def test_lifetime(self):
        run = self._run_model(self._model("lifetime"))
        self.assertEqual(run.state, "done", run.verdict)
        self.assertLess(run.quality, run.baseline)
        scores = self._scores(run)
        self.assertEqual(len(scores), run.customers)
        self.assertTrue(all(0 <= score.chance <= 1 for score in scores))
        self.assertTrue(all(score.value >= 0 for score in scores))
        self.assertIn("it knows no season", run.verdict)

    def test_an_empty_company(self):
        model = self._model("lifetime")
        model.company_id = self.other_company
        run = self._run_model(model)
        self.assertEqual(run.verdict, "Not enough data: 0 customers, 200 needed.")

    def test_a_forecast_that_is_over(self):
        """The days that were foretold have passed, whatever they were to bring."""
        run = self._run_model(self._model("next"))
        partner = self._scores(run)[0].partner_id
        with freeze_time(run.date_to + timedelta(days=90)):
            section = self._section(partner, self.salesperson)
        self.assertEqual(section["metrics"][0]["label"], "Buys within 90 days")
        self.assertIn(str(run.date_to), section["metrics"][0]["hint"])
        with freeze_time(run.date_to + timedelta(days=91)):
            section = self._section(partner, self.salesperson)
        self.assertFalse(section["metrics"])
        self.assertEqual(len(section["rows"]), 1)

    @freeze_time("2026-05-01")
    def test_page_of_the_customer(self):
        for kind in ("rfm", "next", "lifetime"):
            self._run_model(self._model(kind))
        partner = self.env["mining.score"].search([("kind", "=", "next")])[0].partner_id
        section = self._section(partner, self.salesperson)
        labels = [figure["label"] for figure in section["metrics"]]
        self.assertEqual(
            labels, ["Tier", "Habit", "Expected in 90 days", "Buys within 90 days"]
        )
        self.assertTrue(section["rows"])
        self.assertIsNone(section["action"])
        self.assertTrue(self._section(partner, self.analyst)["action"])
        self.assertIsNone(self._section(self.customer, self.salesperson))

    def _section(self, partner, user):
        sections = partner.with_user(user)._customer_360_sections()[partner.id]
        found = [part for part in sections if part["key"] == "mining"]
        return found[0] if found else None

    def test_page_queries_do_not_grow(self):
        self._run_model(self._model("next"))
        ids = self.env["mining.score"].search([], limit=50).partner_id.ids
        counts = []
        for some in (ids[:1], ids):
            partners = self.env["res.partner"].browse(some).with_user(self.salesperson)
            partners._customer_360_sections()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners._customer_360_sections()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_scores_are_for_analysts(self):
        run = self._run_model(self._model("next"))
        score = self._scores(run)[0]
        for user in (self.salesperson, self.clerk, self.foreign_analyst):
            with self.assertRaises(AccessError):
                score.with_user(user).read(["chance"])
        score.with_user(self.analyst).read(["chance"])

    def test_withdrawn_consent_removes_scores(self):
        run = self._run_model(self._model("next"))
        partner = self._scores(run)[0].partner_id
        self.env["crm.consent"].with_user(self.clerk).create(
            {"partner_id": partner.id, "channel": "profiling", "state": "withdrawn"}
        )
        self.assertNotIn(partner, self._scores(run).partner_id)
        self.assertNotIn(
            partner, self._scores(self._run_model(self._model("next"))).partner_id
        )

    def test_expired_consent_removes_findings(self):
        run = self._run_model(self._model("next"))
        partner = self._scores(run)[0].partner_id
        today = fields.Date.context_today(run)
        self.env["crm.consent"].create(
            {
                "partner_id": partner.id,
                "channel": "profiling",
                "state": "given",
                "date": today - timedelta(days=9),
                "expires": today,
            }
        )
        self.env["mining.model"].search([]).is_nightly = False
        self.env["mining.model"]._cron_ask()
        self.assertIn(partner, self._scores(run).partner_id)
        with freeze_time(today + timedelta(days=1)):
            self.env["mining.model"]._cron_ask()
        self.assertNotIn(partner, self._scores(run).partner_id)
        self.assertTrue(self._scores(run), "of nobody else")

    def test_merged_customers_are_found_anew(self):
        run = self._run_model(self._model("next"))
        one, two = self._scores(run)[:2].partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([one.id, two.id], one)
        self.assertFalse({one, two} & set(self._scores(run).partner_id))

    @freeze_time("2026-05-01")
    def test_the_page_names_the_horizon_of_the_run(self):
        model = self._model("next")
        run = self._run_model(model)
        partner = self._scores(run)[0].partner_id
        before = self._section(partner, self.salesperson)
        self.assertIn(str(model.horizon_days), str(before))
        model.horizon_days = 17
        self.env.invalidate_all()
        self.assertEqual(self._section(partner, self.salesperson), before)


def _judge_as_bad(_card, _values, _outcomes):
    return studies.Judgement("auc", 0.5, 0.4, 0.6, "last", 0.6, False)
