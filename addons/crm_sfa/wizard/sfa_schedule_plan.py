import logging
from datetime import datetime, time, timedelta

import pytz

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import schedule

_logger = logging.getLogger(__name__)

MOST = 200


class SfaSchedulePlan(models.TransientModel):
    """The visits and calls of a week, proposed from the rhythm of the customers.

    Customers are due by their category; times lie in the working hours of the person,
    beside what is planned already, and customers of one place follow each other.
    """

    _name = "sfa.schedule.plan"
    _description = "Plan a Week"

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    date_from = fields.Date(
        "Week Of", required=True, default=lambda self: self._default_date_from()
    )
    visit_minutes = fields.Integer("Minutes a Visit", default=60, required=True)
    call_minutes = fields.Integer("Minutes a Call", default=30, required=True)
    line_ids = fields.One2many(
        "sfa.schedule.plan.line",
        "plan_id",
        "Proposals",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    left_out = fields.Integer(
        "Without Room", compute="_compute_line_ids", compute_sudo=False, store=True
    )
    message = fields.Char(compute="_compute_line_ids", compute_sudo=False, store=True)

    _minutes_positive = models.Constraint(
        "CHECK (visit_minutes BETWEEN 1 AND 1440 AND call_minutes BETWEEN 1 AND 1440)",
        "A visit and a call take between one minute and a day.",
    )

    def _default_date_from(self):
        """Propose this week until Thursday, then the next one."""
        today = fields.Date.context_today(self)
        return (
            today
            - timedelta(days=today.weekday())
            + timedelta(days=7 if today.weekday() > 3 else 0)
        )

    @api.depends("user_id", "date_from", "visit_minutes", "call_minutes")
    def _compute_line_ids(self):
        for plan in self:
            plan.message = False
            plan.left_out = 0
            plan.line_ids = [Command.clear()]
            if not (plan.user_id and plan.date_from):
                continue
            try:
                lines, left_out = plan._propose()
            except (AccessError, UserError) as problem:
                plan.message = str(problem)
                continue
            plan.left_out = left_out
            plan.line_ids = [Command.clear(), *map(Command.create, lines)]
            if not lines:
                plan.message = self.env._(
                    "Nobody is due in this week, or there is no free time. Customers "
                    "are due by the rhythm of their category."
                )

    # ------------------------------------------------------------------------ propose

    def _check_person(self):
        """Let everybody plan for themselves, and managers and leaders for theirs."""
        user = self.user_id
        if user == self.env.user or self.env.uid == SUPERUSER_ID:
            return
        # Who leads whom is not private; only the answer is used.
        leaders = user.sudo().crm_team_member_ids.crm_team_id.user_id
        if self.env.user in leaders or self.env.user.has_group(
            "crm_sfa.crm_sfa_group_manager"
        ):
            return
        raise AccessError(
            self.env._(
                "Only %(person)s, the leader of the team or a sales manager can plan "
                "this week.",
                person=user.name,
            )
        )

    def _propose(self):
        """Give the proposals of the week and how many customers found no room.

        :return: (list of values of lines, int)
        :raise UserError: no working hours are known
        :raise AccessError: somebody else's week
        """
        self._check_person()
        monday = self.date_from - timedelta(days=self.date_from.weekday())
        due = self._find_due(monday + timedelta(days=6))
        room = schedule.free(self._get_windows(monday), self._get_busy(monday))
        minutes = {
            "visit": max(self.visit_minutes, 1),
            "call": max(self.call_minutes, 1),
        }
        rows = {(row["kind"], row["partner_id"]): row for row in due}
        slots = schedule.plan_week(
            [
                schedule.Task(
                    key,
                    minutes[row["kind"]],
                    row["near"] if row["kind"] == "visit" else "",
                    (monday - row["due"]).days,
                )
                for key, row in rows.items()
            ],
            room,
        )
        lines = [
            {
                "kind": slot.key[0],
                "partner_id": slot.key[1],
                "start": slot.start,
                "stop": slot.stop,
                **{name: rows[slot.key][name] for name in ("last", "due", "place")},
            }
            for slot in slots
        ]
        return lines, len(rows) - len(slots)

    def _find_due(self, until):
        """Give the customers of the person who are due, without those planned already.

        :return: list of dict with ``partner_id``, ``kind``, ``last``, ``due``,
            ``place``, ``near`` (what near ones have in common)
        """
        self.env.flush_all()
        user = self.user_id
        partners = self.env["res.partner"]
        rows = []
        for kind in ("visit", "call"):
            self.env.cr.execute(
                SQL(
                    """
                    SELECT r.partner_id, r.kind, r.last, r.due, p.city AS place,
                           coalesce(nullif(p.zip, ''), lower(p.city), '') AS near,
                           p.user_id
                      FROM (%(due)s) r JOIN res_partner p ON p.id = r.partner_id
                     WHERE NOT r.planned
                       AND (p.user_id = %(user)s OR p.user_id IS NULL
                            AND p.sfa_territory_id = ANY(%(territories)s))
                       AND (p.company_id IS NULL OR p.company_id = ANY(%(companies)s))
                     ORDER BY r.due, r.partner_id LIMIT %(most)s
                    """,
                    due=partners._sfa_due_sql(kind, until),
                    user=user.id,
                    territories=self._get_territories().ids,
                    companies=user.sudo().company_ids.ids,
                    most=MOST,
                )
            )
            rows += self.env.cr.dictfetchall()
        # A customer of a territory is planned by whoever owns it in that week.
        owned = partners.browse(
            [row["partner_id"] for row in rows if not row["user_id"]]
        )
        owners = owned.sudo()._sfa_territory_owners(until)
        readable = set(
            partners.browse([row["partner_id"] for row in rows])
            .with_user(user)
            ._filtered_access("read")
            .ids
        )
        return [
            row
            for row in rows
            if row["partner_id"] in readable
            and (row["user_id"] or owners.get(row["partner_id"]) == user)
        ]

    def _get_territories(self):
        """Give the territories of the person, whoever plans for them."""
        # Which customers are due is worked out for the person, not for the reader.
        members = (
            self.env["sfa.territory.member"]
            .sudo()
            .search([("user_id", "=", self.user_id.id), ("role", "=", "owner")])
        )
        return members.territory_id

    def _get_windows(self, monday):
        """Give the working hours that are left of the week, without days off.

        :return: list of ``(start, stop)``, naive UTC
        """
        # Working hours and days off of a colleague are read to plan around them.
        user = self.user_id.sudo()
        calendar = user.resource_calendar_id or user.company_id.resource_calendar_id
        if not calendar or not (calendar.attendance_ids or calendar.flexible_hours):
            raise UserError(
                self.env._(
                    "No working hours are known for %(person)s. Set them on the "
                    "employee, or on the company.",
                    person=user.name,
                )
            )
        zone = pytz.timezone(user.tz or calendar.tz or "UTC")
        first = zone.localize(datetime.combine(monday, time.min))
        last = zone.localize(datetime.combine(monday + timedelta(days=7), time.min))
        resource = user.resource_ids.filtered(
            lambda resource: resource.company_id == user.company_id
        )[:1]
        intervals = calendar._work_intervals_batch(
            first, last, resources=resource or None, tz=zone
        )[resource.id]
        now = fields.Datetime.now().replace(second=0) + timedelta(minutes=1)
        spans = [
            tuple(
                moment.astimezone(pytz.utc).replace(tzinfo=None)
                for moment in (start, stop)
            )
            for start, stop, _records in intervals
        ]
        return [(max(start, now), stop) for start, stop in spans if stop > now]

    def _get_busy(self, monday):
        """Give when the person is busy, by the schedule: ``(start, stop)``."""
        # The times alone are used; what it is about stays with the person.
        entries = (
            self.env["sfa.schedule.entry"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "=", self.user_id.id),
                    ("state", "=", "open"),
                    ("stop", ">=", datetime.combine(monday, time.min)),
                    ("start", "<=", datetime.combine(monday, time.min) + timedelta(9)),
                    "|",
                    ("allday", "=", False),
                    ("kind", "=", "meeting"),
                ],
                ["start", "stop", "allday"],
            )
        )
        zone = pytz.timezone(self.user_id.sudo().tz or "UTC")
        return [
            self._get_whole_days(entry, zone)
            if entry.allday
            else (entry.start, entry.stop)
            for entry in entries
        ]

    @staticmethod
    def _get_whole_days(entry, zone):
        """Give an all-day meeting as the person's days."""
        first = datetime.combine(entry.start.date(), time.min)
        last = datetime.combine(entry.stop.date() + timedelta(days=1), time.min)
        return tuple(
            zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)
            for moment in (first, last)
        )

    # ------------------------------------------------------------------------ plan

    def action_plan(self):
        """Plan the chosen proposals and open the schedule.

        What was planned by somebody in the meantime is not planned again.
        """
        self.ensure_one()
        self._plan(self.line_ids.filtered("selected"))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_sfa.sfa_schedule_entry_action"
            ),
            "context": {
                "search_default_user_id": self.user_id.id,
                "default_user_id": self.user_id.id,
                "initial_date": self.date_from,
            },
            "target": "main",
        }

    def _plan(self, lines):
        self._check_person()
        sunday = self.date_from + timedelta(days=6 - self.date_from.weekday())
        # Two planners at once take turns, and the second sees what the first planned.
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
            [self._name, self.user_id.id],
        )
        due = {(row["kind"], row["partner_id"]) for row in self._find_due(sunday)}
        types = {
            "visit": self.env.ref("crm_sfa.mail_activity_type_visit", False),
            "call": self.env.ref("mail.mail_activity_data_call", False),
        }
        model_id = self.env["ir.model"]._get_id("res.partner")
        planned = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        lines = lines.filtered(lambda line: (line.kind, line.partner_id.id) in due)
        lines.partner_id.mapped("display_name")
        planned = planned.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": line.partner_id.id,
                    "user_id": self.user_id.id,
                    "activity_type_id": types[line.kind].id,
                    "automated": True,
                    "sfa_planned_start": line.start,
                    "sfa_duration": (line.stop - line.start) / timedelta(hours=1),
                }
                for line in lines
                if types[line.kind]
            ]
        )
        self.env["mail.activity.plan"]._sfa_notify(planned)
        return planned

    @api.model
    def _cron_plan_week(self):
        """Plan the coming week of everybody in the sales force."""
        group = self.env.ref("crm_sfa.crm_sfa_group_user")
        users = group.all_user_ids.filtered(lambda user: user.active and not user.share)
        monday = fields.Date.context_today(self)
        monday += timedelta(days=7 - monday.weekday())
        for user in users.sorted("id"):
            plan = self.create({"user_id": user.id, "date_from": monday})
            if plan.message and not plan.line_ids:
                _logger.info("No week planned for %s: %s", user.login, plan.message)
            plan._plan(plan.line_ids)
            if not self.env["ir.cron"]._commit_progress(1):
                return
