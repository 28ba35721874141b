from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.deposit import lapsing
from ..tools.posting import exact
from ..tools.refusal import refused

STATES = [
    ("draft", "Draft"),
    ("waiting", "Waiting for Approval"),
    ("done", "Paid Back"),
    ("refused", "Refused"),
]
#: What a person says; all else follows.
OPEN = {"card_id", "deposit_id", "amount", "journal_id", "close_card", "reason"}


class LoyaltyRefund(models.Model):
    """Principal that a member gets back; the bonus that came with it lapses.

    Above a limit of the company another person than the one who asks approves.
    """

    _name = "loyalty.refund"
    _description = "Refund of Stored Value"
    _inherit = ["loyalty.request"]
    _order = "id desc"
    _check_company_auto = True
    _said = OPEN

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    card_id = fields.Many2one(
        "loyalty.card", required=True, index=True, ondelete="restrict"
    )
    deposit_id = fields.Many2one(
        "loyalty.deposit",
        "Of Deposit",
        domain="[('card_id', '=', card_id), ('state', '=', 'paid')]",
        help="The money of this deposit goes back first.",
    )
    partner_id = fields.Many2one(related="card_id.partner_id", string="Member")
    program_id = fields.Many2one(related="card_id.program_id")
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="card_id.program_id.currency_id")
    principal = fields.Monetary(related="card_id.loyalty_principal")
    amount = fields.Monetary("Paid Back", required=True)
    bonus = fields.Monetary("Bonus that Lapses", compute="_compute_bonus", store=True)
    journal_id = fields.Many2one(
        "account.journal",
        "Paid out of",
        required=True,
        check_company=True,
        domain="[('type', 'in', ('cash', 'bank', 'credit'))]",
    )
    close_card = fields.Boolean(help="The card is closed when all is paid back.")
    reason = fields.Char(required=True)

    # what follows
    state = fields.Selection(STATES, required=True, default="draft", readonly=True)
    move_id = fields.Many2one("account.move", "Journal Entry", readonly=True)

    @api.depends("card_id")
    def _compute_company_id(self):
        for refund in self:
            refund.company_id = refund.card_id.company_id or self.env.company

    @api.depends("card_id", "amount", "close_card")
    def _compute_bonus(self):
        for refund in self.filtered(lambda one: one.state in ("draft", "waiting")):
            refund.bonus = refund._get_lapsing()

    def _get_lapsing(self):
        """Give the bonus that lapses with the amount, by the program's policy."""
        card = self.card_id
        bonus, principal = exact(card.loyalty_bonus), exact(card.loyalty_principal)
        amount = exact(self.amount)
        whole = self.close_card or card.program_id.loyalty_lapse_policy == "whole"
        if whole or not 0 < amount < principal:
            return float(bonus)
        unit = Decimal(str(self.currency_id.rounding))
        return float(lapsing(bonus, amount, principal, unit))

    @api.constrains("amount", "card_id", "deposit_id")
    def _check_amount(self):
        for refund in self:
            sign = refund.currency_id.compare_amounts(refund.amount, 0)
            if sign < 0 or (sign == 0 and not refund.close_card):
                raise ValidationError(
                    self.env._(
                        "%(amount)s cannot be paid back from card %(card)s. "
                        "Enter an amount above 0.",
                        amount=refund.amount,
                        card=refund.card_id.code,
                    )
                )
            deposit = refund.deposit_id
            if deposit and deposit.card_id != refund.card_id:
                raise ValidationError(
                    self.env._(
                        "Deposit %(deposit)s is of another card than %(card)s.",
                        deposit=deposit.name,
                        card=refund.card_id.code,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"].sudo()  # a clerk may not read sequences
        prepared = []
        for vals in vals_list:
            own = {name: value for name, value in vals.items() if name in OPEN}
            number = numbers.next_by_code("loyalty.refund") or "/"
            fixed = {"name": number, "state": "draft", "user_id": self.env.uid}
            none = dict.fromkeys(("approver_id", "date_done", "move_id"), False)
            prepared.append({**own, **fixed, **none})
        return super().create(prepared)

    def _prepare_closed_error(self):
        return UserError(
            refused(
                self,
                self.env._(
                    "Refund %(refund)s is changed by its buttons once it was "
                    "requested. Make a new one for another amount.",
                    refund=", ".join(self.mapped("name")),
                ),
            )
        )

    def action_open_entry(self):
        """Show the journal entry."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def _get_limit(self):
        return self.company_id.sudo().loyalty_refund_limit

    def _prepare_state_error(self, label):
        return UserError(
            self.env._(
                "Refund %(refund)s is in the state %(state)s. Reload the page.",
                refund=self.name,
                state=label,
            )
        )

    def _prepare_approver_error(self):
        return AccessError(
            refused(
                self,
                self.env._(
                    "Refund %(refund)s needs another loyalty manager than the "
                    "person who asked for it.",
                    refund=self[:1].name,
                ),
            )
        )

    def _apply(self):
        """Take the money off the card and pay it back, once."""
        # Whoever refunds may neither post entries nor write cards.
        refund = self.sudo()
        card = refund.card_id
        card._lock_balances()
        card.invalidate_recordset()
        if message := card._get_blocked_message():
            raise UserError(message)
        if card.loyalty_debt:
            raise UserError(
                self.env._(
                    "Card %(card)s owes %(debt)s. Take a deposit for it before money "
                    "is paid back.",
                    card=card.code,
                    debt=card._format_points(card.loyalty_debt),
                )
            )
        bonus, source = refund._get_lapsing(), refund.deposit_id or refund
        key, words = f"refund/{refund.id}", {"source": source, "note": refund.reason}
        refund._check_deposit()
        for fund, amount in (("principal", refund.amount), ("bonus", bonus)):
            if amount:
                card.book("withdraw", amount, f"{key}/{fund}", fund=fund, **words)
        card._write_history(-exact(refund.amount + bonus), refund.name)
        move = refund._post_entry(bonus)
        refund._decide("done", move_id=move.id, bonus=bonus)
        refund.deposit_id._note_refund()
        if refund.close_card:
            card.with_user(self.env.user)._operate("close", refund.reason)

    def _check_deposit(self):
        """Pay no more back of a deposit than came in with it.

        :raise UserError: with what is left
        """
        deposit = self.deposit_id
        left = deposit.amount - deposit.refunded
        if deposit and self.currency_id.compare_amounts(self.amount, left) > 0:
            raise UserError(
                self.env._(
                    "Of deposit %(deposit)s %(left)s can be paid back. "
                    "Take a smaller amount.",
                    deposit=deposit.name,
                    left=self.card_id._format_points(left),
                )
            )

    def _post_entry(self, bonus):
        """Post the liability against the money; a bonus that was an expense back."""
        company = self.company_id
        liability = company._get_value_account()
        amounts = [
            (liability, self.amount),
            (self.journal_id._get_money_account(inbound=False), -self.amount),
        ]
        if bonus and self.program_id.loyalty_bonus_policy == "marketing":
            expense = company._get_value_account("loyalty_marketing_account_id")
            amounts += [(liability, bonus), (expense, -bonus)]
        if not any(amount for _account, amount in amounts):
            return self.env["account.move"]
        label = " ".join(filter(None, (self.name, self.deposit_id.name)))
        return company._post_value_entry(
            self.journal_id, self.partner_id, label, amounts, self.currency_id
        )
