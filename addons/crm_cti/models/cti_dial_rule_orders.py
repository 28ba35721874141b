from datetime import datetime, time, timedelta

import pytz

from odoo import models

from ..tools import dial, hours

#: What an exchange takes for nothing at all.
NOTHING = "none"


class CtiDialRule(models.Model):
    """The rule as an exchange keeps it, for who dials past us with a stolen password.

    Caps are not told: the exchange lets no phone dial more than two calls at once.
    """

    _inherit = "cti.dial.rule"

    def _get_orders(self):
        """Give what the exchange is told.

        :return: ``{name of a global variable: text}``
        """
        self.ensure_one()
        codes, denied = dial.write_places(self._get_limits())
        return {
            "CRM_DIAL_CODES": codes or NOTHING,
            "CRM_DIAL_DENIED": denied or NOTHING,
            "CRM_DIAL_HOURS": self._write_hours(),
        }

    def _write_hours(self):
        zone = pytz.timezone(self.tz)
        today = self._get_now().date()
        length = self.hour_to - self.hour_from
        if length < 0:
            length += 24
        stretches = []
        # What began yesterday may last until today.
        for day in range(-1, hours.DAYS):
            midnight = datetime.combine(today + timedelta(days=day), time())
            begin = midnight + timedelta(hours=self.hour_from)
            end = begin + timedelta(hours=length)
            stretches.append(
                tuple(round(zone.localize(one).timestamp()) for one in (begin, end))
            )
        last = datetime.combine(today + timedelta(days=hours.DAYS), time())
        return hours.write(stretches, round(zone.localize(last).timestamp()))


class CtiPbx(models.Model):
    """What an exchange has to know about calls to the outside."""

    _inherit = "cti.pbx"

    def _get_orders(self):
        rule = self.env["cti.dial.rule"]._of(self)
        return {**super()._get_orders(), **rule._get_orders()}
