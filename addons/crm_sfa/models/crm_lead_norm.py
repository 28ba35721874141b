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
        """Say which steps of a plan are not done: the mandatory ones, or all of them.

        A step counts as done when an activity of it on the lead is done, or one of the
        same type and with the same words that somebody planned by hand. One that was
        skipped does not count.

        :param plan: one `mail.activity.plan`
        :return: ``{lead_id: [name of a missing step, in order of the plan]}``, leads
            without missing steps included
        """
        # Which steps are done is a fact of the process, whoever may see the activities.
        steps = plan.sudo().template_ids
        steps = steps.filtered("sfa_mandatory") or steps
        groups = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "in", self.ids),
                    ("active", "=", False),
                    "|",
                    ("sfa_outcome", "=", False),
                    ("sfa_outcome", "!=", "skipped"),
                ],
                ["res_id", "sfa_template_id", "activity_type_id", "summary"],
            )
        )
        done = {}
        for lead_id, step, kind, words in groups:
            known = done.setdefault(lead_id, set())
            known |= {step, (kind, False), (kind, (words or "").strip())}
        return {
            lead_id: [
                step.summary or step.activity_type_id.name
                for step in steps
                if done.get(lead_id, set()).isdisjoint(
                    {step, (step.activity_type_id, (step.summary or "").strip())}
                )
            ]
            for lead_id in self.ids
        }
