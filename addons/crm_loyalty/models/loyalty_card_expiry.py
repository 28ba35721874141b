from odoo import api, fields, models
from odoo.tools import SQL

#: Cards in one statement and transaction.
BATCH = 5000


class LoyaltyCard(models.Model):
    """Points whose last day has passed leave the card."""

    _inherit = "loyalty.card"

    @api.model
    def _cron_expire(self):
        """Let points expire, a batch of cards in a transaction; may run twice.

        The last day ends when it ends where the card's company is.
        """
        # The job is nobody's; it is for the cards of all companies.
        zones = {"UTC": [0]}
        for company in self.env["res.company"].sudo().search([]):
            zones.setdefault(company.partner_id.tz or "UTC", []).append(company.id)
        for zone, companies in zones.items():
            today = fields.Date.context_today(self.with_context(tz=zone))
            while done := self._expire_batch(today, BATCH, companies):
                left = self._count_due(today, companies)
                if not self.env["ir.cron"]._commit_progress(done, remaining=left):
                    return

    @api.model
    def _count_due(self, today, companies):
        """Give how many cards hold points whose last day has passed."""
        rows = self.env.execute_query(
            SQL(
                "SELECT count(DISTINCT t.card_id) FROM loyalty_lot t"
                "  JOIN loyalty_card c ON c.id = t.card_id"
                " WHERE t.expires < %s AND t.remaining > 0"
                "   AND coalesce(c.company_id, 0) = ANY(%s)",
                today,
                companies,
            )
        )
        return rows[0][0]

    @api.model
    def _expire_batch(self, today, limit, companies=None):
        """Let the points of some cards expire in one statement.

        Cards that somebody is working with are left for the next run.

        :param today: date; what ends on this day is still good
        :param limit: number of cards
        :param companies: ids of whose cards, 0 for those of no company; all of them
        :return: number of cards
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH due AS (
                    SELECT card_id FROM loyalty_lot
                     WHERE expires < %(today)s AND remaining > 0
                     GROUP BY card_id ORDER BY card_id
                ), card AS (
                    SELECT c.id, c.code, c.program_id, c.company_id
                      FROM loyalty_card c
                     WHERE c.id IN (SELECT card_id FROM due)
                       AND (%(companies)s::int[] IS NULL
                            OR coalesce(c.company_id, 0) = ANY(%(companies)s))
                     ORDER BY c.id LIMIT %(limit)s
                       FOR NO KEY UPDATE SKIP LOCKED
                ), gone AS (
                    SELECT t.card_id, sum(t.remaining) AS amount
                      FROM loyalty_lot t JOIN card ON card.id = t.card_id
                     WHERE t.expires < %(today)s AND t.remaining > 0
                     GROUP BY t.card_id
                ), row AS (
                    INSERT INTO loyalty_ledger (
                        card_id, card_code, program_id, company_id, date, user_id,
                        kind, seq, amount, balance, debt_change
                    )
                    SELECT card.id, card.code, card.program_id, card.company_id,
                           %(now)s, %(user)s, 'expire', last.seq + 1, -gone.amount,
                           last.balance - gone.amount, 0
                      FROM gone
                      JOIN card ON card.id = gone.card_id
                     CROSS JOIN LATERAL (
                         SELECT seq, balance FROM loyalty_ledger l
                          WHERE l.card_id = gone.card_id ORDER BY seq DESC LIMIT 1
                     ) last
                    RETURNING id, card_id, amount
                ), taken AS (
                    INSERT INTO loyalty_allocation (ledger_id, lot_id, amount)
                    SELECT row.id, t.id, -t.remaining
                      FROM row JOIN loyalty_lot t ON t.card_id = row.card_id
                     WHERE t.expires < %(today)s AND t.remaining > 0
                ), emptied AS (
                    UPDATE loyalty_lot t SET remaining = 0 FROM row
                     WHERE t.card_id = row.card_id
                       AND t.expires < %(today)s AND t.remaining > 0
                )
                UPDATE loyalty_card c SET points = c.points + row.amount
                  FROM row WHERE row.card_id = c.id
                RETURNING c.id
                """,
                today=today,
                limit=limit,
                companies=companies,
                now=fields.Datetime.now(),
                user=self.env.uid,
            )
        )
        self.env.invalidate_all()
        return len(rows)
