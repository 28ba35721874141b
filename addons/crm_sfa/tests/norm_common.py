from odoo import Command

from .common import SfaCase


class NormCase(SfaCase):
    """Norms on opportunities and customers, and people who are responsible."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.env["mail.activity.plan"]
        cls.activities = cls.env["mail.activity"].with_context(active_test=False)
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.visit = cls.env.ref("crm_sfa.mail_activity_type_visit")
        cls.stages = cls.env["crm.stage"].create(
            [{"name": f"Stage {number}", "sequence": number} for number in range(3)]
        )
        cls.category = cls.env["sfa.customer.category"].create(
            {"name": "Shops", "visit_rhythm": 30, "call_rhythm": 7, "silence_limit": 60}
        )
        (cls.seller | cls.other_seller).write({"tz": "Asia/Shanghai"})

    @classmethod
    def _plan(cls, *steps, name="Follow up", res_model="crm.lead", **values):
        """Make a norm; a step is a dict of values over a to-do of the salesperson."""
        return cls.plans.create(
            {
                "name": name,
                "res_model": res_model,
                "template_ids": [
                    Command.create(
                        {
                            "activity_type_id": cls.todo.id,
                            "summary": f"Step {place}",
                            "responsible_type": "sfa_salesperson",
                            "delay_count": place,
                            "delay_from": "after_plan_date",
                            **step,
                        }
                    )
                    for place, step in enumerate(steps or ({},), 1)
                ],
                **values,
            }
        )

    @classmethod
    def _lead(cls, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Lamps for the office",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "user_id": cls.seller.id,
                "stage_id": cls.stages[0].id,
                **values,
            }
        )

    def _commit(self):
        """Do what happens before a commit."""
        self.env.cr.flush()

    def _of(self, records):
        return self.activities.search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)],
            order="res_id, date_deadline, id",
        )
