from contextlib import suppress

from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.tools import SQL

STEPS = [
    ("read", "Read the sales"),
    ("learn", "Learn"),
    ("judge", "Judge on later sales"),
    ("score", "Score"),
    ("bridge", "Bridge to the Ledger"),
    ("publish", "Publish"),
]
#: Times that a word about a run is tried when another one is written at the moment.
TURNS = 20


class MiningProgress(models.Model):
    """Where a run stands that is at work, beside its transaction.

    The run's own row and findings come to light together in the end; this row is
    written by transactions of its own, so that others see it, and can say stop.
    """

    _name = "mining.progress"
    _description = "Progress of a Run"
    _log_access = False
    _rec_name = "run_id"

    run_id = fields.Many2one(
        "mining.run", required=True, readonly=True, ondelete="cascade"
    )
    step = fields.Selection(STEPS, readonly=True)
    part = fields.Float(readonly=True, help="What of the step is done, from 0 to 1")
    attempts = fields.Integer(readonly=True)
    cancelled_by_id = fields.Many2one("res.users", readonly=True)

    # the session of the database that works
    is_closing = fields.Boolean(readonly=True, help="Too late to be cancelled")
    backend = fields.Integer(readonly=True, aggregator=None)
    backend_since = fields.Float(readonly=True, aggregator=None)

    _one_a_run = models.UniqueIndex("(run_id)")

    def _of(self, run):
        """Give where a run stands; nothing when nobody works on it."""
        return self.search([("run_id", "=", run.id)])

    def _end_left_behind(self, run):
        """End the session of a worker that is gone.

        One that was killed leaves its session at the statement where it was.
        """
        self.env.cr.execute(
            SQL(
                "SELECT pg_terminate_backend(a.pid) FROM (%s) a"
                " WHERE a.pid <> pg_backend_pid()",
                self._session_sql(run.id),
            )
        )

    def _take(self, run):
        """Note that this session works on a run."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mining_progress
                    (run_id, attempts, part, backend, backend_since)
                SELECT %s, 1, 0, pid, extract(epoch FROM backend_start)::float
                  FROM pg_stat_activity WHERE pid = pg_backend_pid()
                    ON CONFLICT (run_id) DO UPDATE
                   SET attempts = mining_progress.attempts + 1, part = 0, step = NULL,
                       is_closing = FALSE, backend = EXCLUDED.backend,
                       backend_since = EXCLUDED.backend_since
                """,
                run.id,
            )
        )
        self.invalidate_model(flush=False)
        return self._of(run)

    def _session_sql(self, run_id):
        """Give the session that works on a run, if it is still that one."""
        return SQL(
            """
            SELECT a.pid FROM mining_progress p
              JOIN pg_stat_activity a ON a.pid = p.backend
               AND abs(extract(epoch FROM a.backend_start) - p.backend_since) < 0.001
             WHERE p.run_id = %s
            """,
            run_id,
        )

    def _forget(self, run):
        """Take off what stood of a run that has ended."""
        self._of(run).unlink()

    def _outside(self, query):
        """Run a statement in a transaction of its own; give its rows.

        :raise SerializationFailure: others wrote the same row every time
        """
        for turn in range(TURNS):
            last = turn == TURNS - 1
            with suppress(*(() if last else (SerializationFailure,))):
                with self.env.registry.cursor() as cursor:
                    cursor.execute(query, log_exceptions=False)
                    return cursor.fetchall()

    def _tell(self, run_id, step, part):
        """Write where a run is; give the id of the user who cancelled it, if any."""
        rows = self._outside(
            SQL(
                "UPDATE mining_progress SET step = coalesce(%s, step),"
                " part = coalesce(%s, part) WHERE run_id = %s"
                " RETURNING cancelled_by_id",
                step,
                part,
                run_id,
            )
        )
        return rows[0][0] if rows else None

    def _close(self, run_id):
        """Let nobody stop the session any more; give who cancelled the run before."""
        rows = self._outside(
            SQL(
                "UPDATE mining_progress SET is_closing = TRUE, backend = NULL"
                " WHERE run_id = %s RETURNING cancelled_by_id",
                run_id,
            )
        )
        return rows[0][0] if rows else None

    def _stop(self):
        """Cancel the run, and end the statement that it is at.

        The statement is ended once the word is there for the run to read; the row is
        locked meanwhile, so that the session cannot turn to anything else.
        """
        self.ensure_one()
        self.cancelled_by_id = self.env.uid
        run_id = self.run_id.id
        statement = SQL(
            """
            SELECT pg_cancel_backend(a.pid)
              FROM (SELECT id FROM mining_progress WHERE run_id = %s FOR UPDATE) p,
                   LATERAL (%s) a
            """,
            run_id,
            self._session_sql(run_id),
        )
        self.env.cr.postcommit.add(lambda: self._outside(statement))
