import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.statement import day_start, next_day
from .res_partner import MEMBER_PROGRAMS

#: Days of expiry that a card shows.
SOON = 6
#: Rows of a statement on one page, and in a file.
PAGE, FILE = 20, 5000
#: What a row of a statement says.
SHOWN = ["seq", "date", "kind", "amount", "balance", "debt_change", "note"]


class LoyaltyCard(models.Model):
    """What a member sees of the own cards in the portal.

    As in the platform's portal, a card belongs to the very contact whose user is logged
    in: neither the company that the contact works for nor colleagues share it.
    """

    _inherit = "loyalty.card"

    @api.model
    def _get_portal_domain(self):
        """Give the cards of the member who is logged in."""
        return (
            Domain("partner_id", "=", self.env.user.partner_id.id)
            & Domain("program_id.program_type", "in", MEMBER_PROGRAMS)
            & Domain("program_id.active", "=", True)
        )

    @api.model
    def _get_portal_cards(self, card_id=None):
        """Give the cards of the member who is logged in, or one of them.

        :param card_id: of a card; nothing comes back when it belongs to another
        """
        domain = self._get_portal_domain()
        if card_id is not None:
            domain &= Domain("id", "=", card_id)
        # Members have no right to the model; the domain is what they may see.
        return self.sudo().search(domain, order="program_id, id")

    def _is_filled_online(self):
        """Tell whether the member can pay in from the portal."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return (
            self.loyalty_state == "active"
            and self.program_type == "ewallet"
            # Members may not read what a company has set up.
            and bool(company.sudo().loyalty_value_account_id)
        )

    def _get_expiring(self):
        """Give what expires next on each card.

        :return: ``{card_id: [(date, points)]}``, soonest first, at most 6 days each
        """
        self.env["loyalty.lot"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT card_id, expires, points
                  FROM (SELECT card_id, expires, sum(remaining) AS points,
                               row_number() OVER (
                                   PARTITION BY card_id ORDER BY expires
                               ) AS place
                          FROM loyalty_lot
                         WHERE card_id = ANY(%s) AND remaining > 0
                           AND expires >= %s
                         GROUP BY card_id, expires) lot
                 WHERE place <= %s
                 ORDER BY card_id, expires
                """,
                self.ids,
                fields.Date.context_today(self),
                SOON,
            )
        )
        found = {card_id: [] for card_id in self.ids}
        for card_id, expires, points in rows:
            found[card_id].append((expires, float(points)))
        return found

    def _get_statement(self, since=None, until=None, kind=None, before=None, most=PAGE):
        """Give rows of the ledger, newest first, and how to go on.

        :param since: first day, in the time zone of the member
        :param until: last day
        :param kind: of the rows
        :param before: number of the row that stands above the wanted ones
        :param most: number of rows
        :return: rows, and the number to pass as ``before`` for the next page or None
        """
        self.ensure_one()
        zone = pytz.timezone(self.env.user.tz or "UTC")
        domain = Domain("card_id", "=", self.id)
        if since:
            domain &= Domain("date", ">=", day_start(since, zone))
        if until:
            domain &= Domain("date", "<", day_start(next_day(until), zone))
        if kind:
            domain &= Domain("kind", "=", kind)
        if before:
            domain &= Domain("seq", "<", before)
        # Members have no right to the model; the card is one of theirs.
        rows = self.env["loyalty.ledger"].sudo()
        rows = rows.search_fetch(domain, SHOWN, order="seq desc", limit=most + 1)
        return rows[:most], rows[most - 1].seq if len(rows) > most else None

    @api.model
    def _find_by_number(self, number):
        """Give the open card that a number stands for, or none.

        :param number: as printed; spaces and small letters do not matter
        """
        number = "".join((number or "").split())
        cards = self.search([("code", "in", [number, number.upper()])], limit=1)
        if cards:
            return cards
        tokens = self.env["loyalty.token"]
        token = tokens.search(
            [("code", "in", [number, number.upper()]), ("state", "=", "valid")],
            limit=1,
        )
        return token.card_id.filtered("active")
