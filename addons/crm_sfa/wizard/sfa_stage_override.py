from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.crm_lead_gate import REASON


class SfaStageOverride(models.TransientModel):
    """A manager's reason to move opportunities that do not meet the conditions."""

    _name = "sfa.stage.override"
    _description = "Move with a Reason"

    lead_ids = fields.Many2many(
        "crm.lead",
        string="Opportunities",
        required=True,
        default=lambda self: self._default_lead_ids(),
    )
    stage_id = fields.Many2one("crm.stage", "To Stage", required=True)
    missing = fields.Text("What Is Missing", compute="_compute_missing")
    reason = fields.Text(required=True)

    def _default_lead_ids(self):
        if self.env.context.get("active_model") == "crm.lead":
            return self.env.context.get("active_ids")
        return False

    @api.depends("lead_ids", "stage_id")
    def _compute_missing(self):
        for wizard in self:
            leads = wizard.lead_ids._origin
            lacking = (
                leads._sfa_missing(dict.fromkeys(leads, wizard.stage_id))
                if wizard.stage_id and leads
                else {}
            )
            wizard.missing = "\n".join(
                f"{lead.name}: {' '.join(sentences)}"
                for lead, sentences in lacking.items()
            )

    def action_move(self):
        """Move the opportunities; the reason stays in their history."""
        self.ensure_one()
        self.lead_ids._sfa_check_override()
        if not self.reason.strip():
            raise UserError(
                self.env._("Give the reason; it is kept in the history of the stage.")
            )
        leads = self.lead_ids.with_context(**{REASON: self.reason})
        leads.write({"stage_id": self.stage_id.id})
        return {"type": "ir.actions.act_window_close"}
