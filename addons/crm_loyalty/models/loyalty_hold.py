from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STATES = [
    ("held", "Held"),
    ("captured", "Captured"),
    ("released", "Released"),
    ("expired", "Expired"),
]


class LoyaltyHold(models.Model):
    """Money of a card that is kept for an order until it is confirmed or time is up."""

    _name = "loyalty.hold"
    _description = "Hold"
    _order = "id desc"
    _rec_name = "card_id"

    card_id = fields.Many2one("loyalty.card", required=True, ondelete="cascade")
    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="card_id.company_id")
    amount = fields.Float(digits=(16, 4), required=True)
    expires = fields.Datetime("Held until", required=True)
    state = fields.Selection(STATES, required=True, default="held")
    with_pin = fields.Boolean("PIN Given")
    chosen = fields.Boolean(help="The member wants to pay so much and no more.")

    _held = models.UniqueIndex("(card_id, order_id) WHERE state = 'held'")
    _due = models.Index("(expires) WHERE state = 'held'")
    _above_nothing = models.Constraint(
        "CHECK (amount > 0)", "An amount above 0 is held."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        """What a hold kept is counted on its card."""
        raise UserError(
            self.env._(
                "Holds of card %(card)s end by themselves or with their order.",
                card=self[:1].card_id.code,
            )
        )

    def _end(self, state):
        """End holds and give back what they kept.

        :param state: ``captured``, ``released`` or ``expired``
        """
        held = self.filtered(lambda hold: hold.state == "held")
        if held:
            held.card_id._lock_balances()
            held.write({"state": state})
            held.card_id._sum_holds()

    @api.model
    def _cron_expire(self):
        """End all holds whose time is up, in one statement.

        Cards that somebody is working with are left for the next run; whoever needs
        their money ends such holds himself.
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH card AS (
                    SELECT id FROM loyalty_card
                     WHERE id IN (
                         SELECT card_id FROM loyalty_hold
                          WHERE state = 'held' AND expires < %(now)s
                     ) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
                ), due AS (
                    UPDATE loyalty_hold h SET state = 'expired' FROM card
                     WHERE h.card_id = card.id AND h.state = 'held'
                       AND h.expires < %(now)s
                    RETURNING h.card_id, h.amount
                ), gone AS (
                    SELECT card_id, sum(amount) AS amount FROM due GROUP BY card_id
                )
                UPDATE loyalty_card c SET loyalty_held = c.loyalty_held - gone.amount
                  FROM gone WHERE gone.card_id = c.id
                RETURNING c.id
                """,
                now=fields.Datetime.now(),
            )
        )
        self.env.invalidate_all()
