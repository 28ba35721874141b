import threading
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from ..models import sfa_territory_run
from .territory_common import TerritoryCase


@tagged("post_install", "-at_install", "cap_s04")
class TestTerritoryMoves(TerritoryCase):
    """Customers come to a territory, move, are locked, and it all stays on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule(cls.east, country_id=cls.china.id, zip_from="2", zip_to="3")
        cls._rule(cls.west, country_id=cls.china.id, zip_from="6", zip_to="8")
        cls._member(cls.east, cls.seller)
        cls._member(cls.west, cls.other_seller)
        cls.shanghai = cls._customer("Shanghai", country_id=cls.china.id, zip="200000")

    def _history(self, customer):
        return [
            (one.territory_id, one.origin, one.locked, bool(one.date_to))
            for one in customer.sfa_assignment_ids.sorted("id")
        ]

    @users("sfa_seller")
    def test_new_customer_at_once(self):
        created = self.env["res.partner"].create(
            {
                "name": "New",
                "is_company": True,
                "country_id": self.china.id,
                "zip": "610000",
                "child_ids": [Command.create({"name": "Contact of New"})],
            }
        )
        self.assertEqual(created.sfa_territory_id, self.west)
        self.assertEqual(created.child_ids.sfa_territory_id, self.west)
        self.assertEqual(created.user_id, self.seller, "who makes it keeps it")
        self.assertEqual(created.sfa_territory_owner_id, self.other_seller)
        late = self.env["res.partner"].create(
            {"name": "Later Contact", "parent_id": created.id}
        )
        self.assertEqual(late.sfa_territory_id, self.west)

    @users("sfa_seller")
    def test_moved_customer_at_once(self):
        shanghai = self.shanghai.with_user(self.env.user)
        shanghai.write({"zip": "700000"})
        self.assertEqual(shanghai.sfa_territory_id, self.west)
        self.assertEqual(
            self._history(shanghai),
            [(self.east, "rule", False, True), (self.west, "rule", False, False)],
        )

    def test_away_from_all_rules(self):
        self.shanghai.country_id = self.germany
        self.assertFalse(self.shanghai.sfa_territory_id)
        self.assertEqual(
            self._history(self.shanghai), [(self.east, "rule", False, True)]
        )

    def test_contact_becomes_company_of_its_own(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.shanghai.id}
        )
        self.assertEqual(contact.sfa_territory_id, self.east)
        contact.write(
            {"parent_id": False, "zip": "610000", "country_id": self.china.id}
        )
        self.assertEqual(contact.sfa_territory_id, self.west)
        contact.parent_id = self.shanghai
        self.assertEqual(contact.sfa_territory_id, self.east)

    def test_whom_rules_leave_out(self):
        """Vendors, colleagues and our own companies are in no territory."""
        values = {"country_id": self.china.id, "zip": "200000"}
        vendor = self._customer("Vendor", supplier_rank=1, **values)
        self.seller.partner_id.write(values)
        self.company.partner_id.write(values)
        both = self._customer("Both", supplier_rank=1, customer_rank=1, **values)
        self.assertFalse(
            (vendor + self.seller.partner_id + self.company.partner_id).sfa_territory_id
        )
        self.assertEqual(both.sfa_territory_id, self.east)
        self.shanghai.write({"supplier_rank": 1})
        self.assertFalse(self.shanghai.sfa_territory_id)

    def test_salesperson_of_ones_own_stays(self):
        mine = self._customer(
            "Mine", country_id=self.china.id, zip="2", user_id=self.salesperson.id
        )
        self.assertEqual(mine.user_id, self.salesperson)
        self.assertEqual(self.shanghai.user_id, self.seller)
        (mine + self.shanghai).write({"zip": "7"})
        self.assertEqual(mine.user_id, self.salesperson)
        self.assertEqual(self.shanghai.user_id, self.other_seller)

    @users("sfa_manager")
    def test_by_hand_and_locked(self):
        shanghai = self.shanghai.with_user(self.env.user)
        shanghai.sfa_territory_id = self.west
        self.assertTrue(shanghai.sfa_territory_locked)
        shanghai.zip = "300000"
        self.assertEqual(shanghai.sfa_territory_id, self.west)
        self.assertEqual(self._run().move_count, 0)
        self.assertEqual(self._run().locked_count, 1)
        shanghai.action_unlock_territory()
        self.assertEqual(shanghai.sfa_territory_id, self.east)
        self.assertEqual(
            self._history(shanghai),
            [
                (self.east, "rule", False, True),
                (self.west, "manual", False, True),
                (self.east, "rule", False, False),
            ],
        )
        shanghai.sfa_territory_id = False
        shanghai.zip = "200000"
        self.assertFalse(shanghai.sfa_territory_id)
        self.assertTrue(shanghai.sfa_territory_locked)

    @users("sfa_manager")
    def test_imported_with_a_territory(self):
        imported = self.env["res.partner"].create(
            {
                "name": "Imported",
                "country_id": self.china.id,
                "zip": "200000",
                "sfa_territory_id": self.west.id,
            }
        )
        self.assertEqual(imported.sfa_territory_id, self.west)
        self.assertEqual(self._history(imported), [(self.west, "manual", True, False)])

    @users("sfa_seller")
    def test_sellers_choose_no_territory(self):
        shanghai = self.shanghai.with_user(self.env.user)
        with self.assertRaises(AccessError):
            shanghai.sfa_territory_id = self.west
        with self.assertRaises(AccessError):
            shanghai.action_unlock_territory()
        with self.assertRaises(AccessError):
            self.env["res.partner"].create(
                {"name": "Pick", "sfa_territory_id": self.west.id}
            )

    def test_customer_of_another_company(self):
        foreign = self._territory("Abroad", company_id=self.other_company.id)
        ours = self._customer("Ours", company_id=self.company.id)
        with self.assertRaises(UserError):
            ours.sfa_territory_id = foreign

    # ------------------------------------------------------------------- realignments

    def _swap_rules(self):
        rules = self.env["sfa.territory.rule"].search([], order="sequence, id")
        rules[0].territory_id, rules[1].territory_id = self.west, self.east

    def test_preview_then_move(self):
        product = self.env["product.product"].create(
            {"name": "Thing", "type": "service", "list_price": 100}
        )
        self._order(self.shanghai, product, quantity=3)
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.shanghai.id}
        )
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": contact.id, "expected_revenue": 500}
        )
        lost = self.env["crm.lead"].create(
            {"name": "Lost", "partner_id": contact.id, "expected_revenue": 900}
        )
        lost.action_set_lost()
        self._swap_rules()
        run = self._run()
        self.assertRecordValues(
            run.move_ids,
            [
                {
                    "partner_id": self.shanghai.id,
                    "from_id": self.east.id,
                    "to_id": self.west.id,
                    "revenue": 300,
                    "pipeline": 500,
                    "done": False,
                }
            ],
        )
        self.assertEqual((run.move_count, run.revenue, run.pipeline), (1, 300, 500))
        self.assertEqual(self.shanghai.sfa_territory_id, self.east)
        run.action_apply()
        self.assertEqual(run.state, "done")
        self.assertTrue(run.move_ids.done)
        self.assertEqual(self.shanghai.sfa_territory_id, self.west)
        self.assertEqual(contact.sfa_territory_id, self.west)
        self.assertEqual(lead.sfa_territory_id, self.west)
        self.assertEqual(lost.sfa_territory_id, self.east)
        self.assertEqual(self.shanghai.user_id, self.other_seller)
        self.assertIn("Customers moved: 1.", run.message_ids[0].body)
        with self.assertRaises(UserError):
            run.action_apply()
        with self.assertRaises(UserError):
            run.unlink()

    def test_move_on_a_day(self):
        self._swap_rules()
        run = self._run(date_planned=fields.Date.add(self.today, days=3))
        run.action_plan()
        cron = self.env.ref("crm_sfa.sfa_territory_run_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.shanghai.sfa_territory_id, self.east)
        run.date_planned = self.today
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.shanghai.sfa_territory_id, self.west)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(len(self.shanghai.sfa_assignment_ids), 2)

    def test_many_move_in_the_background(self):
        self._customer("Suzhou", country_id=self.china.id, zip="215000")
        self._customer("Nanjing", country_id=self.china.id, zip="210000")
        self._swap_rules()
        run = self._run().with_user(self.sfa_manager)
        self.assertEqual(run.move_count, 3)
        cron = self.env.ref("crm_sfa.sfa_territory_run_cron")
        with patch.object(sfa_territory_run, "CHUNK", 2):
            answer = run.action_apply()
            self.assertIn("3 customers", answer["params"]["message"])
            triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
            self.assertEqual(len(triggers), 1)
            self.assertEqual(self.shanghai.sfa_territory_id, self.east)
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.move_ids.mapped("done"), [True] * 3)
        said = run.message_ids.mapped("body")
        self.assertTrue(any("Customers moved: 2." in body for body in said), said)
        self.assertTrue(any("Customers moved: 1." in body for body in said), said)

    def test_plan_needs_a_preview_and_a_day(self):
        run = self.env["sfa.territory.run"].with_user(self.sfa_manager).create({})
        with self.assertRaises(UserError):
            run.action_apply()
        run.action_preview()
        with self.assertRaises(UserError):
            run.action_plan()
        run.date_planned = "2020-01-01"
        with self.assertRaises(UserError):
            run.action_plan()
        run.action_cancel()
        with self.assertRaises(UserError):
            run.action_preview()

    def test_locked_between_preview_and_move(self):
        self._swap_rules()
        run = self._run()
        self.shanghai.with_user(self.sfa_manager).sfa_territory_id = self.east
        run.action_apply()
        self.assertEqual(self.shanghai.sfa_territory_id, self.east)
        self.assertFalse(run.move_ids.done)

    def test_salesperson_replaced_or_kept(self):
        self.shanghai.user_id = self.salesperson
        self._swap_rules()
        self._run(salesperson="keep").action_apply()
        self.assertEqual(self.shanghai.user_id, self.salesperson)
        rules = self.env["sfa.territory.rule"].search([], order="sequence, id")
        rules[0].territory_id = self.east
        self._run(salesperson="replace").action_apply()
        self.assertEqual(self.shanghai.user_id, self.seller)

    def test_archived_territory_lets_go(self):
        self.east.active = False
        run = self._run()
        self.assertEqual(run.move_ids.to_id, self.east[:0])
        run.action_apply()
        self.assertFalse(self.shanghai.sfa_territory_id)

    def test_companies_do_not_touch_each_other(self):
        foreign = self._territory("Abroad", company_id=self.other_company.id)
        self._rule(foreign, country_id=self.china.id, sequence=1)
        run = self._run(company_id=self.company.id)
        self.assertFalse(run.move_count)
        shared = self._customer("Shared", country_id=self.china.id, zip="200000")
        self.assertEqual(shared.sfa_territory_id, foreign)
        self.assertNotIn(shared, self._run().move_ids.partner_id)

    def test_daily_match_when_switched_on(self):
        cron = self.env.ref("crm_sfa.sfa_territory_match_cron")
        self.assertFalse(cron.active)
        self._swap_rules()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.shanghai.sfa_territory_id, self.west)

    def test_nothing_without_rules(self):
        """Without territories, customers and leads cost no statement more."""
        self.env["sfa.territory.rule"].search([]).unlink()
        self.shanghai.sfa_assignment_ids.unlink()
        self.env["res.partner"].search([]).sfa_territory_id = False
        self.env["sfa.territory.assignment"].search([]).unlink()
        self.env["sfa.territory"].search([], order="parent_path desc").unlink()
        self.env["res.partner"]._sfa_match()  # fills the cache
        partners = self._customer("A") + self._customer("B")
        leads = self.env["crm.lead"].create([{"name": "L"}])
        self.env.flush_all()
        with self.assertQueryCount(0):
            partners._sfa_match()
            leads._sfa_match()

    def test_queries_do_not_grow(self):
        counts = []
        for number in (1, 50):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"C{one}", "country_id": self.china.id}
                    for one in range(number)
                ]
            )
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_partner SET zip = '200000' WHERE id = ANY(%s)",
                [partners.ids],
            )
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            partners._sfa_match()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(partners.sfa_territory_id, self.east)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 3)

    # ---------------------------------------------------------------------- the leads

    def test_leads_by_customer_or_place(self):
        Lead = self.env["crm.lead"].with_user(self.seller)
        of_customer = Lead.create({"name": "A", "partner_id": self.shanghai.id})
        of_place = Lead.create(
            {"name": "B", "country_id": self.china.id, "zip": "650000"}
        )
        nowhere = Lead.create({"name": "C", "country_id": self.germany.id})
        self.assertEqual(of_customer.sfa_territory_id, self.east)
        self.assertEqual(of_place.sfa_territory_id, self.west)
        self.assertFalse(nowhere.sfa_territory_id)
        nowhere.write({"country_id": self.china.id, "zip": "2"})
        self.assertEqual(nowhere.sfa_territory_id, self.east)

    def test_orders_and_invoices_keep_their_territory(self):
        product = self.env["product.product"].create(
            {"name": "Thing", "type": "service", "invoice_policy": "order"}
        )
        order = self._order(self.shanghai, product)
        self.shanghai.zip = "700000"
        invoice = order._create_invoices()
        self.assertEqual(order.sfa_territory_id, self.east)
        self.assertEqual(invoice.sfa_territory_id, self.east)
        invoice.action_post()
        refund = invoice._reverse_moves()
        self.assertEqual(refund.sfa_territory_id, self.east)
        self.env.flush_all()
        groups = self.env["account.invoice.report"]._read_group(
            [("move_id", "=", invoice.id)], ["sfa_territory_id"], ["price_subtotal:sum"]
        )
        self.assertEqual(groups, [(self.east, 100.0)])
        direct = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.shanghai.id}
        )
        self.assertEqual(direct.sfa_territory_id, self.west)

    def test_figures_of_the_tree(self):
        product = self.env["product.product"].create({"name": "Thing"})
        self._order(self.shanghai, product, quantity=2)
        self._customer("Chengdu", country_id=self.china.id, zip="610000")
        self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.shanghai.id, "expected_revenue": 70}
        )
        whole, east = (self.whole + self.east).with_user(self.sfa_manager)
        self.assertEqual((whole.customer_count, east.customer_count), (2, 1))
        self.assertEqual(
            (whole.revenue, whole.pipeline, whole.lead_count), (200, 70, 1)
        )
        self.assertEqual(east.owner_id, self.seller)
        self.assertIn(
            self.whole, self.env["sfa.territory"].search([("owner_id", "=", False)])
        )
        self.assertEqual(
            self.env["sfa.territory"].search([("owner_id", "=", self.seller.id)]),
            self.east,
        )


@tagged("post_install", "-at_install", "cap_s04")
class TestTwoOwnersAtOnce(TerritoryCase):
    """Of two owners made at the same moment the database lets one through."""

    @mute_logger("odoo.sql_db")
    def test_two_transactions(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "INSERT INTO sfa_territory (name, company_id, dimension, active)"
                " VALUES ('Race', %s, 'geography', TRUE) RETURNING id",
                [self.env.ref("base.main_company").id],
            )
            (territory_id,) = cr.fetchone()
            cr.commit()  # pylint: disable=invalid-commit
        outcomes = []
        barrier = threading.Barrier(2)

        def become_owner(user_id):
            with self.registry.cursor() as cr:
                try:
                    cr.execute("SELECT 1")  # both transactions have begun
                    barrier.wait(20)
                    cr.execute(
                        "INSERT INTO sfa_territory_member"
                        " (territory_id, user_id, role, share, capacity, date_from)"
                        " VALUES (%s, %s, 'owner', 100, 0, '2026-01-01')",
                        [territory_id, user_id],
                    )
                    cr.commit()  # pylint: disable=invalid-commit
                    outcomes.append("owner")
                except Exception as error:  # noqa: BLE001 which one is asserted below
                    outcomes.append(type(error).__name__)
                    cr.rollback()

        people = [self.env.ref("base.user_root").id, self.env.ref("base.user_admin").id]
        threads = [threading.Thread(target=become_owner, args=[one]) for one in people]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        finally:
            with self.registry.cursor() as cr:
                cr.execute("DELETE FROM sfa_territory WHERE id = %s", [territory_id])
                cr.commit()  # pylint: disable=invalid-commit
        self.assertEqual(sorted(outcomes), ["ExclusionViolation", "owner"])


@tagged("post_install", "-at_install", "cap_s04", "cap_e06")
class TestTerritoryOnThePage(TerritoryCase):
    """The customer's page names the territory and its people."""

    def _section(self, user):
        page = self.customer.with_user(user).get_customer_page()
        return next(
            (one for one in page["sections"] if one["key"] == "territory"), None
        )

    def test_territory_and_its_people(self):
        self.assertIsNone(self._section(self.seller))
        self._member(self.east, self.other_seller)
        self._member(self.east, self.seller, "overlay")
        self.customer.with_user(self.sfa_manager).sfa_territory_id = self.east
        part = self._section(self.seller)
        self.assertEqual(part["metrics"][0]["value"], self.other_seller.name)
        self.assertEqual(
            [line["title"] for line in part["rows"]],
            ["China / East", self.seller.name],
        )
        self.assertIsNone(self._section(self.salesperson), "no role, no section")

    def test_no_query_more(self):
        self.env["res.lang"]._activate_lang("en_US")
        counts = []
        for territory in (self.east[:0], self.east):
            self.customer.with_user(self.sfa_manager).sfa_territory_id = territory
            reader = self.customer.with_user(self.seller)
            reader.get_customer_page()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            reader.get_customer_page()
            counts.append(self.cr.sql_log_count - before)
        # The section itself costs none; the rule about rights reads the territory.
        self.assertLessEqual(counts[1], counts[0] + 1)
