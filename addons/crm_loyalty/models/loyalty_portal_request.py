import json
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

TOKEN = re.compile(r"[0-9a-f]{32}")
#: Longer than a form of the portal can be sent again.
KEPT_DAYS = 60


class LoyaltyPortalRequest(models.Model):
    """A form that a member sent; sent again, it gets the same answer and does nothing.

    A refusal leaves nothing behind, so that the form can be corrected and sent again.
    """

    _name = "loyalty.portal.request"
    _description = "Portal Request"
    _log_access = False
    _order = "id desc"
    _rec_name = "action"

    token = fields.Char(required=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    action = fields.Char(required=True)
    asked = fields.Char(required=True, help="What the form said, as JSON.")
    answer = fields.Char(help="Address of the page that was shown.")
    date = fields.Datetime(required=True, index=True)

    _token_once = models.UniqueIndex("(token)")

    @api.model
    def _once(self, token, action, asked, act):
        """Do something for a token, unless it was done.

        Two at once: the second one waits, starts again and finds the answer.

        :param token: 32 hexadecimal digits that came with the form
        :param asked: dictionary of what the form said
        :param act: function without arguments, gives the address to show
        :return: the address, the first time and each time after
        :raise UserError: the token is none, or came with another form
        """
        asked = json.dumps(asked, sort_keys=True)
        if not TOKEN.fullmatch(token or ""):
            raise self._prepare_token_error()
        fresh = self.env.execute_query(
            SQL(
                """
                INSERT INTO loyalty_portal_request (token, user_id, action, asked, date)
                VALUES (%s, %s, %s, %s, %s)
                    ON CONFLICT (token) DO NOTHING RETURNING id
                """,
                token,
                self.env.uid,
                action,
                asked,
                fields.Datetime.now(),
            )
        )
        # Members may not read requests, not even their own.
        request = self.sudo().search([("token", "=", token)])
        if fresh:
            request.answer = act()
        elif (request.user_id.id, request.action, request.asked) != (
            self.env.uid,
            action,
            asked,
        ):
            raise self._prepare_token_error()
        return request.answer

    def _prepare_token_error(self):
        return UserError(
            self.env._(
                "This form was sent before with other values. Open the page again and "
                "fill it in anew."
            )
        )

    @api.autovacuum
    def _gc_requests(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("date", "<", old)]).unlink()
