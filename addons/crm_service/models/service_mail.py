from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: How long a mail server may take to deliver the same mail again.
KEPT_DAYS = 30


class ServiceMail(models.Model):
    """A mail that reached a ticket, so that it does not do so twice."""

    _name = "service.mail"
    _description = "Received Mail"
    _log_access = False
    _rec_name = "message_id"
    _order = "id desc"

    message_id = fields.Char("Message-Id", required=True)
    date = fields.Datetime(required=True, index=True)

    _message_once = models.UniqueIndex("(message_id)")

    @api.model
    def _claim(self, message_id):
        """Tell whether a mail comes for the first time.

        When another transaction is at the same mail, this one waits for its end. If
        that one is kept, PostgreSQL ends this one with a serialization failure, and
        the next attempt finds the message.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO service_mail (message_id, date) VALUES (%s, %s)
                    ON CONFLICT (message_id) DO NOTHING RETURNING id
                """,
                message_id,
                fields.Datetime.now(),
            ),
            log_exceptions=False,
        )
        return bool(self.env.cr.fetchone())

    @api.autovacuum
    def _gc_mails(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("date", "<", old)]).unlink()
