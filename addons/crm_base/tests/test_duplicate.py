from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CrmBaseCase


class DuplicateCase(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.duplicates = cls.env["crm.duplicate"]
        cls.first = cls._customer("Lotus Trading Co.", phone="13800138000")
        cls.second = cls._customer("Lotus Trading", phone="+86 138-0013-8000")

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    def _groups(self, *partners):
        self.duplicates._find()
        wanted = self.env["res.partner"].union(*partners)
        return self.duplicates.search([("partner_ids", "in", wanted.ids)])

    def _merge(self, keep, *others, user=None):
        partners = keep.union(*others)
        wizards = self.env["base.partner.merge.automatic.wizard"]
        wizards = wizards.with_user(user or self.manager).with_context(
            active_model="res.partner", active_ids=partners.ids
        )
        form = Form(wizards)
        form.dst_partner_id = keep.with_user(user or self.manager)
        form.save().action_merge()
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "cap_s10")
class TestFindDuplicates(DuplicateCase):
    def test_reasons(self):
        vat = [
            self._customer("V 1", vat="9111 0108"),
            self._customer("V 2", vat="9111-0108"),
        ]
        mail = [
            self._customer("M 1", email="One <one@dup.example>", is_company=False),
            self._customer("M 2", email="ONE@dup.example", is_company=False),
        ]
        name = [self._customer("Same, Name Ltd."), self._customer("same name  LTD")]
        similar = [
            self._customer("Wang Xiaoming", zip="100000", is_company=False),
            self._customer("Wang Xiao Ming", zip="100000", is_company=False),
            self._customer("Wang Xiaoming", zip="200000", is_company=False),
        ]
        for partners, reason, count in (
            ((self.first, self.second), "phone", 2),
            (vat, "vat", 2),
            (mail, "mail", 2),
            (name, "name", 2),
            (similar, "similar", 2),
        ):
            group = self._groups(*partners).filtered(lambda g, r=reason: g.reason == r)
            self.assertEqual(len(group), 1, reason)
            self.assertEqual(len(group.partner_ids), count)
            self.assertEqual(group.partner_count, count)
            self.assertGreater(group.score, 0)

    def test_the_same_customers_stand_once_with_the_surest_reason(self):
        twice = {"vat": "9111 7777", "email": "both@dup.example"}
        pair = [self._customer("B 1", **twice), self._customer("B 2", **twice)]
        third = self._customer("B 3", email="both@dup.example")
        groups = self._groups(*pair)
        self.assertEqual(set(groups.mapped("reason")), {"vat", "mail"})
        by_mail = groups.filtered(lambda group: group.reason == "mail")
        self.assertEqual(by_mail.partner_ids, pair[0] | pair[1] | third)
        third.email = False
        self.assertEqual(self._groups(*pair).mapped("reason"), ["vat"])

    def test_who_is_not_compared(self):
        self._customer("Elsewhere", phone="13800138000", company_id=self.company.id)
        self._customer(
            "Contact", phone="13800138000", parent_id=self.first.id, is_company=False
        )
        self._customer("Person", phone="13800138000", is_company=False)
        self._customer("Archived", phone="13800138000", active=False)
        group = self._groups(self.first)
        self.assertEqual(group.partner_ids, self.first | self.second)
        self.second.company_id = self.other_company
        self.assertFalse(self._groups(self.first))

    def test_ignored_pairs_are_remembered(self):
        group = self._groups(self.first)
        with self.assertRaises(AccessError):
            group.with_user(self.clerk).action_ignore()
        group.with_user(self.manager).action_ignore()
        self.assertFalse(self._groups(self.first, self.second))
        third = self._customer("Third Lotus", phone="013800138000")
        self.assertEqual(
            self._groups(third).partner_ids, self.first | self.second | third
        )

    def test_rights_and_company(self):
        (self.first | self.second).company_id = self.company
        group = self._groups(self.first)
        self.assertTrue(group.with_user(self.clerk).display_name)
        with self.assertRaises(AccessError):
            group.with_user(self.foreign_manager).read(["value"])
        with self.assertRaises(AccessError):
            group.with_user(self.demoted).read(["value"])
        with self.assertRaises(AccessError):
            group.with_user(self.manager).score = 1
        with self.assertRaises(AccessError):
            self.duplicates.with_user(self.clerk).action_find()
        self.duplicates.with_user(self.manager).action_find()

    def test_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_base.crm_duplicate_cron").method_direct_trigger()
        self.assertTrue(self.duplicates.search([("partner_ids", "in", self.first.ids)]))


@tagged("post_install", "-at_install", "cap_s10", "cap_s09", "cap_a11")
class TestMerge(DuplicateCase):
    def test_only_managers_merge(self):
        action = self._groups(self.first).with_user(self.manager).action_merge()
        self.assertCountEqual(
            action["context"]["active_ids"], (self.first | self.second).ids
        )
        self.clerk.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaises(AccessError):
            self._merge(self.first, self.second, user=self.clerk)
        self._merge(self.first, self.second)
        self.assertFalse(self.second.exists())
        self.assertFalse(
            self.duplicates.search([("partner_ids", "in", self.first.ids)])
        )

    def test_companies_stay_apart(self):
        self.first.company_id = self.company
        self.second.company_id = self.other_company
        self.manager.company_ids += self.other_company
        with self.assertRaises(UserError):
            self._merge(
                self.first,
                self.second,
                user=self.manager.with_context(
                    allowed_company_ids=(self.company | self.other_company).ids
                ),
            )
        wizards = self.env["base.partner.merge.automatic.wizard"]
        with self.assertRaises(UserError):
            wizards._merge((self.first | self.second).ids, self.first)

    def test_nothing_is_lost(self):
        self.second.write(
            {
                "phone": "010-12345678",
                "other_phones": "+86 138 0013 8000, 13900139000",
                "email": "second@lotus.example",
            }
        )
        self.first.email = "first@lotus.example"
        self._merge(self.first, self.second)
        self.assertEqual(self.first.other_phones, "010-12345678, 13900139000")
        for number in ("13800138000", "01012345678", "+8613900139000"):
            self.assertEqual(
                self.first.with_user(self.clerk)._lookup_by_phone(number), self.first
            )
        note = self.first.message_ids.filtered(
            lambda m: "second@lotus" in (m.body or "")
        )
        self.assertIn(self.manager.name, note[0].body)
        self.assertEqual(note[0].author_id, self.manager.partner_id)

    def test_segments(self):
        segments = self.env["crm.segment"].create(
            [{"name": name, "kind": "static"} for name in ("Both", "Second")]
        )
        segments.add_partners(self.second.ids)
        segments[0].add_partners(self.first.ids)
        self.env.cr.execute(
            "UPDATE crm_segment_member SET since = '2020-01-01' WHERE partner_id = %s",
            [self.second.id],
        )
        self._merge(self.first, self.second)
        for segment in segments:
            self.assertEqual(segment.member_ids.partner_id, self.first)
            self.assertEqual(str(segment.member_ids.since), "2020-01-01")

    def test_consent_and_history(self):
        consent = self.env["crm.consent"].create(
            {"partner_id": self.second.id, "channel": "mail", "state": "withdrawn"}
        )
        log = self.env["crm.lifecycle.log"].create(
            {
                "partner_id": self.second.id,
                "date": "2026-01-01",
                "stage_to": "new",
                "reason": "first_order",
            }
        )
        self._merge(self.first, self.second)
        self.assertEqual((consent | consent).partner_id, self.first)
        self.assertEqual(log.partner_id, self.first)
        self.assertFalse(self.first._may_contact("mail")[self.first.id])

    def test_relations(self):
        dealer_of = self.env.ref("crm_base.crm_relation_type_dealer")
        competes = self.env.ref("crm_base.crm_relation_type_competes")

        def relate(first, kind, second, start=None, end=None, note=None):
            return self.env["crm.relation"].create(
                {
                    "from_partner_id": first.id,
                    "type_id": kind.id,
                    "to_partner_id": second.id,
                    "date_from": start,
                    "date_to": end,
                    "note": note,
                }
            )

        relate(self.first, dealer_of, self.customer, "2020-01-01", "2021-06-30", "A")
        relate(self.second, dealer_of, self.customer, "2021-01-01", "2022-01-31", "B")
        relate(self.first, dealer_of, self.customer, "2022-01-15", "2022-12-31")
        relate(self.second, dealer_of, self.customer, "2024-01-01")
        relate(self.first, dealer_of, self.second)
        relate(self.first, competes, self.other_customer)
        relate(self.other_customer, competes, self.second)
        self._merge(self.first, self.second)
        relations = self.env["crm.relation"].search(
            [("type_id", "=", dealer_of.id), ("from_partner_id", "=", self.first.id)],
            order="date_from",
        )
        self.assertEqual(
            [(str(r.date_from), str(r.date_to), r.note) for r in relations],
            [("2020-01-01", "2022-12-31", "A\nB"), ("2024-01-01", "False", False)],
        )
        self.assertEqual(relations.to_partner_id, self.customer)
        self.assertEqual(
            self.env["crm.relation"].search_count([("type_id", "=", competes.id)]), 1
        )

    def test_a_merge_that_closes_a_circle_is_refused(self):
        dealer_of = self.env.ref("crm_base.crm_relation_type_dealer")
        for first, second in (
            (self.first, self.customer),
            (self.customer, self.second),
        ):
            self.env["crm.relation"].create(
                {
                    "from_partner_id": first.id,
                    "type_id": dealer_of.id,
                    "to_partner_id": second.id,
                }
            )
        with self.assertRaises(ValidationError):
            self._merge(self.first, self.second)

    def test_ignored_pairs_and_other_groups(self):
        third = self._customer("Third", phone="13800138000")
        group = self._groups(third)
        self.assertEqual(group.partner_count, 3)
        self.env["crm.duplicate.ignored"]._remember([(self.second | third).ids])
        self._merge(self.first, self.second)
        self.assertEqual(group.partner_ids, self.first | third)
        self.assertEqual(group.partner_count, 2)
