from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..afterwards import afterwards
from ..tools.refusal import refused

KEPT_DAYS = 7


class LoyaltyLookup(models.Model):
    """How many unknown card numbers a user asked for in a minute.

    People mistype; who asks for many numbers that do not exist is guessing. The public
    visitor of a shop is many people and is not counted.
    """

    _name = "loyalty.lookup"
    _description = "Unknown Card Numbers"
    _log_access = False
    _order = "minute desc"
    _rec_name = "minute"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    minute = fields.Datetime(required=True, index=True)
    times = fields.Integer(required=True)

    _minute_once = models.UniqueIndex("(user_id, minute)")

    @api.model
    def _get_limit(self):
        """Give the limit that holds for the user, or ``None``."""
        if self.env.user._is_public():
            return None
        limits = self.env["loyalty.limit"]._get_limits(self.env.company.id, False)
        return next((one for one in limits if one.kind == "lookup_count"), None)

    @api.model
    def _check(self):
        """Refuse to look up another card number when too many were unknown.

        :raise UserError: the limit refuses
        """
        limit = self._get_limit()
        if not limit or limit.action == "alert":
            return
        if self._count() >= limit.most:
            raise UserError(
                refused(
                    self,
                    self.env._(
                        "Too many unknown card numbers were asked for: at most "
                        "%(most)s in an hour. Try again later, or ask a loyalty "
                        "manager.",
                        most=int(limit.most),
                    ),
                )
            )

    @api.model
    def _count(self):
        """Give how many unknown numbers the user asked for in the last hour."""
        # Users may not read what is counted about them.
        counted = self.sudo()._read_group(
            [
                ("user_id", "=", self.env.uid),
                ("minute", ">", fields.Datetime.now() - timedelta(hours=1)),
            ],
            aggregates=["times:sum"],
        )
        return counted[0][0] or 0

    @api.model
    def _note_unknown(self):
        """Count an unknown number when this transaction has ended, kept or not."""
        limit = self._get_limit()
        if not limit:
            return
        # A refusal undoes this transaction; the count must not go with it.
        company = self.env.company
        afterwards(self.env, self._name, "_note", self.env.uid, company.id, limit)

    @api.model
    def _note(self, user_id, company_id, limit):
        """Count an unknown number of a user, and report who passes the limit."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO loyalty_lookup AS l (user_id, minute, times)
                VALUES (%s, %s, 1)
                    ON CONFLICT (user_id, minute) DO UPDATE SET times = l.times + 1
                RETURNING id
                """,
                user_id,
                fields.Datetime.now().replace(second=0),
            )
        )
        self.invalidate_model()
        total = self.with_user(user_id)._count()
        if total > limit.most or (limit.action != "alert" and total == limit.most):
            self.env["loyalty.alert"]._record(
                {
                    "kind": limit.kind,
                    "action": limit.action,
                    "user_id": user_id,
                    "company_id": company_id,
                    "most": float(limit.most),
                    "total": total,
                }
            )

    @api.autovacuum
    def _gc_lookups(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("minute", "<", old)]).unlink()
