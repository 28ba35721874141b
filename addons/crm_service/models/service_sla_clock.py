from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.clock import Clock
from ..tools.promise import Promise
from ..tools.working_time import Beyond
from .service_sla_target import METRICS

STATES = [
    ("running", "Running"),
    ("paused", "Paused"),
    ("met", "Met"),
    ("breached", "Breached"),
    ("dropped", "Dropped"),
]
#: Clocks of one recomputation between two commits.
BATCH = 2000


def to_seconds(moment):
    """Give seconds since 1970 of a date of the ORM, ``None`` for none."""
    return int(moment.replace(tzinfo=UTC).timestamp()) if moment else None


def to_datetime(seconds):
    """Give the date of the ORM for seconds since 1970, ``False`` for ``None``."""
    if seconds is None:
        return False
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


class ServiceSlaClock(models.Model):
    """One promise for a ticket: how much time is used, and until when it is kept.

    Written by what happens to tickets and by nobody else; the rules are in
    ``tools/promise.py`` and ``tools/clock.py``.
    """

    _name = "service.sla.clock"
    _description = "Service Level Clock"
    _order = "date_deadline, id"
    _rec_name = "metric"
    _log_access = False

    # found by the unique index below
    ticket_id = fields.Many2one("service.ticket", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    team_id = fields.Many2one(
        related="ticket_id.team_id", store=True, index="btree_not_null"
    )
    metric = fields.Selection(METRICS, "Promise", required=True)
    cycle = fields.Integer(
        required=True, default=1, help="The how manieth of its kind."
    )
    policy_id = fields.Many2one("service.sla.policy", index=True, ondelete="restrict")
    hours_id = fields.Many2one(
        "service.hours",
        "Working Hours",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: around the clock.",
    )
    user_id = fields.Many2one("res.users", "Kept by", ondelete="set null")

    # how far; the lengths are seconds of working time
    state = fields.Selection(STATES, required=True, default="running")
    target = fields.Integer(required=True, aggregator=None)
    consumed = fields.Integer(required=True, default=0, aggregator="avg")
    date_since = fields.Datetime("Running since")
    date_deadline = fields.Datetime("Due")
    date_ended = fields.Datetime("Ended")
    date_created = fields.Datetime(
        "Started", required=True, default=fields.Datetime.now
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )

    _once = models.Constraint(
        "UNIQUE (ticket_id, metric, cycle)", "A ticket has each clock once."
    )
    _due = models.Index("(date_deadline) WHERE state = 'running'")

    @api.depends("state", "date_deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for clock in self:
            clock.is_late = clock.state == "breached" or bool(
                clock.state == "running"
                and clock.date_deadline
                and clock.date_deadline < now
            )

    def _search_is_late(self, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        now = fields.Datetime.now()
        return [
            "|",
            ("state", "=", "breached"),
            "&",
            ("state", "=", "running"),
            ("date_deadline", "<", now),
        ]

    # ----------------------------------------------------------- between rows and rules

    def _to_promise(self):
        """Give the `Promise` that this row keeps."""
        self.ensure_one()
        clock = Clock(
            target=self.target,
            consumed=self.consumed,
            since=to_seconds(self.date_since),
            ended=to_seconds(self.date_ended),
        )
        return Promise(clock, self.cycle, dropped=self.state == "dropped")

    @api.model
    def _prepare_values(self, promise, hours):
        """Give what a row keeps of a `Promise`.

        :param hours: `service.hours`, empty around the clock
        """
        clock = promise.clock
        return {
            "cycle": promise.cycle,
            "hours_id": hours.id,
            "state": promise.state,
            "target": clock.target,
            "consumed": clock.consumed,
            "date_since": to_datetime(clock.since),
            "date_ended": to_datetime(clock.ended),
            "date_deadline": self._get_deadline(clock, hours._get_time()),
        }

    @api.model
    def _get_deadline(self, clock, time):
        try:
            return to_datetime(clock.deadline(time))
        except Beyond:
            return False  # such a calendar has no working hours left

    # ---------------------------------------------------------------- changed calendars

    @api.model
    def _cron_follow_calendars(self):
        """Set deadlines anew where the hours have changed; may stop at any time.

        Clocks that somebody else holds are left to the next run.
        """
        left = self._count_outdated()
        while left:
            done = self._follow_calendars(BATCH)
            left = max(left - done, 0)
            more_time = self.env["ir.cron"]._commit_progress(done, remaining=left)
            if not (done and more_time):
                return

    @api.model
    def _select_outdated(self):
        """Select the ids of running clocks whose hours have a newer version."""
        self.flush_model()
        self.env["service.hours"]._refresh_stale()
        return SQL(
            """
            SELECT c.id, latest.id AS hours_id
              FROM service_sla_clock c
              JOIN service_hours h ON h.id = c.hours_id
              JOIN (SELECT max(id) AS id, calendar_id FROM service_hours
                     GROUP BY calendar_id) latest
                ON latest.calendar_id = h.calendar_id AND latest.id > h.id
             WHERE c.state = 'running'
            """
        )

    @api.model
    def _count_outdated(self):
        return self.env.execute_query(
            SQL("SELECT count(*) FROM (%s) o", self._select_outdated())
        )[0][0]

    @api.model
    def _follow_calendars(self, limit):
        """Set the deadlines of so many clocks anew, in one statement.

        :return: number of clocks
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, o.hours_id, c.target, c.consumed,
                       extract(epoch FROM c.date_since)::bigint
                  FROM service_sla_clock c JOIN (%s) o ON o.id = c.id
                 ORDER BY c.id LIMIT %s
                   FOR NO KEY UPDATE OF c SKIP LOCKED
                """,
                self._select_outdated(),
                limit,
            )
        )
        hours = self.env["service.hours"].browse({row[1] for row in rows})
        times = {version.id: version._get_time() for version in hours}
        deadlines = [
            self._get_deadline(Clock(target, consumed, since), times[hours_id]) or None
            for _id, hours_id, target, consumed, since in rows
        ]
        self._store_deadlines(
            [row[0] for row in rows], [row[1] for row in rows], deadlines
        )
        return len(rows)

    @api.model
    def _store_deadlines(self, ids, hours_ids, deadlines):
        self.env.cr.execute(
            SQL(
                """
                WITH moved AS (
                    UPDATE service_sla_clock c
                       SET hours_id = n.hours_id, date_deadline = n.deadline
                      FROM unnest(%s::int[], %s::int[], %s::timestamp[])
                           AS n (id, hours_id, deadline)
                     WHERE c.id = n.id
                 RETURNING c.id, c.ticket_id, n.deadline
                ), due AS (
                    SELECT t.ticket_id, min(coalesce(m.deadline, c.date_deadline))
                           AS deadline
                      FROM (SELECT DISTINCT ticket_id FROM moved) t
                      JOIN service_sla_clock c ON c.ticket_id = t.ticket_id
                                              AND c.state = 'running'
                 LEFT JOIN moved m ON m.id = c.id
                     GROUP BY t.ticket_id
                )
                UPDATE service_ticket t SET sla_deadline = d.deadline
                  FROM due d
                 WHERE t.id = d.ticket_id
                   AND t.sla_deadline IS DISTINCT FROM d.deadline
                """,
                list(ids),
                list(hours_ids),
                list(deadlines),
            )
        )
        self.invalidate_model(["hours_id", "date_deadline"], flush=False)
        self.env["service.ticket"].invalidate_model(["sla_deadline"], flush=False)
