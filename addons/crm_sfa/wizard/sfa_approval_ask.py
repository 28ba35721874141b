from odoo import fields, models
from odoo.exceptions import UserError


class SfaApprovalAsk(models.TransientModel):
    """The question why a quotation should leave out of its bounds."""

    _name = "sfa.approval.ask"
    _description = "Ask for Approval"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    reasons = fields.Text(related="order_id.sfa_gate_message")
    note = fields.Text("Why", required=True)

    def action_ask(self):
        """Send the request to the approvers."""
        self.ensure_one()
        self.order_id.check_access("write")
        if not self.order_id._sfa_gate_blocked():
            raise UserError(
                self.env._(
                    "Quotation %(order)s needs no approval. Send or confirm it.",
                    order=self.order_id.name,
                )
            )
        self.env["sfa.approval"]._ask(self.order_id, self.note)
        return {"type": "ir.actions.act_window_close"}
