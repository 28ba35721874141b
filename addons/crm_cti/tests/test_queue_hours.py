from datetime import UTC, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cti.tools import hours

from .exchange_common import ExchangeCase

#: A Monday.
NOW = "2026-03-02 03:00:00"


@tagged("post_install", "-at_install", "cap_c04", "cap_c10")
class TestQueueHours(ExchangeCase):
    """The exchange knows the hours of a queue for two weeks, days off included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Work",
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                    for begin, end in ((9, 12), (12, 18))
                ],
            }
        )

    def _order(self):
        return self.pbx._get_orders()["CRM_ORDER_support"].split("/")

    def _is_open(self, day, hour):
        """Tell whether callers are let in at an hour of a day in March, in Shanghai."""
        moment = datetime(2026, 3, day, hour, tzinfo=UTC).timestamp() - 8 * 3600
        return hours.is_open(self._order()[3], moment)

    @freeze_time(NOW)
    def test_hours(self):
        self.assertEqual(self._order(), ["300", "voicemail", "voicemail", ""])
        self.queue.calendar_id = self.calendar
        opened = [hour for hour in range(24) if self._is_open(3, hour)]
        self.assertEqual(opened, list(range(9, 18)))
        self.assertFalse(self._is_open(7, 10), "a Saturday")
        self.assertTrue(self._is_open(28, 3), "beyond what is known")
        self.assertLess(len("/".join(self._order())), 1000)

    @freeze_time(NOW)
    def test_days_off(self):
        self.queue.calendar_id = self.calendar
        self.assertTrue(self._is_open(4, 10))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-03 16:00:00",
                "date_to": "2026-03-04 15:59:59",
            }
        )
        self.assertFalse(self._is_open(4, 10))
        self.assertTrue(self._is_open(5, 10))

    def test_it_is_the_same_all_day_long(self):
        self.queue.calendar_id = self.calendar
        with freeze_time(NOW):
            before = self._order()
        with freeze_time("2026-03-02 23:59:59"):
            self.assertEqual(self._order(), before)

    @freeze_time(NOW)
    def test_a_calendar_without_hours(self):
        self.calendar.attendance_ids.unlink()
        self.queue.calendar_id = self.calendar
        self.assertFalse(self._is_open(3, 10))

    def test_calendars_of_others(self):
        self.calendar.company_id = self.other_company
        with self.assertRaises(UserError):
            self.queue.with_user(self.supervisor).calendar_id = self.calendar

    def test_what_makes_no_sense(self):
        for seconds in (4, 3601):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                with self.env.cr.savepoint():
                    self.queue.longest_seconds = seconds
                    self.queue.flush_recordset()
