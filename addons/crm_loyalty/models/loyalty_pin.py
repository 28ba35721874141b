from datetime import timedelta

from odoo import fields, models

from ..tools.pin import ATTEMPTS, MINUTES, make_hash, matches


class LoyaltyPin(models.Model):
    """The secret number of a card, as a salted hash, and who tried it in vain."""

    _name = "loyalty.pin"
    _description = "Card PIN"
    _rec_name = "card_id"

    card_id = fields.Many2one("loyalty.card", required=True, ondelete="cascade")
    digest = fields.Char(required=True, copy=False, groups=fields.NO_ACCESS)
    failures = fields.Integer("Wrong Attempts", default=0)
    locked_until = fields.Datetime()

    _card = models.UniqueIndex("(card_id)")

    def _try(self, pin):
        """Count one attempt and tell how it went.

        The caller must not raise afterwards: the count has to stay.

        :return: ``"good"``, ``"wrong"`` or ``"locked"``
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["failures", "locked_until", "digest"])
        now = fields.Datetime.now()
        if self.locked_until and self.locked_until > now:
            return "locked"
        if matches(pin, self.digest):
            self.write({"failures": 0, "locked_until": False})
            return "good"
        self.failures += 1
        if self.failures < ATTEMPTS:
            return "wrong"
        until = now + timedelta(minutes=MINUTES)
        self.write({"failures": 0, "locked_until": until})
        return "locked"

    def _keep(self, pin):
        """Keep another PIN; what went wrong before is forgotten."""
        self.write({"digest": make_hash(pin), "failures": 0, "locked_until": False})
