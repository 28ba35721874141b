from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.posting import exact
from ..tools.refusal import refused

STATES = [
    ("draft", "Draft"),
    ("waiting", "Waiting for Approval"),
    ("done", "Done"),
    ("refused", "Refused"),
]
#: What a person says; all else follows.
OPEN = {"card_id", "to_card_id", "operation", "amount", "reason"}


class LoyaltyAdjustment(models.Model):
    """A correction of a balance, or points that one member gives to another.

    Above a limit of the company another person than the one who asks approves.
    """

    _name = "loyalty.adjustment"
    _description = "Points Adjustment"
    _inherit = ["loyalty.request"]
    _order = "id desc"
    _rec_name = "card_id"
    _said = OPEN

    operation = fields.Selection(
        [("adjust", "Correction"), ("transfer", "Transfer")],
        required=True,
        default="adjust",
    )
    card_id = fields.Many2one(
        "loyalty.card", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="card_id.partner_id", string="Member")
    to_card_id = fields.Many2one("loyalty.card", ondelete="cascade")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
    )
    amount = fields.Float(
        "Points",
        digits=(16, 4),
        required=True,
        help="Added to the card; negative: taken off. A transfer is above 0.",
    )
    reason = fields.Char(required=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True)

    _waiting = models.Index("(company_id) WHERE state = 'waiting'")

    @api.depends("card_id")
    def _compute_company_id(self):
        for one in self:
            one.company_id = one.card_id.company_id or self.env.company

    @api.constrains("operation", "card_id", "to_card_id", "amount")
    def _check_amount(self):
        for one in self:
            good = isfinite(one.amount) and exact(one.amount)
            if not good or (one.operation == "transfer" and one.amount <= 0):
                raise ValidationError(
                    self.env._(
                        "%(points)s points cannot be moved on card %(card)s. Give a "
                        "number other than 0; for a transfer, above 0.",
                        points=one.amount,
                        card=one.card_id.code,
                    )
                )
            other = one.to_card_id
            fits = other and other != one.card_id
            fits = fits and other.program_id == one.card_id.program_id
            if bool(other) != (one.operation == "transfer") or (other and not fits):
                raise ValidationError(
                    self.env._(
                        "Points of card %(card)s can be transferred to another card "
                        "of the same program. Choose one.",
                        card=one.card_id.code,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # Whoever asks is who asks, whatever the caller says.
        fixed = {
            "state": "draft",
            "user_id": self.env.uid,
            "approver_id": False,
            "date_done": False,
        }
        return super().create([{**vals, **fixed} for vals in vals_list])

    def _prepare_closed_error(self):
        return UserError(
            refused(
                self,
                self.env._(
                    "The adjustment of card %(card)s is changed by its buttons once it "
                    "was requested. Make a new one for another correction.",
                    card=self[:1].card_id.code,
                ),
            )
        )

    def _get_limit(self):
        return self.company_id.sudo().loyalty_adjustment_limit

    def _prepare_state_error(self, label):
        return UserError(
            self.env._(
                "The adjustment of card %(card)s is in the state %(state)s. "
                "Reload the page.",
                card=self.card_id.code,
                state=label,
            )
        )

    def _prepare_approver_error(self):
        return AccessError(
            refused(
                self,
                self.env._(
                    "The adjustment of card %(card)s needs another loyalty manager "
                    "than the person who asked for it.",
                    card=self[:1].card_id.code,
                ),
            )
        )

    def _apply(self):
        """Move the points, once."""
        # Whoever may adjust may not write cards and their history.
        self.sudo()._decide("done")
        card = self.card_id.sudo()
        change = exact(self.amount)
        if self.operation == "transfer":
            card._transfer(self.to_card_id.sudo(), change, self)
        else:
            card._adjust(change, self)

    def _get_answer(self):
        """Tell somebody who asked in a dialog that another person has to approve."""
        if self.state == "done":
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The adjustment of card %(card)s waits for another loyalty "
                    "manager to approve it.",
                    card=self.card_id.code,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
