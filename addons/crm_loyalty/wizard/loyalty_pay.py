from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.refusal import rewarding

MEMBER_PROGRAMS = ("ewallet", "gift_card", "loyalty")


class LoyaltyPay(models.TransientModel):
    """A member pays a quotation with stored value, points and a voucher."""

    _name = "loyalty.pay"
    _description = "Pay with Member Card"
    _transient_max_hours = 0.1

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    number = fields.Char(
        "Card or Phone", help="Scan the card, or type its number or the phone."
    )
    line_ids = fields.One2many(
        "loyalty.pay.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    voucher = fields.Char("Voucher Code")
    pin = fields.Char("PIN", help="Where the amount asks for it.")
    message = fields.Char(readonly=True)
    amount_due = fields.Monetary("Open Amount", compute="_compute_amounts")
    amount_left = fields.Monetary("Rest to Pay", compute="_compute_amounts")

    @api.depends("number", "order_id")
    def _compute_line_ids(self):
        for wizard in self:
            cards = wizard._get_cards()
            paying = wizard.order_id._get_paying_cards()
            lines = [Command.clear()]
            for card in cards:
                for reward in card.program_id.reward_ids:
                    values = {"card_id": card.id, "reward_id": reward.id}
                    lines.append(
                        Command.create({**values, "amount": paying.get(card, 0)})
                    )
            wizard.line_ids = lines

    def _get_cards(self):
        """Find the cards that can pay, of the number or of the order's customer."""
        self.ensure_one()
        cards = self.env["loyalty.card"]
        customer = self.order_id.partner_id.commercial_partner_id
        domain = [
            ("program_id.program_type", "in", MEMBER_PROGRAMS),
            ("points", ">", 0),
            ("loyalty_state", "=", "active"),
        ]
        if not self.number:
            mine = [("partner_id", "child_of", customer.id)]
            return cards.search(domain + mine, limit=20)
        number = self.number.strip()
        card = cards.search([*domain, ("code", "=", number)], limit=1)
        if card and not card.partner_id:
            return card
        _kind, members = self.env["res.partner"]._lookup(number, 8)
        members = (card.partner_id or members).filtered(
            lambda member: member.commercial_partner_id == customer
        )
        mine = [("partner_id", "in", members.ids)]
        return (card if members else cards) or cards.search(domain + mine, limit=20)

    @api.depends("order_id", "line_ids.amount", "line_ids.use")
    def _compute_amounts(self):
        for wizard in self:
            order = wizard.order_id
            paid = -sum(
                line.price_total for line in order.order_line if line._is_stored_value()
            )
            stored = wizard.line_ids.filtered("is_money")
            wizard.amount_due = order.amount_total + paid
            wizard.amount_left = wizard.amount_due - sum(stored.mapped("amount"))

    def action_pay(self):
        """Put what was chosen on the order and keep the money for it.

        What goes wrong is said in the dialog: an error would leave the PIN that was
        typed in the table, and a wrong one uncounted.
        """
        self.ensure_one()
        self.order_id.check_access("write")
        message = self._check_cards() or self._check_pin()
        if not message:
            try:
                with self.env.cr.savepoint():
                    self._pay_all()
            except UserError as error:
                message = str(error)
        self.write({"message": message, "pin": False})
        if message:
            return self._get_records_action(target="new")
        return {"type": "ir.actions.act_window_close"}

    def _pay_all(self):
        if self.voucher:
            self._use_voucher()
        for line in self.line_ids.filtered(lambda one: one.use and not one.is_money):
            self._apply(line.reward_id, line.card_id)
        for line in self.line_ids.filtered("is_money"):
            self._pay(line)
        self.order_id._update_programs_and_rewards()

    def _check_cards(self):
        """Give a sentence when the order or a card does not fit."""
        order = self.order_id
        if order.state not in ("draft", "sent"):
            return self.env._(
                "Order %(order)s is confirmed or cancelled. Members pay with their "
                "card before it is confirmed.",
                order=order.name,
            )
        known = self._get_cards()
        for line in self.line_ids:
            card = line.card_id
            fits = line.reward_id.program_id == card.program_id
            if not fits or card not in known:
                return self.env._(
                    "Card %(card)s cannot pay for order %(order)s. Type its number, or "
                    "take a card of the customer.",
                    card=card.code,
                    order=order.name,
                )
        return False

    def _check_pin(self):
        """Give a sentence when the PIN is asked for and not right."""
        asking = self.line_ids.filtered(
            lambda line: line.is_money and line.card_id._needs_pin(line.amount)
        ).card_id
        if len(asking) > 1:
            return self.env._(
                "Cards %(cards)s ask for a PIN each. Pay with one after the other.",
                cards=", ".join(asking.mapped("code")),
            )
        return asking and asking._verify_pin(self.pin)

    def _use_voucher(self):
        answer = self.order_id._try_apply_code(self.voucher.strip())
        if "error" in answer:
            raise UserError(answer["error"])
        for card, rewards in answer.items():
            self._apply(rewards[:1], card)

    def _apply(self, reward, card):
        answer = self.order_id._apply_program_reward(reward, card)
        if "error" in answer:
            raise UserError(answer["error"])

    def _pay(self, line):
        """Keep the money of one card and put it on the order."""
        order, card = self.order_id, line.card_id
        order.order_line.filtered(lambda one: one.coupon_id == card).unlink()
        if line.amount <= 0:
            return
        with_pin = card._needs_pin(line.amount)
        card._hold(order, line.amount, with_pin=with_pin, chosen=True)
        with rewarding():
            order.applied_coupon_ids += card
        self._apply(line.reward_id, card)
