from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..tools.norm import hours

#: The id of an entry is that of its record × SOURCES + the number of the source.
SOURCES = 10
ACTIVITY, ATTENDEE = 1, 2
DAY_START, DAY_STOP = time(8), time(18)
KINDS = [
    ("action", "Action"),
    ("visit", "Visit"),
    ("call", "Call"),
    ("meeting", "Meeting"),
]


class SfaScheduleEntry(models.Model):
    """What a person does at what time: actions, visits, calls and meetings in one.

    Nothing is stored here. Who writes an entry writes the activity or the meeting
    behind it, with the rights that these ask for. An app adds a source of entries by
    `_get_queries` and `_get_source`.
    """

    _name = "sfa.schedule.entry"
    _description = "Schedule Entry"
    _auto = False
    _order = "start, id"

    # what
    name = fields.Char("Subject", required=True)
    kind = fields.Selection(KINDS, required=True, default="action")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], "Status", readonly=True
    )
    is_striked = fields.Boolean(readonly=True)
    is_hatched = fields.Boolean(readonly=True)
    is_hidden = fields.Boolean(readonly=True, help="Nothing but the time is shown.")
    mandatory = fields.Boolean(readonly=True)

    # when
    start = fields.Datetime(required=True, default=fields.Datetime.now)
    stop = fields.Datetime(required=True)
    allday = fields.Boolean("All Day")
    hours = fields.Float(readonly=True)
    day_from = fields.Date("Day", help="Of an entry that lasts all day.")
    day_to = fields.Date("Last Day", readonly=True)

    # who and where
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    partner_id = fields.Many2one("res.partner", "Customer")
    lead_id = fields.Many2one("crm.lead", "Opportunity")
    place = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    # what is behind it
    source = fields.Integer(readonly=True)
    source_id = fields.Integer("Source Record", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True)
    event_id = fields.Many2one("calendar.event", "Meeting", readonly=True)

    _depends = {
        "mail.activity": [
            "user_id",
            "active",
            "summary",
            "activity_type_id",
            "res_model",
            "res_id",
            "res_name",
            "date_deadline",
            "calendar_event_id",
            "sfa_planned_start",
            "sfa_duration",
            "sfa_place",
            "sfa_partner_id",
            "sfa_lead_id",
            "sfa_company_id",
            "sfa_mandatory",
        ],
        "mail.activity.type": ["name", "sfa_contact"],
        "calendar.event": [
            "name",
            "start",
            "stop",
            "allday",
            "user_id",
            "active",
            "privacy",
            "location",
            "opportunity_id",
        ],
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "res.users": ["partner_id", "company_id", "share"],
        "res.users.settings": ["calendar_default_privacy"],
    }

    # ------------------------------------------------------------------------ reading

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._get_queries())

    @api.model
    def _get_queries(self):
        """Give one ``SQL`` for each source, all with the same columns.

        Others see of a person's appointments what the models of the sales force and
        the privacy of meetings allow; of the rest they see that the time is taken.
        """
        return [self._get_activity_query(), self._get_meeting_query()]

    @api.model
    def _get_activity_query(self):
        return SQL(
            """
            SELECT a.id::bigint * %(sources)s + %(source)s AS id,
                   CASE WHEN shown.yes THEN concat_ws(
                       ' · ',
                       coalesce(nullif(a.summary, ''), t.name ->> %(lang)s,
                                t.name ->> 'en_US'),
                       a.res_name
                   ) ELSE %(busy)s END AS name,
                   coalesce(t.sfa_contact, 'action') AS kind,
                   CASE WHEN a.active THEN 'open' ELSE 'done' END AS state,
                   NOT a.active AS is_striked, FALSE AS is_hatched,
                   NOT shown.yes AS is_hidden,
                   coalesce(a.sfa_mandatory, FALSE) AS mandatory,
                   coalesce(planned.start, a.date_deadline + %(day_start)s) AS start,
                   CASE WHEN planned.start IS NULL
                        THEN a.date_deadline + %(day_stop)s
                        ELSE planned.start + interval '1 hour' * planned.hours
                    END AS stop,
                   planned.start IS NULL AS allday,
                   planned.hours AS hours,
                   a.date_deadline AS day_from, a.date_deadline AS day_to,
                   a.user_id,
                   CASE WHEN shown.yes THEN a.sfa_partner_id END AS partner_id,
                   CASE WHEN shown.yes THEN a.sfa_lead_id END AS lead_id,
                   CASE WHEN shown.yes THEN a.sfa_place END AS place,
                   coalesce(a.sfa_company_id, u.company_id) AS company_id,
                   %(source)s AS source, a.id AS source_id, a.id AS activity_id,
                   NULL::integer AS event_id
              FROM mail_activity a
              JOIN res_users u ON u.id = a.user_id
              LEFT JOIN mail_activity_type t ON t.id = a.activity_type_id
              CROSS JOIN LATERAL (
                  SELECT a.user_id = %(uid)s OR a.res_model = ANY(%(models)s) AS yes
              ) shown
              CROSS JOIN LATERAL (
                  SELECT a.sfa_planned_start AS start,
                         CASE WHEN a.sfa_duration > 0 THEN a.sfa_duration
                              WHEN a.sfa_planned_start IS NULL THEN 0
                              ELSE 0.5
                          END::float8 AS hours
              ) planned
             WHERE a.calendar_event_id IS NULL
            """,
            sources=SOURCES,
            source=ACTIVITY,
            lang=self.env.lang or "en_US",
            busy=self.env._("Busy"),
            day_start=DAY_START,
            day_stop=DAY_STOP,
            uid=self.env.uid,
            models=list(self.env["mail.activity"]._sfa_action_models()),
        )

    @api.model
    def _get_meeting_query(self):
        return SQL(
            """
            SELECT t.id::bigint * %(sources)s + %(source)s AS id,
                   CASE WHEN shown.yes THEN e.name ELSE %(busy)s END AS name,
                   'meeting' AS kind, 'open' AS state, FALSE AS is_striked,
                   t.state IN ('needsAction', 'tentative') AS is_hatched,
                   NOT shown.yes AS is_hidden, FALSE AS mandatory,
                   e.start, e.stop, coalesce(e.allday, FALSE) AS allday,
                   CASE WHEN e.allday THEN 0
                        ELSE extract(epoch FROM e.stop - e.start) / 3600
                    END::float8 AS hours,
                   e.start::date AS day_from, e.stop::date AS day_to,
                   u.id AS user_id,
                   CASE WHEN shown.yes THEN guest.partner_id END AS partner_id,
                   CASE WHEN shown.yes THEN e.opportunity_id END AS lead_id,
                   CASE WHEN shown.yes THEN e.location END AS place,
                   u.company_id, %(source)s AS source, t.id AS source_id,
                   NULL::integer AS activity_id, e.id AS event_id
              FROM calendar_attendee t
              JOIN calendar_event e ON e.id = t.event_id AND e.active
              JOIN res_users u ON u.partner_id = t.partner_id AND NOT u.share
              LEFT JOIN res_users_settings s ON s.user_id = e.user_id
              LEFT JOIN LATERAL (
                  SELECT g.partner_id FROM calendar_attendee g
                    JOIN res_partner p ON p.id = g.partner_id AND p.partner_share
                   WHERE g.event_id = e.id ORDER BY g.id LIMIT 1
              ) guest ON TRUE
              CROSS JOIN LATERAL (
                  SELECT u.id = %(uid)s OR e.user_id = %(uid)s
                         OR coalesce(e.privacy, s.calendar_default_privacy, 'public')
                            <> 'private'
                         OR EXISTS (
                             SELECT FROM calendar_attendee me
                              WHERE me.event_id = e.id AND me.partner_id = %(partner)s
                         ) AS yes
              ) shown
             WHERE t.state IS DISTINCT FROM 'declined'
            """,
            sources=SOURCES,
            source=ATTENDEE,
            busy=self.env._("Busy"),
            uid=self.env.uid,
            partner=self.env.user.partner_id.id,
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Add the days to a search by time, because days have an index."""
        domain = Domain(domain)
        extra = Domain.TRUE
        for condition in domain.optimize(self).iter_conditions():
            bound = isinstance(condition.value, datetime) and condition.value.date()
            if not bound:
                continue
            if (condition.field_expr, condition.operator) in (
                ("start", "<="),
                ("start", "<"),
            ):
                extra &= Domain("day_from", "<=", bound + timedelta(days=1))
            elif (condition.field_expr, condition.operator) in (
                ("stop", ">="),
                ("stop", ">"),
            ):
                extra &= Domain("day_to", ">=", bound - timedelta(days=1))
        if not self._is_conjunction(domain):
            extra = Domain.TRUE
        return super()._search(domain & extra, *args, **kwargs)

    @staticmethod
    def _is_conjunction(domain):
        """Say whether all conditions hold together, so that one may be added."""
        return not any(item in ("|", "!") for item in domain)

    @api.model
    @api.readonly
    def get_unusual_days(self, date_from, date_to=None):
        """Say which days are free by the working hours of the user.

        :param date_from: text of a UTC moment
        :param date_to: text of a UTC moment
        :return: ``{"2030-01-06": True, …}``
        """
        # A reader of the schedule need not be allowed to read working hours.
        user = self.env.user.sudo()
        calendar = user.resource_calendar_id or user.company_id.resource_calendar_id
        start = fields.Datetime.to_datetime(date_from)
        stop = fields.Datetime.to_datetime(date_to) or start
        if not calendar:
            return {}
        return calendar._get_unusual_days(
            start.replace(tzinfo=timezone.utc),
            stop.replace(tzinfo=timezone.utc),
            user.company_id,
        )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "stop" in fields_list and not values.get("stop"):
            start = fields.Datetime.to_datetime(values.get("start"))
            start = start or fields.Datetime.now()
            values["stop"] = start + timedelta(hours=1)
        if "day_from" in fields_list and not values.get("day_from"):
            start = fields.Datetime.to_datetime(values.get("start"))
            values["day_from"] = (start or fields.Datetime.now()).date()
        return values

    @api.onchange("start")
    def _onchange_start(self):
        if self.start and (not self.stop or self.stop < self.start):
            self.stop = self.start + timedelta(hours=1)

    # ------------------------------------------------------------------------ writing

    @api.model
    def _get_source(self, number):
        """Give the functions that write to a source: prefix of ``_write_…`` etc."""
        return {ACTIVITY: "activity", ATTENDEE: "meeting"}[number]

    @api.model_create_multi
    def create(self, vals_list):
        self.browse().check_access("create")
        ids = []
        for vals in vals_list:
            vals = self._with_day({**self._get_new_values(), **vals})
            self._check_times(vals)
            source = "meeting" if vals["kind"] == "meeting" else "activity"
            ids.append(getattr(self, f"_create_{source}")(vals))
        return self.browse(ids)

    @api.model
    def _get_new_values(self):
        values = self.default_get(["kind", "start", "stop", "user_id", "name"])
        return {"allday": False, "partner_id": False, "lead_id": False, **values}

    @staticmethod
    def _with_day(vals):
        """Let the day of a form stand for the times of an entry that lasts all day."""
        if not (vals.get("allday") and vals.get("day_from")):
            return vals
        day = fields.Date.to_date(vals["day_from"])
        return {
            **vals,
            "start": datetime.combine(day, DAY_START),
            "stop": datetime.combine(day, DAY_STOP),
        }

    def _check_times(self, vals):
        start = fields.Datetime.to_datetime(vals.get("start"))
        stop = fields.Datetime.to_datetime(vals.get("stop"))
        if start and stop and stop < start:
            raise UserError(
                self.env._(
                    "“%(name)s” would stop before it starts. Correct the times.",
                    name=vals.get("name") or self.name or "",
                )
            )

    def _create_activity(self, vals):
        """Make the activity of a new entry, on the opportunity, customer or neither.

        :return: id of the entry
        """
        model, res_id = False, False
        if vals["lead_id"]:
            model, res_id = "crm.lead", vals["lead_id"]
        elif vals["partner_id"]:
            model, res_id = "res.partner", vals["partner_id"]
        kinds = {
            "visit": "crm_sfa.mail_activity_type_visit",
            "call": "mail.mail_activity_data_call",
        }
        kind = self.env.ref(
            kinds.get(vals["kind"], "mail.mail_activity_data_todo"),
            raise_if_not_found=False,
        )
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": model and self.env["ir.model"]._get_id(model),
                "res_id": res_id,
                "summary": vals.get("name"),
                "user_id": vals["user_id"],
                **({"activity_type_id": kind.id} if kind else {}),
                **self._prepare_activity_times(vals),
            }
        )
        return activity.id * SOURCES + ACTIVITY

    def _create_meeting(self, vals):
        user = self.env["res.users"].browse(vals["user_id"])
        partners = [user.partner_id.id]
        lead = self.env["crm.lead"].browse(vals["lead_id"])
        customer = vals["partner_id"] or lead.partner_id.id
        if customer:
            partners.append(customer)
        event = self.env["calendar.event"].create(
            {
                "name": vals.get("name"),
                "user_id": user.id,
                "partner_ids": [Command.set(partners)],
                "opportunity_id": lead.id,
                **self._prepare_meeting_times(vals),
            }
        )
        own = event.attendee_ids.filtered(
            lambda attendee: attendee.partner_id == user.partner_id
        )
        return own.id * SOURCES + ATTENDEE

    @staticmethod
    def _prepare_activity_times(vals):
        start = fields.Datetime.to_datetime(vals.get("start"))
        stop = fields.Datetime.to_datetime(vals.get("stop"))
        if vals.get("allday"):
            return {"sfa_planned_start": False, "date_deadline": start.date()}
        times = {"sfa_planned_start": start} if start else {}
        if start and stop:
            times["sfa_duration"] = hours(start, stop)
        return times

    @staticmethod
    def _prepare_meeting_times(vals):
        start = fields.Datetime.to_datetime(vals.get("start"))
        stop = fields.Datetime.to_datetime(vals.get("stop"))
        if vals.get("allday"):
            days = {"start_date": start.date(), "stop_date": (stop or start).date()}
            return {
                "allday": True,
                **days,
                "start": datetime.combine(days["start_date"], DAY_START),
                "stop": datetime.combine(days["stop_date"], DAY_STOP),
            }
        times = {"start": start, "stop": stop}
        if "allday" in vals:
            times["allday"] = False
        return {name: value for name, value in times.items() if value is not None}

    def write(self, vals):
        self.check_access("write")
        if vals.get("day_from") and vals.get("allday", all(self.mapped("allday"))):
            vals = self._with_day({"allday": True, **vals})
        changed = vals.keys() & {"name", "start", "stop", "allday", "user_id"}
        for entry in self:
            if entry.is_hidden:
                raise UserError(
                    self.env._(
                        "This appointment of %(person)s is private. Ask them to move "
                        "it.",
                        person=entry.user_id.name,
                    )
                )
            given = {name: vals[name] for name in changed}
            if given.keys() & {"start", "stop", "allday"}:
                current = {name: entry[name] for name in ("start", "stop", "allday")}
                length = entry.stop - entry.start
                given = {**current, **given}
                if "start" in changed and "stop" not in changed:
                    start = fields.Datetime.to_datetime(given["start"])
                    given["stop"] = start + length
            entry._check_times(given)
            getattr(entry, f"_write_{self._get_source(entry.source)}")(given)
        self.invalidate_model()
        return True

    def _write_activity(self, vals):
        activity = self.activity_id
        if not activity.active:
            raise UserError(
                self.env._(
                    "“%(name)s” is done. What has happened cannot be moved.",
                    name=self.name,
                )
            )
        values = {}
        if {"start", "stop", "allday"} & vals.keys():
            values.update(self._prepare_activity_times(vals))
        if "user_id" in vals:
            values["user_id"] = vals["user_id"]
        if "name" in vals:
            values["summary"] = vals["name"]
        activity.write(values)

    def _write_meeting(self, vals):
        values = {}
        if {"start", "stop", "allday"} & vals.keys():
            values.update(self._prepare_meeting_times(vals))
        if "name" in vals:
            values["name"] = vals["name"]
        self.event_id.write(values)

    def _check_deletable(self):
        if any(entry.is_hidden for entry in self):
            raise UserError(
                self.env._("A private appointment can only be deleted by its owner.")
            )

    def unlink(self):
        self.check_access("unlink")
        self._check_deletable()
        self.activity_id.unlink()
        self.event_id.unlink()
        self.invalidate_model(flush=False)
        return True

    # ------------------------------------------------------------------------ actions

    def action_open(self):
        """Open what is behind the entry: the document, or the meeting."""
        self.ensure_one()
        self.check_access("read")
        if self.event_id:
            return self.event_id.get_formview_action()
        return self.activity_id.action_open_document()

    def action_done(self):
        """Mark the activity behind the entry as done."""
        self.check_access("write")
        self.activity_id.action_done()

    def action_skip(self):
        """Ask why the activity behind the entry is skipped."""
        self.check_access("write")
        return self.activity_id.action_sfa_skip()
