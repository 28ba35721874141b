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
    _order = "id desc"
    _rec_name = "card_id"

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

    # who and when
    state = fields.Selection(STATES, required=True, default="draft", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Requested by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    approver_id = fields.Many2one("res.users", "Decided by", readonly=True)
    date_done = fields.Datetime("Decided on", readonly=True)

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

    def write(self, vals):
        if not self.env.su and (
            set(vals) - OPEN or set(self.mapped("state")) - {"draft"}
        ):
            raise self._prepare_closed_error()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if set(self.mapped("state")) - {"draft"}:
            raise self._prepare_closed_error()

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

    def action_request(self):
        """Ask for it; within the limit it is done at once."""
        self.check_access("write")
        for one in self:
            one._check_state("draft")
            alone = one._may_alone()
            # The state is nobody's to write but the buttons'.
            one.sudo().state = "waiting"
            if alone:
                one._apply()
        return True

    def action_approve(self):
        """Approve what somebody else asked for; loyalty managers."""
        self._check_approver()
        for one in self:
            one._check_state("waiting")
            one._apply()
        return True

    def action_refuse(self):
        """Refuse, or take back what one asked for oneself."""
        self.check_access("write")
        for one in self:
            one._check_state("waiting")
            if one.user_id != self.env.user:
                one._check_approver()
            # The state is nobody's to write but the buttons'.
            one.sudo()._decide("refused")
        return True

    def _may_alone(self):
        """Tell whether the limit of the company lets this person do it alone.

        What the same person did with the same card in the last 24 hours counts, so
        that a large correction cannot be cut into small ones.
        """
        self.ensure_one()
        if self.env.su:
            return True
        if not self.env.user.has_group("crm_loyalty.crm_loyalty_group_manager"):
            return False
        self.card_id._lock_balances()
        # The limit counts whatever this person may read.
        recent = self.sudo().search(
            [
                ("card_id", "=", self.card_id.id),
                ("user_id", "=", self.env.uid),
                ("approver_id", "=", self.env.uid),
                ("state", "=", "done"),
                ("date_done", ">=", "-24H"),
            ]
        )
        moved = sum(abs(exact(one.amount)) for one in recent + self)
        return moved <= exact(self.company_id.sudo().loyalty_adjustment_limit)

    def _check_state(self, state):
        """Refuse a button that does not fit, also when two people press it at once."""
        # Whoever decides may not write; a lock needs that.
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != state:
            raise UserError(
                self.env._(
                    "The adjustment of card %(card)s is in the state %(state)s. "
                    "Reload the page.",
                    card=self.card_id.code,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ],
                )
            )

    def _check_approver(self):
        """Have another loyalty manager decide than the one who asked.

        :raise AccessError: the user may not
        """
        self.check_access("write")
        manager = self.env.user.has_group("crm_loyalty.crm_loyalty_group_manager")
        if not manager or self.env.user in self.user_id:
            raise AccessError(
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

    def _decide(self, state):
        self.write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "date_done": fields.Datetime.now(),
            }
        )

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
