from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_a11", "cap_m02")
class TestSegment(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["res.partner.category"].create({"name": "Segment Test"})
        cls.several = cls.env["res.partner"].create(
            [
                {
                    "name": f"Member {n}",
                    "email": f"m{n}@members.example",
                    "category_id": [Command.link(cls.tag.id)],
                }
                for n in range(4)
            ]
        )
        cls.segments = cls.env["crm.segment"].with_user(cls.manager)
        cls.rule = cls.segments.create(
            {"name": "Tagged", "domain": f"[('category_id', 'in', {cls.tag.ids})]"}
        )
        cls.static = (
            cls.env["crm.segment"]
            .with_user(cls.clerk)
            .create({"name": "By hand", "kind": "static"})
        )

    def _members(self, segment):
        return segment.invalidate_recordset() or segment.member_ids.partner_id

    def test_rule(self):
        self.assertEqual(self._members(self.rule), self.several)
        self.assertEqual(self.rule.member_count, 4)
        self.assertTrue(self.rule.date_refreshed)
        before = self.rule.member_ids
        self.several[0].category_id = False
        self.several[1].active = False
        self.customer.category_id = self.tag
        self.rule.action_refresh()
        self.assertEqual(self._members(self.rule), self.several[2:] | self.customer)
        past = self.env["crm.segment.member"].search(
            [("segment_id", "=", self.rule.id), ("until", "!=", False)]
        )
        self.assertEqual(past.partner_id, self.several[:2], "archived ones leave")
        self.assertLess(past, before)
        self.several[0].category_id = self.tag
        self.rule.action_refresh()
        self.assertIn(self.several[0], self._members(self.rule), "came back")

    def test_only_changes_are_written(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT max(id) FROM crm_segment_member")
        last = self.env.cr.fetchone()
        self.rule._refresh()
        self.env.cr.execute("SELECT max(id) FROM crm_segment_member")
        self.assertEqual(self.env.cr.fetchone(), last)
        counts = []
        for count in (1, 1, 60):  # the first fills the caches
            self.env["res.partner"].create(
                [{"name": "N", "category_id": self.tag.ids} for _n in range(count)]
            )
            self.rule.date_refreshed = False  # or the same second saves a query
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rule._refresh()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_changed_rule_is_applied_at_once(self):
        self.rule.domain = f"[('id', '=', {self.customer.id})]"
        self.assertEqual(self._members(self.rule), self.customer)
        with self.assertRaises(ValidationError):
            self.rule.domain = "[('no_such_field', '=', 1)]"
        with self.assertRaises(ValidationError):
            self.rule.domain = "__import__('os')"

    def test_company(self):
        self.several[0].company_id = self.other_company
        self.rule.action_refresh()
        self.assertNotIn(self.several[0], self._members(self.rule))
        self.assertFalse(
            self.segments.with_user(self.foreign_manager).search(
                [("id", "=", self.rule.id)]
            )
        )
        self.rule.sudo().company_id = False
        shared = self.rule.with_user(self.foreign_manager)
        self.assertIn(self.several[0], self._members(shared))

    def test_static_list(self):
        added = self.static.add_partners(self.several.ids)
        self.assertEqual(added, 4)
        self.assertEqual(self.static.add_partners(self.several.ids), 0)
        self.assertEqual(self.static.remove_partners(self.several[:1].ids), 1)
        self.assertEqual(self._members(self.static), self.several[1:])
        with self.assertRaises(UserError):
            self.rule.add_partners(self.several.ids)
        with self.assertRaises(AccessError):
            self.rule.with_user(self.clerk).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.static.with_user(self.salesperson).add_partners(self.customer.ids)
        with self.assertRaises(AccessError):
            self.env["crm.segment"].with_user(self.clerk).create({"name": "A rule"})
        with self.assertRaises(AccessError):
            self.env["crm.segment.member"].with_user(self.clerk).create(
                {"segment_id": self.static.id, "partner_id": self.customer.id}
            )

    def test_from_the_list_of_customers(self):
        context = {"active_model": "res.partner", "active_ids": self.several.ids}
        wizards = self.env["crm.segment.change"].with_user(self.clerk)
        form = Form(wizards.with_context(**context))
        form.segment_id = self.static
        wizard = form.save()
        action = wizard.action_add()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.several)
        self.assertEqual(
            self.several[0].with_user(self.clerk).segment_ids, self.static + self.rule
        )
        wizard.action_remove()
        self.assertFalse(self._members(self.static))

    def test_search_customers_by_segment(self):
        partners = self.env["res.partner"].with_user(self.clerk)
        self.assertEqual(
            partners.search([("segment_ids", "ilike", "Tagged")]), self.several
        )
        outside = partners.search([("segment_ids", "=", False)])
        self.assertFalse(outside & self.several)
        self.assertIn(self.customer, outside)
        self.assertNotIn(
            self.several[0], partners.search([("segment_ids", "not in", self.rule.ids)])
        )

    def test_model_output(self):
        model = self.segments.create({"name": "Model", "kind": "model"})
        first, second, third = self.several.ids[:3]

        def run(*rows):
            values = SQL(", ").join(SQL("(%s, %s::float8)", *row) for row in rows)
            return model._replace_members(
                SQL("SELECT * FROM (VALUES %s) v (partner_id, score)", values)
            )

        self.assertEqual(run((first, 0.5), (second, 0.7)), 2)
        self.assertEqual(run((first, 0.5), (second, 0.8), (third, 0.1)), 2)
        self.assertEqual(run((third, 0.1)), 0)
        self.assertRecordValues(model.member_ids, [{"partner_id": third, "score": 0.1}])

    def test_audience(self):
        marketing = self.env.ref("crm_base.crm_consent_purpose_marketing")
        self.env["crm.consent"].create(
            [
                {
                    "partner_id": partner.id,
                    "channel": "mail",
                    "purpose_id": marketing.id,
                    "state": "given",
                }
                for partner in self.several[:3]
            ]
        )
        self.several[0].email = False
        self.env["mail.blacklist"]._add(self.several[1].email)
        both = (self.rule + self.static).with_user(self.clerk)
        self.static.add_partners((self.several[3] + self.customer).ids)
        self.assertEqual(both._get_audience(), self.several | self.customer)
        self.assertEqual(both._get_audience("mail", "marketing"), self.several[2])
        self.assertEqual(both._get_audience("mail"), self.several[2:] | self.customer)
        self.assertFalse(both._get_audience("sms"))
        self.assertEqual(both._get_audience("profiling"), self.several | self.customer)

    def test_cron(self):
        self.several[0].category_id = False
        cron = self.env.ref("crm_base.crm_segment_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._members(self.rule), self.several[1:])
