from odoo import fields, models


class SfaApprovalDecide(models.TransientModel):
    """The reason of an approval or a refusal."""

    _name = "sfa.approval.decide"
    _description = "Decide on an Approval"

    approval_id = fields.Many2one("sfa.approval", required=True, readonly=True)
    decision = fields.Selection(
        [("approved", "Approve"), ("refused", "Refuse")], required=True, readonly=True
    )
    fingerprint = fields.Char(readonly=True)
    note = fields.Text("Reason")

    def action_decide(self):
        """Decide, with the lines as they were when the question was opened."""
        self.ensure_one()
        self.approval_id.decide(self.decision, self.note, self.fingerprint)
        return {"type": "ir.actions.act_window_close"}
