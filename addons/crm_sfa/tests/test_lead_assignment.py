from odoo.exceptions import AccessError
from odoo.tests import tagged

from .territory_common import TerritoryCase


@tagged("post_install", "-at_install", "cap_s04")
class TestLeadAssignment(TerritoryCase):
    """Leads go to members by load and capacity, the same every time, with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule(cls.east, country_id=cls.china.id, zip_from="2")
        cls._rule(cls.west, country_id=cls.china.id, zip_from="6")
        cls.env["crm.lead"].search([("user_id", "=", False)]).unlink()

    def _leads(self, count, zip_code="2", **values):
        return self.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {number}",
                    "type": "lead",
                    "user_id": False,
                    "country_id": self.china.id,
                    "zip": zip_code,
                    **values,
                }
                for number in range(count)
            ]
        )

    def _assign(self, territories=None):
        territories = territories or self.whole + self.east + self.west
        return territories.with_user(self.sfa_manager).action_assign_leads()

    def test_by_share_and_capacity(self):
        self._member(self.east, self.seller, capacity=10)
        self._member(self.east, self.other_seller, "overlay", capacity=10, share=50)
        leads = self._leads(12)
        self._assign()
        counts = leads.grouped("user_id")
        self.assertEqual(len(counts[self.seller]), 8)
        self.assertEqual(len(counts[self.other_seller]), 4)
        self.assertEqual(set(leads.mapped("type")), {"opportunity"})
        self.assertTrue(all(leads.mapped("date_open")))
        self.assertTrue(all(leads.mapped("date_conversion")))
        self.assertTrue(all(leads.mapped("stage_id")))

    def test_no_more_than_the_capacity(self):
        self._member(self.east, self.seller, capacity=3)
        leads = self._leads(5)
        result = self._assign()
        self.assertEqual(result["params"]["type"], "warning")
        self.assertEqual(len(leads.filtered("user_id")), 3)
        self._assign()
        self.assertEqual(len(leads.filtered("user_id")), 3)
        self.assertEqual(self.east.unassigned_count, 2)

    def test_backup_comes_last(self):
        self._member(self.east, self.seller, capacity=2)
        self._member(self.east, self.other_seller, "backup", capacity=9)
        leads = self._leads(5)
        self._assign()
        log = leads.sfa_assignment_ids.grouped("user_id")
        self.assertEqual(len(log[self.seller]), 2)
        self.assertEqual(len(log[self.other_seller]), 3)
        self.assertTrue(all(log[self.other_seller].mapped("is_backup")))

    def test_the_territory_above_helps(self):
        self._member(self.whole, self.seller, capacity=5)
        self._member(self.west, self.other_seller, capacity=5)
        east, west = self._leads(2), self._leads(2, "6")
        self._assign()
        self.assertEqual(east.user_id, self.seller)
        self.assertEqual(west.user_id, self.other_seller)

    def test_most_probable_first_and_reproducible(self):
        self._member(self.east, self.seller, capacity=2)
        self._member(self.east, self.other_seller, "overlay", capacity=1)
        leads = self._leads(6)
        for number, lead in enumerate(leads):
            lead.probability = 10 + number
        with self.env.cr.savepoint() as point:
            self._assign()
            first = leads.mapped("user_id.login"), leads.filtered("user_id")
            point.rollback()
        self.env.invalidate_all()
        self._assign()
        self.assertEqual(
            (leads.mapped("user_id.login"), leads.filtered("user_id")), first
        )
        self.assertEqual(first[1], leads[3:])

    def test_who_is_left_alone(self):
        self._member(self.east, self.seller, capacity=9)
        mine = self._leads(1, user_id=self.salesperson.id)
        lost = self._leads(1)
        lost.action_set_lost()
        won = self._leads(1, type="opportunity")
        won.action_set_won()
        won.user_id = False
        foreign = self._leads(1, "9")
        self._assign()
        self.assertEqual(mine.user_id, self.salesperson)
        self.assertFalse((lost + won + foreign).user_id)

    def test_reason_on_record(self):
        self._member(self.east, self.seller, capacity=5)
        leads = self._leads(2)
        self._assign()
        self.assertRecordValues(
            leads.sfa_assignment_ids.sorted("load"),
            [
                {"user_id": self.seller.id, "load": 0, "room": 5, "candidates": 1},
                {"user_id": self.seller.id, "load": 1, "room": 4, "candidates": 1},
            ],
        )
        note = leads[0].message_ids[0].body
        self.assertIn(self.seller.name, note)
        self.assertIn("China / East", note)

    def test_same_marks_as_the_platform_leaves(self):
        """Followers, notes and mails: those of the platform's own assignment."""
        env = self.env(context={**self.env.context, "tracking_disable": False})
        team = env["crm.team"].create({"name": "Peer", "use_leads": True})
        env["crm.team.member"].create(
            {
                "crm_team_id": team.id,
                "user_id": self.seller.id,
                "assignment_max": 300,
            }
        )
        theirs = self._leads(3, team_id=team.id, country_id=self.germany.id)
        ours = self._leads(3)
        self._member(self.east, self.seller, capacity=9)
        self.env.flush_all()
        before = {lead: lead.message_ids for lead in theirs + ours}
        mails = env["mail.mail"].search_count([])
        team.with_user(self.sfa_manager).with_context(
            tracking_disable=False
        )._assign_and_convert_leads(force_quota=True)
        self.flush_tracking()
        self.assertEqual(theirs.user_id, self.seller)
        self.east.with_user(self.sfa_manager).with_context(
            tracking_disable=False
        ).action_assign_leads()
        self.flush_tracking()
        self.assertEqual(ours.user_id, self.seller)
        self.assertEqual(env["mail.mail"].search_count([]), mails)
        for names in ("type", "stage_id", "user_id", "active", "won_status"):
            self.assertEqual(set(ours.mapped(names)), set(theirs.mapped(names)), names)
        for lead in theirs + ours:
            self.assertEqual(
                lead.message_follower_ids.partner_id, self.seller.partner_id
            )
            self.assertEqual(len(lead.message_ids - before[lead]), 1, lead.name)
        self.assertEqual(
            ours.message_follower_ids.subtype_ids,
            theirs.message_follower_ids.subtype_ids,
        )

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def test_sellers_hand_out_nothing(self):
        with self.assertRaises(AccessError):
            self.east.with_user(self.territory_seller).action_assign_leads()

    def test_scheduled_when_switched_on(self):
        cron = self.env.ref("crm_sfa.sfa_lead_assignment_cron")
        self.assertFalse(cron.active)
        self._member(self.east, self.seller, capacity=5)
        leads = self._leads(2)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(leads.user_id, self.seller)

    def test_queries_do_not_grow(self):
        self._member(self.east, self.seller, capacity=5000)
        counts = []
        for number in (1, 50, 50):
            leads = self._leads(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.east._assign_leads()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(leads.user_id, self.seller)
        self.assertLessEqual(counts[2], counts[0] + 25, counts)
