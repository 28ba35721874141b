from odoo import fields, models

from ..tools.posting import exact


class LoyaltyRequest(models.AbstractModel):
    """A document that one person asks for, and above a limit another one approves.

    A model of it has the states ``draft``, ``waiting``, ``done`` and ``refused``, an
    ``amount`` on a ``card_id``, and says what is done in `_apply`.
    """

    _name = "loyalty.request"
    _description = "Loyalty Request"
    _inherit = ["loyalty.document"]

    user_id = fields.Many2one(
        "res.users",
        "Requested by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    approver_id = fields.Many2one("res.users", "Decided by", readonly=True)
    date_done = fields.Datetime("Decided on", readonly=True)

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
        that a large amount cannot be cut into small ones.
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
        return moved <= exact(self._get_limit())

    def _check_approver(self):
        """Have another loyalty manager decide than the one who asked.

        :raise AccessError: the user may not
        """
        self.check_access("write")
        manager = self.env.user.has_group("crm_loyalty.crm_loyalty_group_manager")
        if not manager or self.env.user in self.user_id:
            raise self._prepare_approver_error()

    def _decide(self, state, **values):
        self.write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "date_done": fields.Datetime.now(),
                **values,
            }
        )
