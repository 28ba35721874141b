import base64
from datetime import date, timedelta

import psycopg2

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import timeline
from .common import CrmBaseCase

#: What the company thinks of a customer is not for the customer.
PARTNER_INTERNALS = (
    "lifecycle_stage",
    "lifecycle_reason",
    "lifecycle_since",
    "last_order_date",
    "last_contact_date",
    "next_due_date",
    "is_neglected",
    "contact_issues",
    "contact_warning",
    "other_phones",
    "relation_side_ids",
    "relation_count",
    "consent_ids",
    "segment_ids",
)
ORDER_INTERNALS = (
    "credit_released_amount",
    "credit_released_by_id",
    "is_on_credit_hold",
    "partner_credit_warning",
    "tracking_turn",
    "tracking_steps",
    "tracking_late",
)


@tagged("post_install", "-at_install", "cap_e06", "cap_e05", "cap_e02", "cap_s08")
class TestPortalRights(CrmBaseCase):
    """A customer in the portal reads its own records, and no internal figure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.env["product.product"].create(
            {"name": "Lamp", "type": "consu", "list_price": 100}
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.contact.id,
                "user_id": cls.salesperson.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        cls.order.action_quotation_sent()

    def test_partner(self):
        own = self.contact.with_user(self.portal_user)
        self.assertTrue(own.read(["name"]))
        for name in PARTNER_INTERNALS:
            with self.subTest(field=name), self.assertRaises(AccessError):
                own.read([name])
            with self.subTest(search=name), self.assertRaises(AccessError):
                own.search_count([(name, "!=", False)])
        self.assertFalse(set(PARTNER_INTERNALS) & set(own.fields_get()))

    def test_partner_order_and_group(self):
        own = self.contact.with_user(self.portal_user)
        with self.assertRaises(AccessError):
            own.search([], order="last_order_date")
        with self.assertRaises(AccessError):
            own._read_group([], ["lifecycle_stage"])

    def test_order(self):
        order = self.order.with_user(self.portal_user)
        self.assertEqual(order.read(["tracking_stage"])[0]["tracking_stage"], "quoted")
        for name in ORDER_INTERNALS:
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.read([name])

    def test_invoice(self):
        lead = self.env["crm.lead"].create({"name": "Secret plan", "type": "lead"})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.contact.id,
                "invoice_date": fields.Date.today(),
                "opportunity_id": lead.id,
                "invoice_line_ids": [
                    Command.create({"name": "Lamp", "price_unit": 1, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        own = invoice.with_user(self.portal_user)
        self.assertTrue(own.read(["name"]))
        with self.assertRaises(AccessError):
            own.read(["opportunity_id"])

    def test_public_methods(self):
        for user in (self.portal_user, self.demoted):
            partner = self.contact.with_user(user)
            for call in (
                partner.get_customer_page,
                partner.get_customer_timeline,
                partner.action_open_customer_page,
                partner.get_relation_network,
                lambda partner=partner: partner.get_customer_timeline_action(
                    "res.partner", self.contact.id
                ),
                self.env["crm.duplicate"].with_user(user).action_find,
                self.env["crm.relation"].with_user(user).check_access,
            ):
                with self.subTest(user=user.login, call=call):
                    with self.assertRaises(AccessError):
                        if getattr(call, "__name__", "") == "check_access":
                            call("read")
                        else:
                            call()
        stranger = self.customer.with_user(self.other_portal_user)
        with self.assertRaises(AccessError):
            stranger.read(["name"])
        found = stranger.browse().lookup_customer("info@acme.example")
        self.assertEqual(found, [])


@tagged("post_install", "-at_install", "cap_e05")
class TestCreditRights(CrmBaseCase):
    """Nobody lets an order pass, or writes a ledger's figure, by the back door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = cls._new_user("crm_approver_r", "account.group_account_manager")
        cls.company.crm_credit_policy = "hold"
        cls.customer.user_id = cls.salesperson
        cls.product = cls.env["product.product"].create(
            {"name": "Lamp", "type": "consu", "list_price": 100, "taxes_id": False}
        )
        for partner, amount in ((cls.customer, 100), (cls.other_customer, 777)):
            due = fields.Date.today() - timedelta(days=40)
            cls.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": due,
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "x", "price_unit": amount, "tax_ids": False}
                        )
                    ],
                }
            ).action_post()

    def _order_vals(self, **values):
        return {
            "partner_id": self.customer.id,
            "user_id": self.salesperson.id,
            "order_line": [Command.create({"product_id": self.product.id})],
            **values,
        }

    def test_release_is_written_by_approvers_only(self):
        Order = self.env["sale.order"].with_user(self.salesperson)
        order = Order.create(self._order_vals())
        self.assertTrue(order.is_on_credit_hold)
        with self.assertRaises(AccessError):
            order.action_release_credit_hold()
        for values in (
            {"credit_released_amount": 1e9},
            {"credit_released_by_id": self.approver.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                order.write(values)
            with self.subTest(create=values), self.assertRaises(AccessError):
                Order.create(self._order_vals(**values))
        with self.assertRaises(AccessError):
            Order.with_context(default_credit_released_amount=1e9).create(
                self._order_vals()
            )
        with self.assertRaises(AccessError):
            order.copy({"credit_released_amount": 1e9})
        order.with_user(self.approver).action_release_credit_hold()
        self.assertFalse(order.is_on_credit_hold)

    def test_release_is_for_the_customer_it_was_given_for(self):
        order = self.env["sale.order"].create(self._order_vals())
        order.with_user(self.approver).action_release_credit_hold()
        self.assertFalse(order.is_on_credit_hold)
        order.with_user(self.salesperson).partner_id = self.other_customer
        self.assertTrue(order.is_on_credit_hold, "another customer, another decision")

    def test_stage_is_not_typed(self):
        order = self.env["sale.order"].create(self._order_vals())
        for values in ({"tracking_stage": "paid"}, {"tracking_late": True}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                order.with_user(self.salesperson).write(values)
            with self.subTest(create=values), self.assertRaises(AccessError):
                order.with_user(self.salesperson).create(self._order_vals(**values))

    def test_collection_figures_are_not_typed(self):
        self.env["crm.collection"]._follow_up(self.company)
        collection = self.env["crm.collection"].search(
            [("partner_id", "=", self.customer.id)]
        )
        mine = collection.with_user(self.salesperson)
        self.assertTrue(mine.read(["overdue_amount"]))
        for values in (
            {"partner_id": self.contact.id},
            {"overdue_amount": 0},
            {"state": "closed"},
            {"step_id": False},
            {"company_id": self.other_company.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                mine.write(values)
        accountant = self.env["crm.collection"].with_user(self.accountant)
        with self.assertRaises(AccessError):
            accountant.create(
                {
                    "partner_id": self.contact.id,
                    "company_id": self.company.id,
                    "overdue_amount": 5,
                }
            )
        mine.write(
            {
                "promise_date": fields.Date.today() + timedelta(days=3),
                "user_id": self.other_salesperson.id,
            }
        )
        collection.invalidate_recordset()
        self.assertEqual(collection.user_id, self.other_salesperson)

    def test_collection_of_a_contact(self):
        Collection = self.env["crm.collection"]
        with self.assertRaises(UserError):
            Collection.with_user(self.accountant).create(
                {"partner_id": self.contact.id, "company_id": self.company.id}
            )
        Collection._follow_up(self.company)
        collection = Collection.search([("partner_id", "=", self.customer.id)])
        self.customer.write({"parent_id": self.other_customer.id, "is_company": False})
        for _night in range(2):
            Collection._follow_up(self.company)
        self.assertEqual(collection.state, "closed", "the other customer's from now on")
        now = Collection.search(
            [("partner_id", "in", (self.customer | self.other_customer).ids)]
        )
        self.assertEqual(len(now), 2)
        self.assertEqual((now - collection).overdue_amount, 877)

    def test_page_of_another_company(self):
        stolen = self.customer.with_user(self.foreign_manager).with_context(
            allowed_company_ids=[self.company.id]
        )
        with self.assertRaises(AccessError):
            stolen.get_customer_page()
        page = self.customer.with_user(self.foreign_manager).get_customer_page()
        money = [part for part in page["sections"] if part["key"] == "money"]
        self.assertNotIn("100.00", str(money))


@tagged("post_install", "-at_install", "cap_a11", "cap_m02", "cap_s09", "cap_s10")
class TestFactRights(CrmBaseCase):
    """Segments, relations, consents and history change by the rules alone."""

    def test_user_makes_no_rule_of_a_list(self):
        mine = (
            self.env["crm.segment"]
            .with_user(self.clerk)
            .create({"name": "Mine", "kind": "static"})
        )
        for values in (
            {"kind": "rule", "domain": "[('ref', '=', 'x')]"},
            {"kind": "model"},
            {"company_id": self.other_company.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                mine.write(values)
        with self.assertRaises(AccessError):
            mine.create({"name": "Rule", "kind": "rule"})

    def test_member_arguments(self):
        static = (
            self.env["crm.segment"]
            .with_user(self.clerk)
            .create({"name": "By hand", "kind": "static"})
        )
        for wrong in (5, "abc", ["x"], [None], [2**40], {"a": 1}, None, [[1]]):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                static.add_partners(wrong)
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                static.remove_partners(wrong)
        twice = [self.customer.id, self.customer.id]
        self.assertEqual(static.add_partners(twice), 1)
        self.assertEqual(static.add_partners(twice), 0)
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        with self.assertRaises(AccessError):
            static.add_partners(foreign.ids)
        with self.assertRaises(AccessError):
            static.with_user(self.salesperson).add_partners(self.customer.ids)

    def test_two_people_add_the_same_customer(self):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            partner = env["res.partner"].create({"name": "Twice"})
            segment = env["crm.segment"].create({"name": "Race", "kind": "static"})
            cr.commit()  # pylint: disable=invalid-commit
        try:
            with self.registry.cursor() as first, self.registry.cursor() as second:
                second.execute("SELECT 1")  # sees the database as it is now
                one, two = (segment.with_env(self.env(cr=cr)) for cr in (first, second))
                self.assertEqual(one.add_partners(partner.ids), 1)
                first.commit()  # pylint: disable=invalid-commit
                # The platform starts the second request over on this error.
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.SerializationFailure),
                ):
                    two.add_partners(partner.ids)
                second.rollback()
                self.assertEqual(two.add_partners(partner.ids), 0)
                second.rollback()
        finally:
            with self.registry.cursor() as cr:
                segment.with_env(self.env(cr=cr)).unlink()
                partner.with_env(self.env(cr=cr)).unlink()

    def test_network_arguments(self):
        partner = self.customer.with_user(self.clerk)
        for wrong in ("x", None, float("inf"), float("nan"), [1]):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                partner.get_relation_network(depth=wrong)
        self.assertEqual(len(partner.get_relation_network(10**9, 10**9)["nodes"]), 1)

    def test_lookup_arguments(self):
        lookup = self.env["res.partner"].with_user(self.clerk).lookup_customer
        for wrong in (None, 5, "a\0b", "x" * 201, ["a"]):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                lookup(wrong)
        for wrong in ("x", [1], float("inf")):
            with self.subTest(limit=wrong), self.assertRaises(UserError):
                lookup("acme", limit=wrong)
        self.assertEqual(lookup("acme trad", limit=10**9)[0]["id"], self.customer.id)

    def test_timeline_arguments(self):
        partner = self.customer.with_user(self.clerk).with_context(tz="Asia/Shanghai")
        far = timeline.encode(timeline.Place(fields.Datetime.now(), "order", 7))
        self.assertFalse(partner.get_customer_timeline(kinds=["nobody"])["items"])
        self.assertIn("items", partner.get_customer_timeline(cursor=far))
        for wrong in (
            {"date_from": "0001-01-01"},
            {"date_to": "9999-12-31"},
        ):
            with self.subTest(wrong=wrong):
                self.assertIn("items", partner.get_customer_timeline(**wrong))
                west = partner.with_context(tz="America/New_York")
                self.assertIn("items", west.get_customer_timeline(**wrong))
        for wrong in (
            {"limit": 10**9},
            {"limit": True},
            {"kinds": "order"},
            {"kinds": [1]},
            {"cursor": "x' OR 1=1"},
            {"cursor": {"a": 1}},
            {"date_from": "yesterday"},
            {"date_from": [1]},
            {"date_from": 5},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                partner.get_customer_timeline(**wrong)

    def test_timeline_action_arguments(self):
        open_item = (
            self.env["res.partner"].with_user(self.clerk).get_customer_timeline_action
        )
        for wrong in (
            ("no.such.model", 1),
            (["res.partner"], 1),
            (None, 1),
            ("mail.thread", 1),
            ("crm.demand.report", 2**40),
            ("res.partner", 2**40),
            ("res.partner", -1),
            ("res.partner", True),
            ("res.partner", "1"),
        ):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                open_item(*wrong)
        with self.assertRaises(AccessError):
            open_item("ir.config_parameter", 2**31 - 1)

    def test_relation_to_another_company(self):
        kind = self.env["crm.relation.type"].create(
            {"name": "knows", "is_symmetric": True}
        )
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        Relation = self.env["crm.relation"].with_user(self.clerk)
        values = {
            "from_partner_id": self.customer.id,
            "type_id": kind.id,
            "to_partner_id": self.other_customer.id,
        }
        with self.assertRaises(AccessError):
            Relation.create({**values, "to_partner_id": foreign.id})
        relation = Relation.create(values)
        with self.assertRaises(AccessError):
            relation.to_partner_id = foreign.id
        for wrong in ("abc", 2**40, [1]):
            with self.subTest(wrong=wrong):
                with self.assertRaises(UserError):
                    Relation.create({**values, "type_id": wrong})

    def test_consents_stay(self):
        Consent = self.env["crm.consent"].with_user(self.manager)
        consent = Consent.create(
            {"partner_id": self.customer.id, "channel": "mail", "state": "given"}
        )
        customer = self.customer.with_user(self.manager)
        for command in (
            Command.update(consent.id, {"state": "withdrawn"}),
            Command.delete(consent.id),
            Command.unlink(consent.id),
            Command.clear(),
        ):
            with self.subTest(command=command), self.assertRaises(UserError):
                customer.write({"consent_ids": [command]})
        result = Consent.load([".id", "state"], [[str(consent.id), "withdrawn"]])
        self.assertFalse(result["ids"])
        self.assertEqual(consent.state, "given")
        with self.assertRaises(UserError):
            self.customer.unlink()
        self.assertTrue(consent.exists(), "a deleted customer takes no proof along")
        with self.assertRaises(AccessError):
            self.env["crm.consent"].with_user(self.demoted).create(
                {"partner_id": self.customer.id, "channel": "mail"}
            )

    def test_import_job_is_not_typed(self):
        Import = self.env["crm.history.import"].with_user(self.manager)
        values = {"file": base64.b64encode(b"a,b\n1,2\n"), "file_name": "h.csv"}
        run = Import.create(values)
        for wrong in (
            {"state": "queued"},
            {"rows_read": 100},
            {"company_id": self.other_company.id},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(AccessError):
                run.write(wrong)
            with self.subTest(create=wrong), self.assertRaises(AccessError):
                Import.create({**values, **wrong})
        run.sudo().state = "done"
        with self.assertRaises(UserError):
            run.write({"return_prefix": "R"})

    def test_history_is_read_by_whose_customer_it_is(self):
        self.customer.user_id = self.other_salesperson
        order = self.env["crm.history.order"].create(
            {
                "name": "H1",
                "kind": "sale",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "date": date(2011, 1, 1),
                "currency_id": self.company.currency_id.id,
            }
        )
        for user, seen in (
            (self.clerk, False),
            (self.salesperson, False),
            (self.other_salesperson, True),
            (self.manager, True),
            (self.accountant, True),
            (self.foreign_manager, False),
        ):
            with self.subTest(user=user.login):
                found = order.with_user(user).search([("id", "=", order.id)])
                self.assertEqual(bool(found), seen)
        for user in (self.manager, self.accountant):
            with self.assertRaises(AccessError):
                order.with_user(user).write({"amount": 1})
            with self.assertRaises(AccessError):
                order.with_user(user).unlink()

    def test_ignored_pairs_of_another_company(self):
        pair = self.env["res.partner"].create(
            [{"name": f"F{n}", "company_id": self.other_company.id} for n in "ab"]
        )
        self.env["crm.duplicate.ignored"]._remember([pair.ids])
        ignored = self.env["crm.duplicate.ignored"]
        domain = [("first_id", "in", pair.ids)]
        self.assertFalse(ignored.with_user(self.manager).search(domain))
        self.assertTrue(ignored.with_user(self.foreign_manager).search(domain))

    def test_merge_takes_over_no_colleague(self):
        self.salesperson.partner_id.email = "boss@acme.example"
        wizard = self.env["base.partner.merge.automatic.wizard"]
        mine = self.env["res.partner"].create(
            {"name": "Mine", "email": "thief@evil.example"}
        )
        both = mine | self.salesperson.partner_id
        with self.assertRaises(UserError):
            wizard.with_user(self.manager)._merge(both.ids, mine)
        self.assertEqual(self.salesperson.email, "boss@acme.example")
        for user in (self.clerk, self.salesperson, self.demoted, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard.with_user(user)._merge(
                    (self.customer | self.other_customer).ids, self.customer
                )

    def test_derived_tables_are_read_only(self):
        for model in (
            "crm.lifecycle",
            "crm.lifecycle.log",
            "crm.segment.member",
            "crm.duplicate",
            "crm.phone.number",
            "crm.history.order",
            "crm.history.line",
            "crm.history.issue",
            "crm.relation.side",
            "crm.demand.report",
        ):
            for user in (self.manager, self.salesperson, self.clerk, self.accountant):
                records = self.env[model].with_user(user)
                for operation in ("create", "write", "unlink"):
                    with self.subTest(model=model, operation=operation):
                        self.assertFalse(records.has_access(operation))
            for user in (self.demoted, self.portal_user):
                with self.subTest(model=model, user=user.login):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))

    def test_every_company_model_has_a_company_rule(self):
        rules = self.env["ir.rule"]
        for model in self.env["ir.model"].search([("model", "=like", "crm.%")]):
            record = self.env[model.model]
            ours = record._module == "crm_base" if record._module else False
            if not ours or record._transient or "company_id" not in record._fields:
                continue
            with self.subTest(model=model.model):
                self.assertTrue(
                    rules.search_count(
                        [
                            ("model_id", "=", model.id),
                            ("groups", "=", False),
                            ("domain_force", "like", "company"),
                        ]
                    )
                )
