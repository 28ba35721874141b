from odoo import models


class MailActivitySchedule(models.TransientModel):
    _inherit = "mail.activity.schedule"

    def action_schedule_plan(self):
        """Launch a norm by hand as it would launch itself: at once for all records."""
        plan = self.plan_id
        if not plan._sfa_is_norm():
            return super().action_schedule_plan()
        records = self._get_applied_on_records()
        records.check_access("write")
        # The norm names others, for whom the user might not be allowed to plan.
        plans = plan.sudo()
        activities = plans._sfa_launch(
            records.sudo(),
            dict.fromkeys(records.ids, f"manual:{self.id}"),
            day=self.plan_date,
            on_demand=self.plan_on_demand_user_id,
        )
        plans._sfa_notify(activities)
        records._message_log_batch(
            bodies=dict.fromkeys(
                records.ids,
                self.env._("The plan “%(plan)s” has been started.", plan=plan.name),
            )
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
