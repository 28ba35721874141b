import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.extras import execute_values

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import steps
from .mining_progress import STEPS

_logger = logging.getLogger(__name__)

OPEN = ("waiting", "running")
#: Times that a run is taken up again before it is given up.
ATTEMPTS = 3
#: Seconds after which runs are tried again that wait for documents to be read.
LATER = 60
#: Rows that are written between two looks whether the run was cancelled.
BATCH = 20_000
#: Seconds between two words about the same step.
PAUSE = 0.5
#: When the job last said something of the run that it is at; None outside the job.
_WATCH = ContextVar("mining_run_watch", default=None)


class Cancelled(Exception):
    """Somebody cancelled the run that is at work; ``user_id`` says who."""

    def __init__(self, user_id):
        super().__init__(user_id)
        self.user_id = user_id


class MiningRun(models.Model):
    """The job that runs what waits: shown, cancelled, taken up again.

    What was sold is read in one transaction; all else is one more, so that profit and
    ledger, or two set jobs, look at the same data, and nothing half done is ever there.
    After an interruption the second begins again, with the days that were fixed.
    """

    _inherit = "mining.run"

    step = fields.Selection(STEPS, compute="_compute_progress")
    progress = fields.Float(
        compute="_compute_progress", digits=(16, 0), aggregator=None, help="In percent"
    )
    is_stopping = fields.Boolean("Being Cancelled", compute="_compute_progress")
    may_cancel = fields.Boolean(compute="_compute_may_cancel")

    @api.depends("state", "kind")
    def _compute_progress(self):
        found = self.env["mining.progress"].search([("run_id", "in", self.ids)])
        at_work = found.grouped("run_id")
        for run in self:
            progress = at_work.get(run, found.browse())
            run.step = progress.step
            run.progress = steps.percent(run.kind, progress.step, progress.part)
            run.is_stopping = bool(progress.cancelled_by_id) and run.state in OPEN
            if run.state not in OPEN:
                run.progress = 100

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_may_cancel(self):
        may_all = self.env["mining.model"].has_access("write")
        for run in self:
            run.may_cancel = run.state in OPEN and (
                may_all or run.user_id == self.env.user
            )

    # ----------------------------------------------------------------------- actions

    def action_cancel(self):
        """Stop runs that wait or are at work; nothing of them is published.

        :raise AccessError: the user neither asked for them nor manages analyses
        :raise UserError: a run has ended
        """
        self.check_access("read")
        of_others = self.filtered(lambda run: run.user_id != self.env.user)
        if of_others:
            of_others.model_id.check_access("write")
        for run in self:
            # Runs are written by their steps alone; who asked for one, or may write
            # its analysis, may stop it.
            run.sudo()._cancel(self.env.user)

    def _cancel(self, user):
        progress = self.env["mining.progress"]._of(self)
        if self.state not in OPEN or progress.is_closing:
            raise UserError(
                self.env._(
                    "The run %(run)s has ended. There is nothing to stop.",
                    run=self.display_name,
                )
            )
        if progress:
            progress.with_user(user).sudo()._stop()
        else:
            self._end_cancelled(user)

    def _verdict_texts(self):
        return {
            **super()._verdict_texts(),
            "failed": self.env._("The run stopped: %(error)s. Nothing was published."),
            "died": self.env._(
                "The run was interrupted %(times)s times. Nothing was published. Look "
                "into the log of the server, then run the analysis again."
            ),
            "cancelled": self.env._(
                "%(user)s cancelled the run. Nothing was published."
            ),
        }

    def _end_cancelled(self, user):
        self.state = "cancelled"
        self._say("cancelled", user=user.display_name)

    # --------------------------------------------------------------------------- job

    @api.model
    def _cron_run(self):
        """Run what waits, and what a worker left that was killed.

        Not before all documents are read: half of an import is no data.
        """
        runs = self.search([("state", "in", OPEN)], order="id")
        crons = self.env["ir.cron"]
        if runs and not self.env["mining.fact"]._catch_up():
            self.env.ref("crm_analytics.mining_run_cron")._trigger(
                fields.Datetime.now() + timedelta(seconds=LATER)
            )
            return
        crons._commit_progress(remaining=2 * len(runs))
        for run in runs:
            if run._begin():
                crons._commit_progress(1)
                has_ended = run._attempt()
                left = crons._commit_progress(int(has_ended))
                if run.is_published:
                    # Who withdrew while the run was at work, the run could not know.
                    self.env["mining.row"]._forget_refused()
            else:
                left = crons._commit_progress(2 * (run.state not in OPEN))
            if not left:
                break

    def _begin(self):
        """Take the run up, in a transaction that the caller commits.

        :return: False when it is not to be run: it has ended, or another has it
        """
        if self.state not in OPEN:
            return False
        self.env["mining.progress"]._end_left_behind(self)
        if not self.try_lock_for_update():
            return False
        progress = self.env["mining.progress"]._take(self)
        if progress.cancelled_by_id:
            self._end_cancelled(progress.cancelled_by_id)
        elif progress.attempts > ATTEMPTS:
            self.state = "failed"
            self._say("died", times=ATTEMPTS)
        else:
            self.state = "running"
            return True
        progress.unlink()
        return False

    def _attempt(self):
        """Run what was taken up; whatever goes wrong is not in the other runs' way.

        :return: False when it is to be tried again
        """
        self.ensure_one()
        token = _WATCH.set({"at": 0.0})
        try:
            self._work()
        except Cancelled as word:
            self._take_back(self.env["res.users"].browse(word.user_id))
        except OperationalError:
            # The server went away or is short of something, another transaction was in
            # the way, or somebody ended the statement, as who cancels the run does.
            if self._take_back():
                return True
            _logger.warning(
                "Run %s of an analysis was interrupted", self.id, exc_info=True
            )
            return False
        except Exception as error:
            _logger.exception("Run %s of an analysis failed", self.id)
            if not self._take_back():
                self._fail(error)
        finally:
            _WATCH.reset(token)
        self.env["mining.progress"]._forget(self)
        return True

    def _work(self):
        """Read, calculate and commit, unless somebody cancels it."""
        with self.env["mining.engine"]._session():
            with self._excused():
                self._read()
            self.env["ir.cron"]._commit_progress()
            if self.state == "running":
                with self._excused():
                    self._calculate()
        self.env.flush_all()
        cancelled = self.env["mining.progress"]._close(self.id)
        if cancelled:
            raise Cancelled(cancelled)
        self.env["ir.cron"]._commit_progress()

    def _take_back(self, user=None):
        """Take back everything, and say who cancelled the run if somebody did.

        :return: whether somebody did
        """
        self.env.cr.rollback()
        # Who cancels the run now must not end a statement of what follows.
        self.env["mining.progress"]._close(self.id)
        progress = self.env["mining.progress"]._of(self)
        user = user or progress.cancelled_by_id
        if user:
            self._end_cancelled(user)
            progress.unlink()
        else:
            progress.is_closing = False
        return bool(user)

    def _run_safely(self):
        """Run at once, in the transaction of the caller."""
        with self._excused():
            self._run()

    @contextmanager
    def _excused(self):
        """Let what the data are to blame for end on the record."""
        try:
            with self.env.cr.savepoint(), self.env["mining.engine"]._session():
                yield
        except (ArithmeticError, ValueError) as error:
            self._fail(error)

    def _fail(self, error):
        self.state = "failed"
        self._say("failed", error=str(error))

    # ------------------------------------------------------------------------- steps

    def _step(self, key=None, part=None):
        """Say where the run is; end it here when somebody cancelled it.

        :param key: of the step; None for the one that it is at
        :param part: what of the step is done, from 0 to 1; None for no more than before
        :raise Cancelled: somebody did
        """
        watch = _WATCH.get()
        if watch is None:
            return
        is_new = key and key != watch.get("step")
        if not is_new and time.monotonic() - watch["at"] < PAUSE:
            return
        if is_new:
            watch["step"], part = key, part or 0.0
        watch["at"] = time.monotonic()
        user_id = self.env["mining.progress"]._tell(self.id, key, part)
        if user_id:
            raise Cancelled(user_id)

    def _insert(self, query, rows):
        """Write rows of the run, a batch after the other.

        :param query: ``INSERT INTO … VALUES %s``
        """
        for start in range(0, len(rows), BATCH):
            self._step("score", start / len(rows))
            execute_values(
                self.env.cr._obj, query, rows[start : start + BATCH], page_size=5000
            )
