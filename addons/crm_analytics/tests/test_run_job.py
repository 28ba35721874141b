from psycopg2.errors import DiskFull

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import mining_stale
from .common import AnalyticsCase
from .sales_set import make_rows

# takes 25 seconds
JOB = "odoo.addons.crm_analytics.models.mining_run_job"


class RunCase(AnalyticsCase):
    """Sixty customers, and the job that runs what waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._past(make_rows(60))
        cls._refresh()
        cls.model = cls._model("rfm")
        cls.asker = cls._new_user(
            "mining_asker", "crm_analytics.crm_analytics_group_user"
        )

    def _ask(self, model=None, **values):
        """Make a run that waits; without those of the night before."""
        run = (model or self.model)._ask()
        run.write({"user_id": self.asker.id, **values})
        return run

    def _work(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_analytics.mining_run_cron").method_direct_trigger()
        self.env.invalidate_all()

    def _progress(self, run, **values):
        return self.env["mining.progress"].create({"run_id": run.id, **values})

    def _findings(self, run):
        return self.env["mining.customer"].search_count([("run_id", "=", run.id)])

    def _at(self, method, act):
        """Have something done when a run comes to one of its methods."""
        runs = self.env.registry["mining.run"]
        usual = getattr(runs, method)

        def both(run, *args, **kwargs):
            act(run)
            return usual(run, *args, **kwargs)

        self.patch(runs, method, both)


@tagged("post_install", "-at_install", "cap_a13")
class TestRunJob(RunCase):
    """A run is seen at work, can be cancelled, and is taken up again."""

    def test_steps_are_told_in_order(self):
        told = []
        progress = self.env.registry["mining.progress"]
        usual = progress._tell

        def tell(self_, run_id, step, part):
            told.append(step)
            return usual(self_, run_id, step, part)

        self.patch(progress, "_tell", tell)
        for kind, wanted in (
            ("rfm", ["read", "judge", "score", "publish"]),
            ("profit", ["read", "score", "bridge", "publish"]),
        ):
            told.clear()
            run = self._ask(self._model(kind))
            self._work()
            self.assertEqual(run.state, "done", run.verdict)
            steps = [step for step in told if step]
            self.assertEqual(list(dict.fromkeys(steps)), wanted)
        self.assertFalse(self.env["mining.progress"].search([]))
        self.assertEqual(run.progress, 100)

    def test_all_documents_are_read_first(self):
        """However many an import left, a batch after the other."""
        self.patch(mining_stale, "BATCH", 1)
        for _number in range(3):
            self._sell(self.customer, [(self.paper, 1)], date="2026-01-10")
        before = self.env["mining.fact"].search_count([])
        run = self._ask()
        self._work()
        self.assertEqual((run.state, run.lines), ("done", before + 3), run.verdict)
        self.assertFalse(run.checks["waiting"])

    def test_runs_wait_while_another_job_reads(self):
        self.patch(self.env.registry["mining.fact"], "_catch_up", lambda facts: False)
        run = self._ask()
        self._work()
        self.assertEqual(run.state, "waiting")
        self.patch(self.env.registry["mining.fact"], "_catch_up", lambda facts: True)
        self.patch(self.env.registry["mining.fact"], "_refresh", lambda facts: None)
        self._sell(self.customer, [(self.paper, 1)], date="2026-01-10")
        self._work()
        self.assertEqual((run.state, run.checks["waiting"]), ("done", 1), run.verdict)
        self.assertIn("Documents not read yet, left out: 1", run.checks_text)

    def test_others_see_where_it_is(self):
        seen = []
        self._at(
            "_judge_rfm",
            lambda run: seen.append(
                run.with_user(self.analyst).read(
                    ["state", "step", "progress", "may_cancel", "is_stopping"]
                )[0]
            ),
        )
        run = self._ask()
        self._work()
        wanted = {"state": "running", "step": "judge", "progress": 25.0}
        flags = {"may_cancel": False, "is_stopping": False, "id": run.id}
        self.assertEqual(seen, [{**wanted, **flags}])

    def test_cancelled_at_work(self):
        before = self._run_model(self.model)

        def cancel(run):
            run.with_user(self.head).action_cancel()
            run.env.flush_all()

        self._at("_seal", cancel)
        run = self._ask()
        self._work()
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(run.is_published)
        self.assertIn(self.head.name, run.verdict)
        self.assertFalse(self._findings(run))
        self.assertEqual(self.model.published_run_id, before)
        self.assertTrue(self._findings(before))
        self.assertFalse(self.env["mining.progress"].search([]))

    def test_who_asked_may_cancel(self):
        run = self._ask()
        for user in (self.analyst, self.foreign_analyst, self.clerk, self.demoted):
            with self.assertRaises(AccessError):
                run.with_user(user).action_cancel()
        self.assertFalse(run.with_user(self.analyst).may_cancel)
        self.assertTrue(run.with_user(self.head).may_cancel)
        own = run.with_user(self.asker)
        self.assertTrue(own.may_cancel)
        own.action_cancel()
        self.assertEqual(run.state, "cancelled")
        self.assertIn(self.asker.name, run.verdict)
        self.assertFalse(own.may_cancel)
        self._work()
        self.assertEqual(run.state, "cancelled")

    def test_at_work_nobody_else_cancels(self):
        run = self._ask(state="running")
        progress = self._progress(run, attempts=1, step="score")
        for user in (self.analyst, self.foreign_analyst, self.demoted):
            with self.assertRaises(AccessError):
                run.with_user(user).action_cancel()
        run.with_user(self.asker).action_cancel()
        self.assertEqual(progress.cancelled_by_id, self.asker)
        self.assertTrue(run.is_stopping)
        self.assertEqual(run.state, "running")

    def test_cancelled_between_two_attempts(self):
        run = self._ask(state="running")
        self._progress(run, attempts=1, cancelled_by_id=self.head.id)
        self._work()
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(self._findings(run))

    def test_too_late_to_cancel(self):
        run = self._ask(state="running")
        self._progress(run, attempts=1, is_closing=True)
        with self.assertRaises(UserError):
            run.with_user(self.head).action_cancel()

    def test_taken_up_again_with_the_same_days(self):
        run = self._ask(state="running", date_to="2026-02-01")
        self._progress(run, attempts=2)
        self._work()
        self.assertEqual(run.state, "done")
        self.assertEqual(str(run.date_to), "2026-02-01")

    def test_given_up_after_three_deaths(self):
        run = self._ask(state="running")
        self._progress(run, attempts=3)
        self._work()
        self.assertEqual(run.state, "failed")
        self.assertIn("interrupted 3 times", run.verdict)
        self.assertFalse(self.env["mining.progress"].search([]))

    def test_a_fault_is_not_in_the_way_of_other_runs(self):
        def fail(run):
            if run == first:
                raise KeyError("tier")

        self._at("_seal", fail)
        first = self._ask()
        second = self._ask(self._model("profit"))
        with mute_logger(JOB):
            self._work()
        self.assertEqual(first.state, "failed")
        self.assertFalse(self._findings(first))
        self.assertEqual(second.state, "done", second.verdict)

    def _fail_once(self, error):
        """Have a run fail; give where it stood when that was looked up afterwards."""
        seen = []
        progress = self.env.registry["mining.progress"]
        usual = progress._of

        def look(self_, run):
            found = usual(self_, run)
            if seen:
                seen[0].append((found.backend, found.is_closing))
            return found

        def fail(run):
            if not seen:
                seen.append([])
                raise error

        self.patch(progress, "_of", look)
        self._at("_seal", fail)
        self.run_ = self._ask()
        self._work()
        return seen[0]

    def test_what_interrupts_is_in_the_log(self):
        """It is tried again, may be cancelled until then, and the log says why."""
        with self.assertLogs(JOB, "WARNING") as log:
            seen = self._fail_once(DiskFull("no space left"))
        self.assertIn("no space left", "".join(log.output))
        self.assertEqual(seen[0], (0, True))
        self.assertEqual(self.run_.state, "done")

    def test_who_cancels_too_late_ends_no_statement(self):
        """A session that takes back what it did is known to nobody."""
        with mute_logger(JOB):
            seen = self._fail_once(KeyError("tier"))
        self.assertEqual(seen[0], (0, True))
        self.assertEqual(self.run_.state, "failed")

    def test_nobody_writes_progress(self):
        run = self._ask(state="running")
        progress = self._progress(run, attempts=1)
        for user in (self.analyst, self.head):
            progress.with_user(user).read(["step"])
            with self.assertRaises(AccessError):
                progress.with_user(user).write({"attempts": 0})
            with self.assertRaises(AccessError):
                progress.with_user(user).unlink()
        with self.assertRaises(AccessError):
            progress.with_user(self.foreign_analyst).read(["step"])


@tagged("post_install", "-at_install", "cap_a13")
class TestRunTour(RunCase, HttpCase):
    """A manager sees a run at work and cancels it."""

    def test_cancel_tour(self):
        run = self._ask(state="running")
        self._progress(run, attempts=1, step="score", part=0.4)
        self.start_tour(
            f"/odoo/analysis-runs/{run.id}", "crm_analytics_run", login="mining_head"
        )
        self.assertTrue(run.is_stopping)
