from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.posting import current, exact
from ..tools.refusal import refused
from .loyalty_ledger import CHECK

#: Who reads what hangs on a card; others may read cards as well.
DESK = "crm_loyalty.crm_loyalty_group_user,sales_team.group_sale_salesman"
BOOKS = f"{DESK},account.group_account_invoice,account.group_account_readonly"


class LoyaltyCard(models.Model):
    """A card whose balance is the sum of a ledger that nobody rewrites."""

    _inherit = "loyalty.card"

    points = fields.Float(digits=(16, 4))
    loyalty_debt = fields.Float(
        "Debt",
        digits=(16, 4),
        readonly=True,
        copy=False,
        help="Points taken back by returns that the card no longer had; "
        "paid first by what is earned next.",
    )
    loyalty_ledger_ids = fields.One2many(
        "loyalty.ledger", "card_id", "Ledger", groups=BOOKS
    )
    loyalty_earn_line_ids = fields.One2many(
        "loyalty.earn.line", "card_id", "Sales and Returns", groups=DESK
    )
    loyalty_lot_ids = fields.One2many("loyalty.lot", "card_id", "Lots", groups=BOOKS)

    # An order that is deleted or cancelled looks for the cards that it made.
    _loyalty_order = models.Index("(order_id) WHERE order_id IS NOT NULL")

    def init(self):
        super().init()
        # The tables of rows and lots exist by now: their models stand first.
        self.env.cr.execute(CHECK)

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("points") for vals in vals_list):
            self._check_posting()
        cards = super().create(vals_list)
        cards._post({card: [("open", exact(card.points), 0)] for card in cards})
        return cards

    def write(self, vals):
        if "loyalty_debt" in vals:
            self._check_posting()
        if "points" not in vals or not self:
            return super().write(vals)
        self._check_posting()
        self._lock_balances()
        wanted = exact(vals["points"])
        rows = {card: card._prepare_ledger_rows(wanted) for card in self}
        return self._book_rows(rows, vals)

    def _book_rows(self, rows, vals=None):
        """Bring balances to where rows lead, and book the rows.

        :param rows: ``{card: [(kind, amount, debt_change)]}`` of all these cards
        :param vals: what else is written
        """
        balances = {
            card: exact(card.points) + sum(amount for _kind, amount, _debt in changes)
            for card, changes in rows.items()
        }
        res = True
        for balance, cards in self.grouped(balances.get).items():
            new = {**(vals or {}), "points": float(balance)}
            # The rows are known here; our own `write` would look for them.
            res = super(LoyaltyCard, cards).write(new)  # pylint: disable=W8164
        self._post(rows)
        return res

    def unlink(self):
        """Book the end of each balance; the rows outlive the card."""
        self._lock_balances()
        self._post(
            {card: [("close", -exact(card.points), 0)] for card in self if card.points}
        )
        self.env["loyalty.ledger"].invalidate_model(["card_id"])
        return super().unlink()

    def _check_posting(self):
        """Let balances change only by the ways that say why.

        The platform's own superuser may; what it does is booked as it is.

        :raise AccessError: somebody writes a balance directly
        """
        if not self.env.su and current() is None:
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "The balance of card %(card)s changes by sales, deposits and "
                        "adjustments only. Use Update Balance and give a reason.",
                        card=", ".join(self.mapped("code")) or self.env._("new"),
                    ),
                )
            )
