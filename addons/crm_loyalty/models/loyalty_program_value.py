from odoo import api, fields, models
from odoo.exceptions import UserError

from .loyalty_program import STORED_VALUE


class LoyaltyProgram(models.Model):
    """How members pay in and what they get for it."""

    _inherit = "loyalty.program"

    loyalty_deposit_rule_ids = fields.One2many(
        "loyalty.deposit.rule",
        "program_id",
        "Deposit Bonuses",
        groups="crm_loyalty.crm_loyalty_group_user",
    )
    loyalty_bonus_policy = fields.Selection(
        [
            ("price", "Price reduction when it is spent"),
            ("marketing", "Marketing expense when it is given"),
        ],
        "Bonus Counts as",
        required=True,
        default="price",
    )

    loyalty_lapse_policy = fields.Selection(
        [
            ("proportional", "In proportion to what is paid back"),
            ("whole", "Wholly"),
        ],
        "Bonus Lapses on Refund",
        required=True,
        default="proportional",
    )

    # spending
    loyalty_pin_from = fields.Monetary(
        "PIN from", help="Whoever spends so much or more gives the PIN; 0: nobody."
    )
    loyalty_hold_hours = fields.Integer(
        "Hold for",
        default=48,
        help="Hours for which the money of a quotation is kept once it was sent, is "
        "being paid, or the member gave the card.",
    )

    _loyalty_spending = models.Constraint(
        "CHECK (loyalty_pin_from >= 0 AND loyalty_hold_hours > 0)",
        "The amount that asks for a PIN is 0 or more, money is held for 1 hour or "
        "longer.",
    )

    loyalty_value_missing = fields.Boolean(compute="_compute_loyalty_value_missing")

    @api.depends("company_id", "program_type")
    @api.depends_context("company")
    def _compute_loyalty_value_missing(self):
        for program in self:
            # Who plans programs may not read accounts.
            company = (program.company_id or self.env.company).sudo()
            program.loyalty_value_missing = (
                program._is_stored_value() and not company.loyalty_value_account_id
            )

    def write(self, vals):
        for program in self:
            policy = vals.get("loyalty_bonus_policy", program.loyalty_bonus_policy)
            if policy != program.loyalty_bonus_policy:
                program._check_no_bonus()
        return super().write(vals)

    def _check_no_bonus(self):
        """Refuse what would count another way than it was booked.

        :raise UserError: members were given bonuses
        """
        # Whoever plans programs may not read what is on cards.
        lots = self.env["loyalty.lot"].sudo()
        given = [("card_id.program_id", "=", self.id), ("fund", "=", "bonus")]
        if lots.search_count(given, limit=1):
            raise UserError(
                self.env._(
                    "Members of %(program)s were given bonuses, which are booked as "
                    "they are. Make a new program for another way of booking.",
                    program=self.name,
                )
            )

    def copy(self, default=None):
        copies = super().copy(default)
        # Whoever plans programs need not read the bonuses of a ladder.
        for old, new in zip(self.sudo(), copies, strict=True):
            old.loyalty_deposit_rule_ids.copy({"program_id": new.id})
        return copies

    def _is_stored_value(self):
        """Tell whether the balance of the program's cards is money."""
        return self.program_type in STORED_VALUE
