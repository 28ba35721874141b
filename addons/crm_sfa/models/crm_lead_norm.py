from odoo import api, models


class CrmLead(models.Model):
    """Opportunities launch norms when they reach a stage."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        plans = self.env["mail.activity.plan"]
        if index := plans._sfa_event_index():
            at_stage = leads.filtered(lambda lead: ("stage", lead.stage_id.id) in index)
            plans._sfa_note("crm.lead", at_stage.ids)
        return leads

    def write(self, vals):
        moved = self.browse()
        if "stage_id" in vals:
            index = self.env["mail.activity.plan"]._sfa_event_index()
            if ("stage", vals["stage_id"]) in index:
                moved = self.filtered(lambda lead: lead.stage_id.id != vals["stage_id"])
        result = super().write(vals)
        if moved:
            self.env["mail.activity.plan"]._sfa_note("crm.lead", moved.ids)
        return result

    @api.private
    def _sfa_missing_actions(self, plan):
        """Say which mandatory steps of a plan are not done.

        A step counts as done when an activity of it on the lead is done. One that was
        skipped does not count, nor does one that was never launched.

        :param plan: one `mail.activity.plan`
        :return: ``{lead_id: [name of a missing step, in order of the plan]}``, leads
            without missing steps included
        """
        # Which steps are done is a fact of the process, whoever may see the activities.
        steps = plan.sudo().template_ids.filtered("sfa_mandatory")
        groups = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [
                    ("sfa_template_id", "in", steps.ids),
                    ("sfa_lead_id", "in", self.ids),
                    ("active", "=", False),
                    "|",
                    ("sfa_outcome", "=", False),
                    ("sfa_outcome", "!=", "skipped"),
                ],
                ["sfa_lead_id", "sfa_template_id"],
            )
        )
        done = {(lead.id, step.id) for lead, step in groups}
        return {
            lead_id: [
                step.summary or step.activity_type_id.name
                for step in steps
                if (lead_id, step.id) not in done
            ]
            for lead_id in self.ids
        }
