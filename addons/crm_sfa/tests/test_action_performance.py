from odoo.tests import tagged, warmup

from .norm_common import NormCase

#: What the platform writes itself and differs from row to row.
OWN = {"id", "create_date", "write_date", "res_id", "create_uid", "write_uid"}


@tagged("post_install", "-at_install", "cap_s05", "cap_s06", "cap_s07")
class TestActionPerformance(NormCase):
    """What norms cost does not grow, and others do not pay for them."""

    def _count(self, method, *arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = method(*arguments)
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before, result

    def _leads(self, count):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {number}",
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                    "user_id": (self.seller, self.other_seller)[number % 2].id,
                    "stage_id": self.stages[0].id,
                }
                for number in range(count)
            ]
        )
        self.env.cr.flush()
        return leads

    @warmup
    def test_launch(self):
        plan = self._plan({}, {}, {}, {}, sfa_trigger="stage", sfa_stage_id=1)
        plan.sfa_stage_id = self.stages[1]
        few, many = self._leads(2), self._leads(50)

        def launch(leads):
            plan._sfa_launch(leads, dict.fromkeys(leads.ids, "test"))

        launch(self._leads(2))
        one, _done = self._count(launch, few)
        fifty, _done = self._count(launch, many)
        self.assertLessEqual(fifty, one + 2)
        self.assertLessEqual(fifty / 200, 0.3)
        self.assertEqual(len(self._of(many)), 200)

    def test_ordinary_activities_cost_no_more(self):
        """What the platform read for itself is enough for what we add."""
        leads = self._leads(20)
        activities = leads.activity_schedule(
            activity_type_id=self.todo.id, user_id=self.seller.id
        )
        self.env.flush_all()
        for name, field in activities._fields.items():
            if name.startswith("sfa_") and field.compute and field.store:
                self.env.add_to_compute(field, activities)
        before = self.env.cr.sql_log_count
        self.env.flush_all()
        # The statement that writes the document's name writes these columns too.
        self.assertLessEqual(self.env.cr.sql_log_count, before + 1)
        self.assertEqual(activities.sfa_partner_id, self.customer)

    def test_columns_are_those_of_the_platform(self):
        plan = self._plan({"summary": "Call", "note": "<p>Ask</p>"})
        ours, theirs = self._leads(2)
        plan._sfa_launch(ours, {ours.id: "test"}, day=None)
        step = plan.template_ids
        theirs.activity_schedule(
            activity_type_id=step.activity_type_id.id,
            summary=step.summary,
            note=step.note,
            user_id=theirs.user_id.id,
            date_deadline=step._get_date_deadline(),
        )
        ours.user_id = theirs.user_id
        self._of(ours).user_id = theirs.user_id
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM mail_activity WHERE res_model = 'crm.lead' AND res_id IN %s "
            "ORDER BY res_id",
            [(ours.id, theirs.id)],
        )
        left, right = self.env.cr.dictfetchall()
        different = {
            name
            for name in left
            if left[name] != right[name] and name not in OWN and name[:4] != "sfa_"
        }
        self.assertEqual(different, {"res_name"}, "each has the name of its document")
        self.assertEqual(left["sfa_partner_id"], right["sfa_partner_id"])
        self.assertEqual(left["sfa_company_id"], right["sfa_company_id"])
        followers = [lead.message_partner_ids for lead in (ours, theirs)]
        self.assertIn(theirs.user_id.partner_id, followers[0])

    def test_missing_actions(self):
        plan = self._plan({"sfa_mandatory": True}, {"sfa_mandatory": True})
        few, many = self._leads(1), self._leads(50)
        one, _missing = self._count(few._sfa_missing_actions, plan)
        fifty, _missing = self._count(many._sfa_missing_actions, plan)
        self.assertEqual(one, fifty)

    @warmup
    def test_schedule(self):
        entries = self.env["sfa.schedule.entry"].with_user(self.seller)
        names = ["name", "kind", "start", "stop", "user_id", "partner_id"]

        def read():
            return entries.search_read(
                [("start", ">=", "2020-01-01"), ("stop", "<=", "2040-01-01")], names
            )

        self._leads(1).activity_schedule(user_id=self.seller.id)
        read()
        one, found = self._count(read)
        self.assertTrue(found)
        self._leads(50).activity_schedule(user_id=self.seller.id)
        fifty, found = self._count(read)
        self.assertGreaterEqual(len(found), 50)
        self.assertLessEqual(fifty, one + 1)
