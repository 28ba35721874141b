from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    sfa_gate_ids = fields.One2many(
        "sfa.stage.gate", "stage_id", "Conditions", groups="base.group_user"
    )

    def _sfa_place(self):
        """Give the place in the process, for comparing two stages."""
        return (self.sequence, self.id) if self else None

    def unlink(self):
        result = super().unlink()
        # The conditions went with their stage, without the code that tells so.
        self.env.registry.clear_cache()
        return result
