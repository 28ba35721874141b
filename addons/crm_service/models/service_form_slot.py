from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac


class ServiceFormSlot(models.Model):
    """How often somebody sent the form in an hour.

    Kept is a keyed hash of an address, not the address itself.
    """

    _name = "service.form.slot"
    _description = "Use of the Web Form"
    _log_access = False
    _rec_name = "hour"
    _order = "hour desc, id desc"

    key = fields.Char(required=True)
    hour = fields.Datetime(required=True, index=True)
    times = fields.Integer(required=True)

    _key_once = models.UniqueIndex("(key, hour)")

    @api.model
    def _count(self, who):
        """Count one more time in this hour.

        :param str who: an address of mail or of the network
        :return: how often it was, this time included
        """
        hour = fields.Datetime.now().replace(minute=0, second=0)
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_form_slot AS s (key, hour, times) VALUES (%s, %s, 1)
                    ON CONFLICT (key, hour) DO UPDATE SET times = s.times + 1
                RETURNING times
                """,
                hmac(self.env(su=True), "service.form.slot", who),
                hour,
            )
        )
        return rows[0][0]

    @api.autovacuum
    def _gc_slots(self):
        old = fields.Datetime.now() - timedelta(days=1)
        self.search([("hour", "<", old)]).unlink()
