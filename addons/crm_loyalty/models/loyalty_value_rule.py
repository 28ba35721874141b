from odoo import fields, models
from odoo.exceptions import UserError


class LoyaltyValueRule(models.Model):
    """Limits of prepaid cards, as a law or the company sets them; 0: no limit."""

    _name = "loyalty.value.rule"
    _description = "Prepaid Card Rules"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    note = fields.Text("Source", translate=True)
    program_ids = fields.One2many(
        "loyalty.program", "loyalty_value_rule_id", "Programs"
    )

    # of a card
    named_most = fields.Monetary("Named Card up to", help="Balance of a member's card.")
    unnamed_most = fields.Monetary(
        "Unnamed Card up to", help="Balance of a card without a member."
    )
    unnamed_days = fields.Integer(
        "Unnamed Card Lives at Least", help="Days; 0: any number."
    )
    named_for_ever = fields.Boolean("Named Cards Never Expire")

    # of a payment
    identity_from = fields.Monetary(
        "Identity from", help="Who pays in so much at once shows a document."
    )
    transfer_company = fields.Monetary(
        "Companies Transfer from", help="No cash from a company for so much at once."
    )
    transfer_person = fields.Monetary(
        "People Transfer from", help="No cash from a person for so much at once."
    )

    _amounts = models.Constraint(
        "CHECK (named_most >= 0 AND unnamed_most >= 0 AND unnamed_days >= 0 AND"
        " identity_from >= 0 AND transfer_company >= 0 AND transfer_person >= 0)",
        "Limits of prepaid cards are 0 or more.",
    )

    def _check_balance(self, card, amount):
        """Refuse more than a card may hold.

        :param amount: principal that comes in, in the currency of the card
        :raise UserError: with the limit
        """
        most = self.named_most if card.partner_id else self.unnamed_most
        after = card.loyalty_principal + amount
        if most and card.currency_id.compare_amounts(after, most) > 0:
            raise UserError(
                self.env._(
                    "Card %(card)s would hold %(after)s, %(rule)s allows %(most)s for "
                    "it. Take a smaller amount, or give the card a member.",
                    card=card.code,
                    after=card._format_points(after),
                    rule=self.name,
                    most=card._format_points(most),
                )
            )

    def _check_payer(self, deposit):
        """Ask for a document and for a transfer where the amount wants it.

        :raise UserError: with what is missing
        """
        amount, card = deposit.amount, deposit.card_id
        if self.identity_from and amount >= self.identity_from:
            if not (card.partner_id and deposit.payer_identity):
                raise UserError(
                    self.env._(
                        "Deposit %(deposit)s needs a member and the payer's identity "
                        "document: %(rule)s asks for it from %(limit)s.",
                        deposit=deposit.name,
                        rule=self.name,
                        limit=card._format_points(self.identity_from),
                    )
                )
        company = card.partner_id.commercial_partner_id.is_company
        limit = self.transfer_company if company else self.transfer_person
        if limit and amount >= limit and deposit.journal_id.type == "cash":
            raise UserError(
                self.env._(
                    "Deposit %(deposit)s cannot be paid in cash: %(rule)s asks for a "
                    "bank transfer from %(limit)s.",
                    deposit=deposit.name,
                    rule=self.name,
                    limit=card._format_points(limit),
                )
            )

    def _check_expiry(self, card):
        """Refuse money that would expire too early.

        :raise UserError: the program's days do not fit
        """
        days = card.program_id.loyalty_validity_days
        least = 0 if card.partner_id else self.unnamed_days
        for_ever = card.partner_id and self.named_for_ever
        if days and (for_ever or days < least):
            raise UserError(
                self.env._(
                    "Money of program %(program)s expires after %(days)s days; "
                    "%(rule)s asks for longer. Change the program first.",
                    program=card.program_id.name,
                    days=days,
                    rule=self.name,
                )
            )
