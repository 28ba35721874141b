from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.deposit import best_step, bonus_of
from ..tools.refusal import refused

STATES = [
    ("draft", "To Pay"),
    ("received", "Received, Not Credited"),
    ("paid", "Paid"),
    ("refunded", "Refunded"),
    ("cancelled", "Cancelled"),
]
#: What a person says; all else follows.
OPEN = {"card_id", "amount", "journal_id", "payer_identity", "note"}
#: What its buttons fill; nobody's default either.
CLOSED = {
    "state": "draft",
    "move_id": False,
    "date_paid": False,
    "payment_id": False,
}


class LoyaltyDeposit(models.Model):
    """Money that a member pays in on a card; credited once, when it is paid."""

    _name = "loyalty.deposit"
    _description = "Deposit"
    _inherit = ["loyalty.document"]
    _order = "id desc"
    _check_company_auto = True
    _said = OPEN
    _deletable = ("draft", "cancelled")

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    card_id = fields.Many2one(
        "loyalty.card",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('program_id.program_type', 'in', ('ewallet', 'gift_card'))]",
    )
    partner_id = fields.Many2one(related="card_id.partner_id", string="Member")
    program_id = fields.Many2one(related="card_id.program_id")
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="card_id.program_id.currency_id")
    amount = fields.Monetary(required=True)
    journal_id = fields.Many2one(
        "account.journal",
        "Paid by",
        check_company=True,
        domain="[('type', 'in', ('cash', 'bank', 'credit'))]",
        help="Cash, bank or card terminal that the money comes in by.",
    )
    payer_identity = fields.Char(
        "Identity Document",
        copy=False,
        groups="crm_loyalty.crm_loyalty_group_user",
        help="Kind and number of the payer's document, where the rules ask for it.",
    )
    note = fields.Char()

    # what follows
    bonus = fields.Monetary(
        compute="_compute_bonus",
        store=True,
        help="By the ladder of the program, on the day of payment.",
    )
    bonus_expires = fields.Date(compute="_compute_bonus", store=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date_paid = fields.Datetime("Paid on", readonly=True, copy=False)
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, copy=False, index=True
    )

    @api.depends("card_id")
    def _compute_company_id(self):
        for deposit in self:
            deposit.company_id = deposit.card_id.company_id or self.env.company

    @api.depends("card_id", "amount")
    def _compute_bonus(self):
        for deposit in self.filtered(lambda one: one.state == "draft"):
            deposit.bonus, deposit.bonus_expires = deposit._get_bonus()

    def _get_bonus(self):
        """Give the bonus of today's ladder and its last day, ``False``: for ever."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        amount = Decimal(str(self.amount or 0))
        rules = self.program_id.loyalty_deposit_rule_ids
        step = best_step(rules._get_steps(), amount, today)
        if not step:
            return 0, False
        unit = Decimal(str(self.currency_id.rounding))
        expires = today + timedelta(days=step.days) if step.days else False
        return float(bonus_of(step, amount, unit)), expires

    @api.constrains("amount", "card_id")
    def _check_amount(self):
        for deposit in self:
            if deposit.currency_id.compare_amounts(deposit.amount, 0) <= 0:
                raise ValidationError(
                    self.env._(
                        "%(amount)s cannot be paid in on card %(card)s. "
                        "Enter an amount above 0.",
                        amount=deposit.amount,
                        card=deposit.card_id.code,
                    )
                )
            if not deposit.program_id._is_stored_value():
                raise ValidationError(
                    self.env._(
                        "Card %(card)s holds points, not money. "
                        "Choose a card of a stored value program.",
                        card=deposit.card_id.code,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        kept = OPEN if not self.env.su else OPEN | {"user_id"}
        numbers = self.env["ir.sequence"].sudo()  # a clerk may not read sequences
        prepared = []
        for vals in vals_list:
            own = {name: value for name, value in vals.items() if name in kept}
            number = numbers.next_by_code("loyalty.deposit") or "/"
            own.update(name=number, **CLOSED)
            prepared.append({"user_id": self.env.uid, **own})
        return super().create(prepared)

    def _prepare_closed_error(self):
        return UserError(
            refused(
                self,
                self.env._(
                    "Deposit %(deposit)s changes by its buttons. Pay, cancel or "
                    "refund it there.",
                    deposit=", ".join(self.mapped("name")),
                ),
            )
        )

    def action_pay(self):
        """Take the money: the card is credited, once, and the books know."""
        self.ensure_one()
        self.check_access("write")
        self._check_state("draft")
        if not self.journal_id:
            raise UserError(
                self.env._("Choose how deposit %(deposit)s is paid.", deposit=self.name)
            )
        # A clerk may neither post entries nor write cards.
        self.sudo()._credit()
        return True

    def action_cancel(self):
        """Drop a deposit that nobody paid."""
        self.check_access("write")
        for deposit in self:
            deposit._check_state("draft")
        # The state is nobody's to write but the buttons'.
        self.sudo().state = "cancelled"
        return True

    def action_open_entry(self):
        """Show the journal entry."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def _prepare_state_error(self, label):
        return UserError(
            self.env._(
                "Deposit %(deposit)s is in the state %(state)s. Reload the page.",
                deposit=self.name,
                state=label,
            )
        )

    def _credit(self):
        """Post the money and credit the card, principal and bonus.

        The money came from outside: a journal of cash or bank says so, or a payment of
        the platform; a wallet has neither.
        """
        self.ensure_one()
        card = self.card_id
        card._lock_balances()
        card.invalidate_recordset(["points", "loyalty_debt", "loyalty_state"])
        self._check_card()
        bonus, expires = self._get_bonus()
        journal, account, payer = self._get_counterpart()
        move = self._post_entry(journal, account, payer, bonus)
        self.write(
            {
                "state": "paid",
                "bonus": bonus,
                "bonus_expires": expires,
                "date_paid": fields.Datetime.now(),
                "move_id": move.id,
                "user_id": self.env.uid,
            }
        )
        key = f"deposit/{self.id}"
        card.book("deposit", self.amount, key, self, self.name, fund="principal")
        if bonus:
            words = {"fund": "bonus", "expires": expires or None}
            card.book("bonus", bonus, f"{key}/bonus", self, self.name, **words)
        card._write_history(self.amount + bonus, self.name)

    def _check_card(self):
        """Refuse a card that is blocked.

        :raise UserError: with the reason
        """
        if message := self._get_blocked_message():
            raise UserError(message)

    def _get_blocked_message(self):
        return self.card_id._get_blocked_message()

    def _get_counterpart(self):
        """Give the journal of the entry, the account the money is on, and the payer."""
        account = self.journal_id._get_money_account()
        return self.journal_id, account, self.partner_id

    def _post_entry(self, journal, account, payer, bonus):
        """Post money against the liability; bonus too where it is an expense."""
        company = self.company_id
        liability = company._get_value_account()
        amounts = [(account, self.amount), (liability, -self.amount)]
        if bonus and self.program_id.loyalty_bonus_policy == "marketing":
            expense = company._get_value_account("loyalty_marketing_account_id")
            amounts += [(expense, bonus), (liability, -bonus)]
        return company._post_value_entry(
            journal, payer, self.name, amounts, self.currency_id
        )
