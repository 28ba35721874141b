from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .desk_common import DeskCase
from .exchange_common import NUMBER

E164 = f"+86{NUMBER}"


@tagged("post_install", "-at_install", "cap_c02")
class TestPop(DeskCase):
    """The customer is on the agent's screen when the telephone rings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._ready(cls.agent, cls.other_agent)

    def test_the_pop_goes_to_the_agent_alone(self):
        self.env.cr.flush()
        old = self.env["bus.bus"].search([])
        self._ring()
        messages = self.env["bus.bus"].search([]) - old
        self.assertEqual(len(messages), 1)
        self.assertIn(
            f'"res.partner",{self.agent_user.partner_id.id}]', messages.channel
        )
        self.assertIn("Acme Trading", messages.message)

    def test_what_the_agent_sees(self):
        call = self._ring()
        desk = self._as(self.agent_user).get_desk()
        self.assertEqual(desk["agent"]["state"], "offered")
        pop = desk["call"]
        self.assertEqual(
            (pop["id"], pop["number"], pop["queue"]), (call.id, E164, "Support")
        )
        self.assertEqual(
            pop["partner"], {"id": self.customer.id, "name": "Acme Trading"}
        )
        self.assertFalse(pop["matches"])
        self.assertFalse(self._as(self.other_agent_user).get_desk()["call"])

    def test_one_number_of_two_customers(self):
        self.other_customer.phone = f"+86 {NUMBER}"
        call = self._ring()
        self.assertFalse(call.partner_id)
        pop = self._as(self.agent_user).get_desk()["call"]
        self.assertIs(pop["partner"], False)
        self.assertEqual(
            {match["id"] for match in pop["matches"]},
            {self.customer.id, self.other_customer.id},
        )
        mine = call.with_user(self.agent_user)
        pop = mine.set_customer(self.other_customer.id)
        self.assertEqual(pop["partner"]["id"], self.other_customer.id)
        self.assertFalse(self.other_customer.other_phones)

    def test_a_customer_is_made_once(self):
        mine = self._ring(number="13900139000").with_user(self.agent_user)
        first = mine.create_customer("Chen Chen")
        second = mine.create_customer("Chen Chen")
        self.assertEqual(first["partner"], second["partner"])
        people = self.env["res.partner"].search([("name", "=", "Chen Chen")])
        self.assertEqual(len(people), 1)

    def test_leads_are_listed(self):
        lead = self.env["crm.lead"].create(
            {"name": "Wants chairs", "phone": "+86 139 0013 9000", "user_id": False}
        )
        self.agent_user.group_ids += self.env.ref("sales_team.group_sale_salesman")
        self._ring(number="13900139000")
        matches = self._as(self.agent_user).get_desk()["call"]["matches"]
        self.assertEqual(
            [(m["model"], m["id"]) for m in matches], [("crm.lead", lead.id)]
        )

    def test_an_unknown_number_becomes_a_customer(self):
        call = self._ring(number="13900139000")
        mine = call.with_user(self.agent_user)
        pop = mine._prepare_pop()
        self.assertFalse(pop["partner"] or pop["matches"])
        pop = mine.create_customer("Chen Chen")
        self.assertEqual(pop["partner"]["name"], "Chen Chen")
        self.assertEqual(call.partner_id.phone_sanitized, "+8613900139000")
        self._end()
        self.assertEqual(
            self._ring("2.1", number="13900139000").partner_id.name, "Chen Chen"
        )

    def test_a_number_is_learned(self):
        call = self._ring(number="13900139000")
        call.with_user(self.agent_user).set_customer(self.customer.id)
        self.assertEqual(self.customer.phone, NUMBER)
        self.assertEqual(self.customer.other_phones, "+8613900139000")
        call.with_user(self.agent_user).set_customer(self.customer.id)
        self.assertEqual(self.customer.other_phones, "+8613900139000")

    def test_without_a_number(self):
        for place, number in enumerate(("", "anonymous", "x\r\nAction: Login")):
            with self.subTest(number=number):
                call = self._ring(f"{place + 5}.1", number=number)
                self.assertEqual(self.agent.call_id, call)
                pop = self._as(self.agent_user).get_desk()["call"]
                self.assertFalse(pop["partner"] or pop["matches"])
                self.assertNotIn("\n", pop["number"] or "")
                self._end(f"{place + 5}.1")

    def test_customers_of_other_companies_stay_there(self):
        number = "13900139000"
        self.env["res.partner"].create(
            {"name": "Far", "phone": number, "company_id": self.other_company.id}
        )
        call = self._ring(number=number)
        self.assertFalse(call.partner_id)
        self.assertFalse(self._as(self.agent_user).get_desk()["call"]["matches"])

    def test_calls_of_others(self):
        call = self._ring()
        theirs = call.with_user(self.other_agent_user)
        for method, args in (
            ("set_customer", (self.customer.id,)),
            ("create_customer", ("x",)),
            ("save_wrapup", ({"note": "x"},)),
            ("action_create_document", ("quotation",)),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(theirs, method)(*args)

    def test_bad_customers(self):
        mine = self._ring().with_user(self.agent_user)
        for partner_id in (False, 0, "1", 10**9, [1], True):
            with self.subTest(partner_id), self.assertRaises(UserError):
                mine.set_customer(partner_id)
        for name in (False, "", "  ", 5, "x" * 5000):
            with self.subTest(name), self.assertRaises(UserError):
                mine.create_customer(name)

    def test_queries_do_not_grow(self):
        twins = self.env["res.partner"].create(
            [{"name": f"Twin {i}", "phone": NUMBER} for i in range(2)]
        )
        call = self._ring()
        mine = call.with_user(self.agent_user)
        counts = []
        for more in (0, 0, 48):
            twins.create([{"name": f"T{i}", "phone": NUMBER} for i in range(more)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mine._prepare_pop()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install", "cap_c06")
class TestWrapup(DeskCase):
    """What came of a call is said once, in one place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._ready()
        cls.call = cls._talked().with_user(cls.agent_user)
        cls.solved = cls.env.ref("crm_cti.cti_disposition_solved")
        cls.complaint = cls.env.ref("crm_cti.cti_disposition_complaint")

    def test_saving_and_going_on(self):
        desk = self.call.save_wrapup(
            {"disposition_id": self.solved.id, "note": " All well. "}, True
        )
        self.assertEqual(desk["agent"]["state"], "ready")
        self.assertEqual(self.call.disposition_id, self.solved)
        self.assertEqual(self.call.note, "All well.")
        self.assertEqual(self.call.state, "done")

    def test_saving_in_between(self):
        desk = self.call.save_wrapup({"note": "So far"})
        self.assertEqual(desk["agent"]["state"], "wrapup")
        self.assertEqual(desk["call"]["wrapup"]["note"], "So far")

    def test_what_is_missing(self):
        with self.assertRaises(UserError):
            self.call.save_wrapup({}, True)
        with self.assertRaises(UserError):
            self.call.save_wrapup({"disposition_id": self.complaint.id}, True)
        self.call.save_wrapup({"disposition_id": self.complaint.id, "note": "x"}, True)
        self.assertEqual(self.agent.state, "ready")

    def test_the_next_action(self):
        kind = self.env.ref("mail.mail_activity_data_call")
        self.call.save_wrapup(
            {
                "next_type_id": kind.id,
                "next_date": "2026-04-01",
                "next_note": "Ask about the chairs",
            }
        )
        activity = self.customer.activity_ids
        self.assertRecordValues(
            activity,
            [
                {
                    "activity_type_id": kind.id,
                    "summary": "Ask about the chairs",
                    "user_id": self.agent_user.id,
                }
            ],
        )
        self.call.save_wrapup({"next_note": "Ask about the tables"})
        self.assertEqual(self.customer.activity_ids, activity)
        self.assertEqual(activity.summary, "Ask about the tables")
        self.call.save_wrapup({"next_type_id": False})
        self.assertFalse(self.customer.activity_ids)

    def test_documents(self):
        self.agent_user.group_ids += self.env.ref("sales_team.group_sale_salesman")
        action = self.call.action_create_document("quotation")
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(order.partner_id, self.customer)
        again = self.call.action_create_document("quotation")
        self.assertEqual(again["res_id"], order.id)
        keys = [kind["key"] for kind in self.call._prepare_wrapup()["documents"]]
        self.assertIn("quotation", keys)

    def test_documents_belong_to_the_company_of_the_call(self):
        self.agent_user.write(
            {
                "group_ids": [(4, self.env.ref("sales_team.group_sale_salesman").id)],
                "company_ids": [(4, self.other_company.id)],
                "company_id": self.other_company.id,
            }
        )
        companies = (self.other_company | self.company).ids
        mine = self.call.with_context(allowed_company_ids=companies)
        self.assertEqual(mine.env.company, self.other_company)
        action = mine.action_create_document("quotation")
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(order.company_id, self.company)

    def test_documents_need_rights(self):
        with self.assertRaises(AccessError):
            self.call.action_create_document("quotation")
        for key in ("invoice", False, ["quotation"], "__class__"):
            with self.subTest(key), self.assertRaises(UserError):
                self.call.action_create_document(key)

    def test_only_what_agents_may_say(self):
        for values in (
            {"state": "done"},
            {"partner_id": 1},
            {"agent_id": self.other_agent.id},
            {"note": "x", "number": "1"},
            {"note": "x" * 5000},
            {"note": 5},
            {"note": "a\0b"},
            {"disposition_id": "x"},
            {"disposition_id": 10**9},
            {"next_date": "tomorrow"},
            {"next_date": 5},
            "note",
            None,
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.call.save_wrapup(values)
        with self.assertRaises(AccessError):
            self.call.write({"note": "x"})

    def test_before_anybody_talked(self):
        self._as(self.agent_user).set_state("ready")
        ringing = self._ring("2.1").with_user(self.agent_user)
        with self.assertRaises(UserError):
            ringing.save_wrapup({"note": "x"})

    def test_a_supervisor_may_complete_it(self):
        call = self.call.with_user(self.supervisor)
        self.assertFalse(call.save_wrapup({"note": "Listened to it."}))
        self.assertEqual(self.call.note, "Listened to it.")

    def test_the_customer_page(self):
        self.call.save_wrapup({"disposition_id": self.solved.id, "note": "Chairs"})
        customer = self.customer.with_user(self.agent_user)
        page = customer.get_customer_page()
        part = next(one for one in page["sections"] if one["key"] == "call")
        self.assertEqual(part["rows"][0]["subtitle"], "Solved · Chairs")
        timeline = customer.get_customer_timeline(["call_in"])["items"]
        self.assertEqual(timeline[0]["title"], "Solved · Chairs")
        self.assertEqual(timeline[0]["author"], self.agent_user.name)
        theirs = self.customer.with_user(self.other_agent_user)
        self.assertNotIn(
            "call", [one["key"] for one in theirs.get_customer_page()["sections"]]
        )
        self.assertFalse(theirs.get_customer_timeline(["call_in"])["items"])
