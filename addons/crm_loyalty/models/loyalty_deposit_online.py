from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from ..tools.refusal import refused

#: A filling that a member asked for and did not pay goes after so many days.
KEPT_DAYS = 30
#: A payment in one of these states may still bring the money, or has.
ALIVE = ("pending", "authorized", "done")


class LoyaltyDeposit(models.Model):
    """Money that a member pays in from the portal, by the platform's own payments.

    What arrives is credited at once. Where a rule is against it, the money stands to
    the customer's credit in the books, and somebody is asked to decide.
    """

    _name = "loyalty.deposit"
    _inherit = ["loyalty.deposit", "mail.thread", "mail.activity.mixin"]

    transaction_ids = fields.One2many("payment.transaction", "loyalty_deposit_id")
    payment_id = fields.Many2one(
        "account.payment", readonly=True, copy=False, index="btree_not_null"
    )

    is_taken_back = fields.Boolean(
        compute="_compute_is_taken_back",
        compute_sudo=True,
        help="The money was received and went back to the payer.",
    )

    @api.depends("state", "payment_id.state")
    def _compute_is_taken_back(self):
        for deposit in self:
            payment = deposit.payment_id
            deposit.is_taken_back = deposit.state == "received" and (
                payment and payment.state not in ("in_process", "paid")
            )

    # ------------------------------------------------------------------ from the portal

    @api.model
    def _request_of_member(self, card, amount):
        """Give the deposit that a member is about to pay; asked again, the same one.

        :param card: of the member, as superuser
        :param amount: in the currency of the card
        :raise UserError: the card or the amount is against a rule
        """
        card.ensure_one()
        waiting = self._get_waiting(card)
        if waiting:
            waiting.amount = card.currency_id.round(amount)
        else:
            # Members have no right to the model; the card is one of theirs.
            deposits = self.sudo()
            waiting = deposits.create(
                {"card_id": card.id, "amount": card.currency_id.round(amount)}
            )
        if not waiting.company_id.loyalty_value_account_id:
            raise UserError(
                self.env._("Card %(card)s cannot be filled online.", card=card.code)
            )
        waiting._check_card()
        return waiting

    def _get_waiting(self, card):
        """Give the member's deposit on the card that nothing was paid for yet."""
        deposits = self.sudo()  # as above
        return deposits.search(
            [
                ("card_id", "=", card.id),
                ("state", "=", "draft"),
                ("user_id", "=", self.env.uid),
            ]
        ).filtered(lambda one: not one._get_alive())[:1]

    def _get_alive(self):
        """Give the payments that may still bring the money, or have."""
        return self.transaction_ids.filtered(lambda one: one.state in ALIVE)

    @api.autovacuum
    def _gc_unpaid(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        drafts = self.search([("state", "=", "draft"), ("write_date", "<", old)])
        drafts.filtered(
            lambda one: one.user_id.share and not one._get_alive()
        ).state = "cancelled"

    # ------------------------------------------------------------- when the money is in

    def _receive(self, payment):
        """Credit what a payment brought, or keep it for somebody to decide.

        Paid in some other way, or dropped, in the meantime: the money is credited all
        the same, by a deposit of its own.

        :param payment: posted `account.payment` of a customer
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        deposit = (
            self if self.state == "draft" else self.copy({"user_id": self.env.uid})
        )
        deposit.write(
            {"state": "received", "payment_id": payment.id, "amount": payment.amount}
        )
        try:
            with self.env.cr.savepoint():
                deposit._credit()
        except (UserError, RedirectWarning) as error:
            deposit._ask_somebody(error.args[0])

    def _ask_somebody(self, why):
        user = self.company_id.loyalty_alert_user_id
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._(
                    "Received, not credited: %(deposit)s", deposit=self.name
                ),
                note=why,
            )

    def action_cancel(self):
        """Drop deposits that nobody paid, or whose payment was taken back."""
        gone = self.filtered("is_taken_back")
        gone.check_access("write")
        for deposit in gone:
            deposit._check_state("received")
        # The state is nobody's to write but the buttons'.
        gone.sudo().state = "cancelled"
        gone.sudo().activity_ids.unlink()
        return super(LoyaltyDeposit, self - gone).action_cancel()

    def action_credit(self):
        """Credit money that arrived and that a rule was against."""
        self.ensure_one()
        self.check_access("write")
        self._check_state("received")
        # A clerk may neither post entries nor write cards.
        self.sudo()._credit()
        return True

    def _credit(self):
        if self.is_taken_back:
            raise UserError(
                refused(
                    self,
                    self.env._(
                        "The payment of deposit %(deposit)s was taken back. Cancel the "
                        "deposit.",
                        deposit=self.name,
                    ),
                )
            )
        super()._credit()
        self.activity_ids.action_done()
        if self.payment_id:
            account = self.payment_id.destination_account_id
            lines = self.payment_id.move_id.line_ids | self.move_id.line_ids
            lines.filtered(
                lambda line: line.account_id == account and not line.reconciled
            ).reconcile()

    def _get_blocked_message(self):
        if self.payment_id and self.card_id.loyalty_state in ("lost", "frozen"):
            return False  # the money is there; such a card only refuses to spend it
        return super()._get_blocked_message()

    def _get_counterpart(self):
        payment = self.payment_id
        if not payment:
            return super()._get_counterpart()
        journal = self.company_id._get_value_journal()
        return journal, payment.destination_account_id, payment.partner_id
