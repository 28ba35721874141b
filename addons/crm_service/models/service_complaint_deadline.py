from datetime import datetime, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.working_days import DAY, calendar_days, working_days
from ..tools.working_time import Beyond, WorkingTime

EPOCH = datetime(1970, 1, 1)
#: By which deadline a phase is measured.
DUE = {
    "intake": "ack_deadline",
    "acknowledged": "decision_deadline",
    "investigating": "decision_deadline",
    "proposal": "decision_deadline",
    "executing": "remedy_deadline",
}
#: A calendar is read no further than this.
MOST_DAYS = 1000


class ServiceComplaint(models.Model):
    """Until when a complaint is acknowledged, decided and remedied.

    The days are counted by the working hours of the team, or of the company.
    """

    _inherit = "service.complaint"

    # an external body
    body_id = fields.Many2one(
        "service.external.body",
        "External Body",
        index="btree_not_null",
        domain="[('company_id', 'in', (company_id, False))]",
        copy=False,
    )
    body_number = fields.Char("Their Case Number", copy=False)
    body_date = fields.Datetime("Notice Received on", copy=False)
    body_deadline = fields.Datetime(
        "Answer to Body Until",
        compute="_compute_body_deadline",
        store=True,
        readonly=False,
        copy=False,
    )

    # promises
    date_resumed = fields.Datetime(
        "Taken up Again on",
        readonly=True,
        copy=False,
        help="When it was reopened or another proposal was asked for last.",
    )
    ack_deadline = fields.Datetime(
        "Acknowledge Until",
        compute="_compute_ack_deadline",
        store=True,
        readonly=False,
        copy=False,
    )
    decision_deadline = fields.Datetime(
        "Decide Until",
        compute="_compute_decision_deadline",
        store=True,
        readonly=False,
        copy=False,
    )
    remedy_deadline = fields.Datetime(
        "Remedy Until",
        compute="_compute_remedy_deadline",
        store=True,
        readonly=False,
        copy=False,
    )
    deadline = fields.Datetime(
        "Next Deadline",
        compute="_compute_deadline",
        store=True,
        index="btree_not_null",
        help="The nearest one that still has to be kept.",
    )
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_late")

    @api.depends("body_id", "body_date", "team_id", "company_id")
    def _compute_body_deadline(self):
        known = {}
        for complaint in self:
            body = complaint.body_id
            if not body:
                complaint.body_deadline = False
                continue
            complaint.body_deadline = complaint._count_days(
                complaint.body_date or complaint.date_received,
                body.hard_days,
                known,
                working_days if body.hard_unit == "working" else calendar_days,
            )

    @api.depends("date_received", "body_id", "team_id", "company_id")
    def _compute_ack_deadline(self):
        known = {}
        for complaint in self:
            complaint.ack_deadline = complaint._count_days(
                complaint.date_received,
                complaint._get_days("complaint_ack_days"),
                known,
            )

    @api.depends("date_received", "date_resumed", "body_id", "team_id", "company_id")
    def _compute_decision_deadline(self):
        known = {}
        for complaint in self:
            complaint.decision_deadline = complaint._count_days(
                complaint.date_resumed or complaint.date_received,
                complaint._get_days("complaint_decision_days"),
                known,
            )

    @api.depends("date_accepted")
    def _compute_remedy_deadline(self):
        known = {}
        for complaint in self:
            accepted = complaint.date_accepted
            complaint.remedy_deadline = accepted and complaint._count_days(
                accepted, complaint._get_days("complaint_remedy_days"), known
            )

    @api.depends(
        "state", "ack_deadline", "decision_deadline", "remedy_deadline", "body_deadline"
    )
    def _compute_deadline(self):
        for complaint in self:
            due = [complaint[DUE[complaint.state]]] if complaint.state in DUE else []
            if complaint.is_active:
                due.append(complaint.body_deadline)
            complaint.deadline = min(filter(None, due), default=False)

    @api.depends("deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for complaint in self:
            complaint.is_late = bool(complaint.deadline and complaint.deadline < now)

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("deadline", "<", fields.Datetime.now())
        return late if True in value else ~late

    # ---------------------------------------------------------- counting

    def _get_days(self, name):
        """Give the days for a promise: those of the body, else of the company."""
        self.ensure_one()
        return self.body_id[name] or self.company_id[name]

    def _count_days(self, moment, days, known, count=working_days):
        """Give the moment until which something is done.

        There is none by a calendar that has too few working days.

        :param moment: naive UTC; without one there is no deadline
        :param days: as `count` takes them
        :param known: dictionary that remembers calendars for the next call
        """
        self.ensure_one()
        if not moment:
            return False
        calendar = self.team_id.calendar_id or self.company_id.resource_calendar_id
        zone = pytz.timezone(calendar.tz) if calendar else self.env.tz
        local = moment.replace(tzinfo=pytz.utc).astimezone(zone).replace(tzinfo=None)
        start = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        # For long holidays, more is read than the days could need.
        stop = start + timedelta(days=min(3 * days + 90, MOST_DAYS))
        key = (calendar, zone, start, stop)
        if key not in known:
            known[key] = self._get_hours(*key)
        try:
            end = count(known[key], int((local - EPOCH).total_seconds()), days)
        except Beyond:
            return False
        ended = zone.localize(EPOCH + timedelta(seconds=end))
        return ended.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_hours(self, calendar, zone, start, stop):
        """Compile working hours on the clock on the wall.

        Without a calendar every day counts, from midnight to midnight.

        :return: a `WorkingTime`
        """
        if not calendar:
            first = int((start - EPOCH).total_seconds())
            last = int((stop - EPOCH).total_seconds())
            days = [(day, day + DAY - 1) for day in range(first, last, DAY)]
            return WorkingTime.compile(days)
        # An agent may not read the leaves of a calendar; only open hours come out.
        work = calendar.sudo()._work_intervals_batch(
            zone.localize(start), zone.localize(stop), tz=zone
        )[False]
        return WorkingTime.compile(
            tuple(
                int((moment.replace(tzinfo=None) - EPOCH).total_seconds())
                for moment in window[:2]
            )
            for window in work
        )

    # ---------------------------------------------------------- reminders

    @api.model
    def _cron_remind(self):
        """Remind officers of deadlines that come, and managers of those that passed."""
        now = fields.Datetime.now()
        open_ones = self.search(
            [("deadline", "!=", False), ("deadline", "<", now + timedelta(days=14))]
        )
        known = {}
        soon = open_ones.filtered(lambda one: one._is_soon(now, known))
        soon = soon._remember("soon")
        for complaint in soon:
            complaint._remind(complaint.user_id or complaint.team_id.user_id)
        late = open_ones.filtered("is_late")._remember("late")
        late._alert_managers(
            self.env._("A deadline of this complaint has passed"),
            self.env._("See who works on it and tell the customer what happens next."),
        )

    def _is_soon(self, now, known):
        days = self.company_id.complaint_remind_days
        if not days:
            return False
        until = self._count_days(now, days, known)
        return bool(until) and self.deadline <= until

    def _remind(self, user):
        if user and user != self.accused_user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                self.deadline.date(),
                self.env._("A deadline of this complaint is near"),
                user_id=user.id,
            )

    def _remember(self, level):
        """Give those that were not told of their next deadline yet, and remember it."""
        if not self:
            return self
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_complaint_reminder (complaint_id, level, deadline)
                SELECT id, %(level)s, deadline
                  FROM service_complaint WHERE id = ANY(%(ids)s)
                    ON CONFLICT (complaint_id, level, deadline) DO NOTHING
                RETURNING complaint_id
                """,
                level=level,
                ids=self.ids,
            )
        )
        return self.browse(id_ for (id_,) in rows)

    def _alert_managers(self, summary, note):
        """Plan an activity for each manager of the company, who is not the accused."""
        managers = self.env.ref(
            "crm_service.crm_service_group_manager"
        ).all_user_ids.filtered(lambda user: user.active and not user.share)
        for complaint in self:
            told = complaint.activity_ids.filtered(
                lambda activity: activity.summary == summary
            ).user_id
            for user in managers - complaint.accused_user_id - told:
                if complaint.company_id in user.company_ids:
                    complaint.activity_schedule(
                        "mail.mail_activity_data_warning",
                        summary=summary,
                        note=note,
                        user_id=user.id,
                    )
