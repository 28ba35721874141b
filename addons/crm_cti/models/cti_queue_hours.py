from datetime import UTC, timedelta

from odoo import fields, models

from ..tools import hours


class CtiQueue(models.Model):
    """When callers are let in, how long they wait, and what happens else."""

    _inherit = "cti.queue"

    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        check_company=True,
        help="Outside of them, and on their days off, callers are not let in. Empty: "
        "always open.",
    )
    closed = fields.Selection(
        [
            ("voicemail", "May leave a message"),
            ("callback", "Are promised a call"),
            ("goodbye", "Are told that we are closed"),
        ],
        "Callers outside Them",
        required=True,
        default="voicemail",
        help="A message and a promised call are a task for an agent.",
    )
    longest_seconds = fields.Integer(
        "Longest Wait",
        required=True,
        default=300,
        help="Seconds after which a caller waits no longer.",
    )
    overflow = fields.Selection(
        [("voicemail", "May leave a message"), ("callback", "Are promised a call")],
        "Callers after It",
        required=True,
        default="voicemail",
        help="Both are a task for an agent.",
    )

    _longest_range = models.Constraint(
        "CHECK (longest_seconds BETWEEN 5 AND 3600)",
        "Callers wait 5 seconds to an hour.",
    )

    def _get_orders(self):
        """Give what the exchange does with callers of each queue.

        :return: ``{queue: "longest/overflow/closed/hours"}``
        """
        written = {
            calendar: self._write_hours(calendar) for calendar in self.calendar_id
        }
        return {
            queue: f"{queue.longest_seconds}/{queue.overflow}/{queue.closed}/"
            + written.get(queue.calendar_id, "")
            for queue in self
        }

    def _write_hours(self, calendar):
        """Write the hours of the days to come; the same all day long."""
        begin = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        begin = begin.replace(tzinfo=UTC)
        end = begin + timedelta(days=hours.DAYS)
        stretches = calendar._work_intervals_batch(begin, end)[False]
        return hours.write(
            [
                (int(one.timestamp()), round(two.timestamp()))
                for one, two, *_ in stretches
            ],
            int(end.timestamp()),
        )
