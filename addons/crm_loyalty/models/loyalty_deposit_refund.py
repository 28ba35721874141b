from odoo import api, fields, models


class LoyaltyDeposit(models.Model):
    """A deposit that is paid back, in one or more steps."""

    _inherit = "loyalty.deposit"

    refund_ids = fields.One2many("loyalty.refund", "deposit_id", "Refunds")
    refunded = fields.Monetary("Paid Back", compute="_compute_refunded")

    @api.depends("refund_ids.state", "refund_ids.amount")
    def _compute_refunded(self):
        groups = self.env["loyalty.refund"]._read_group(
            [("deposit_id", "in", self.ids), ("state", "=", "done")],
            ["deposit_id"],
            ["amount:sum"],
        )
        paid = dict(groups)
        for deposit in self:
            deposit.refunded = paid.get(deposit, 0)

    def _note_refund(self):
        """Close deposits of which nothing is left to pay back."""
        self.flush_recordset()
        self.invalidate_recordset(["refunded"])
        for deposit in self:
            if deposit.currency_id.compare_amounts(deposit.refunded, deposit.amount):
                continue
            deposit.state = "refunded"

    def action_refund(self):
        """Open the form that pays principal of this deposit back."""
        self.ensure_one()
        left = min(self.amount - self.refunded, self.card_id.loyalty_principal)
        return self.card_id._get_refund_action(
            default_deposit_id=self.id,
            default_amount=left,
            default_journal_id=self.journal_id.id,
        )
