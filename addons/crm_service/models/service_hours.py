import json
from datetime import UTC, timedelta

from odoo import api, fields, models, tools

from ..tools.promise import ALWAYS
from ..tools.working_time import WorkingTime

#: Clocks of tickets may have started so many days before the first compilation.
DAYS_BEFORE = 60
#: So many days ahead deadlines are known, and compiled again after half of them.
DAYS_AHEAD = 3 * 366


class ServiceHours(models.Model):
    """The open hours of a calendar, compiled, as they were and as they will be.

    Whenever the calendar changes, a new version says the old hours up to that moment
    and the new ones from then on: what a clock has consumed stays what it was.
    """

    _name = "service.hours"
    _description = "Compiled Working Hours"
    _order = "id desc"
    _rec_name = "calendar_id"
    _log_access = False

    calendar_id = fields.Many2one(
        "resource.calendar", required=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime("Since", required=True)
    until = fields.Datetime("Known until", required=True)
    stale = fields.Boolean(help="The calendar has changed since.")
    windows = fields.Text(
        required=True,
        prefetch=False,
        help="Starts and stops in seconds since 1970, alternating.",
    )

    @api.model
    def _get_current(self, calendars):
        """Give the version in force of each calendar, compiling what is missing.

        :return: ``{resource.calendar: service.hours}``
        """
        known = {}
        for version in self.sudo().search(  # agents need deadlines, not calendars
            [("id", "in", self._get_latest_ids(calendars))]
        ):
            known[version.calendar_id.id] = version.sudo(False)
        near = fields.Datetime.now() + timedelta(days=DAYS_AHEAD / 2)
        for calendar in calendars:
            version = known.get(calendar.id)
            if not version or version.sudo().stale or version.sudo().until < near:
                known[calendar.id] = self._compile(calendar, version)
        return {calendar: known[calendar.id] for calendar in calendars}

    @api.model
    def _get_latest_ids(self, calendars):
        groups = self.sudo()._read_group(  # as above
            [("calendar_id", "in", calendars.ids)], ["calendar_id"], ["id:max"]
        )
        return [latest for _calendar, latest in groups]

    @api.model
    def _compile(self, calendar, before=None):
        """Write down the hours of a calendar from now on, after those that held.

        :param before: the version that held until now
        """
        now = fields.Datetime.now()
        start = now if before else now - timedelta(days=DAYS_BEFORE)
        until = now + timedelta(days=DAYS_AHEAD)
        # Whoever answers a ticket may not read calendars and leaves of others.
        intervals = calendar.sudo()._work_intervals_batch(
            start.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
        )[False]
        windows = [
            (int(begin.timestamp()), int(end.timestamp()))
            for begin, end, _attendance in intervals
        ]
        if before:
            windows = before._get_windows_until(now) + windows
        return (
            self.sudo()
            .create(
                {
                    "calendar_id": calendar.id,
                    "date": now,
                    "until": until,
                    "windows": json.dumps([edge for pair in windows for edge in pair]),
                }
            )
            .sudo(False)
        )

    def _get_windows_until(self, moment):
        edge = int(moment.replace(tzinfo=UTC).timestamp())
        hours = self._get_time()
        return [
            (start, min(stop, edge))
            for start, stop in zip(hours.starts, hours.stops, strict=True)
            if start < edge
        ]

    def _get_time(self):
        """Give the `WorkingTime` of this version; of none, time around the clock."""
        return self._load(self.id) if self else ALWAYS

    @tools.ormcache("hours_id")
    def _load(self, hours_id):
        edges = json.loads(self.sudo().browse(hours_id).windows)
        return WorkingTime.compile(zip(edges[::2], edges[1::2], strict=True))

    @api.model
    def _mark_stale(self, calendars):
        """Take note that calendars have changed; who counts next compiles them.

        :param calendars: `resource.calendar`
        """
        # Whoever may change a calendar need not know who counts by it.
        latest = self.sudo().browse(self._get_latest_ids(calendars))
        latest.filtered(lambda version: not version.stale).stale = True

    @api.model
    def _refresh_stale(self):
        """Compile what has changed or ends too soon, and is counted by."""
        used = self.sudo()._read_group([], ["calendar_id"])  # as above
        calendars = self.env["resource.calendar"]
        self._get_current(calendars.union(*(calendar for (calendar,) in used)))

    @api.model
    def _get_open_ids(self):
        """Give the ids of all versions of the calendars that are open now."""
        now = int(fields.Datetime.now().replace(tzinfo=UTC).timestamp())
        used = self.sudo()._read_group(
            [], ["calendar_id"], ["id:array_agg"]
        )  # as above
        newest = {calendar: max(ids) for calendar, ids in used}
        return [
            id_
            for calendar, ids in used
            if self.browse(newest[calendar])._get_time().is_open(now)
            for id_ in ids
        ]
