import random
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cti.models.cti_call import CtiCall
from odoo.addons.crm_cti.tools import sim

from .exchange_common import BEGAN, NUMBER, ExchangeCase

BEGIN = datetime(2026, 3, 2, 8)
INGEST = "odoo.addons.crm_cti.models.cti_pbx_ingest"


class Hooks:
    """Notes what calls tell others, in their order."""

    def __init__(self, case):
        self.told = []
        told = self.told
        for name in ("_on_offered", "_on_answered", "_on_ended"):

            def note(call, agent=None, name=name):
                told.append((name, call.linkedid, agent.extension if agent else None))

            case.patch(CtiCall, name, note)


@tagged("post_install", "-at_install", "cap_c01")
class TestCalls(ExchangeCase):
    """What the exchange says becomes calls."""

    def test_answered_call(self):
        call = self._call_in(wait=5)
        self.assertRecordValues(
            call,
            [
                {
                    "direction": "in",
                    "state": "wrapup",
                    "number": "+8613800138000",
                    "called": "4001",
                    "partner_id": self.customer.id,
                    "queue_id": self.queue.id,
                    "agent_id": self.agent.id,
                    "created": BEGIN,
                    "queued": BEGIN,
                    "offered": BEGIN + timedelta(seconds=5),
                    "answered": BEGIN + timedelta(seconds=8),
                    "ended": BEGIN + timedelta(seconds=68),
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(call.leg_ids.mapped("endpoint"), ["trunk", "1001"])
        call._wrap()
        self.assertEqual(call.state, "done")
        self.assertTrue(call.wrapped)

    def test_outcomes(self):
        gone = self._call_in("1.1", talk=None)
        self.assertEqual((gone.state, gone.agent_id), ("abandoned", self.agent))
        missed = self._call_in("1.2", talk=None, queue=None)
        self.assertEqual(missed.state, "missed")
        nobody = self._call_in("1.3", extension=None, queue=None)
        self.assertEqual(nobody.state, "failed")
        waiting = self._call_in("1.4", extension=None, over=False)
        self.assertEqual(waiting.state, "queued")
        ringing = self._call_in("1.5", talk=None, over=False)
        self.assertEqual(ringing.state, "offered")
        talking = self._call_in("1.6", over=False)
        self.assertEqual(talking.state, "talking")

    def test_outgoing(self):
        self._ingest(sim.outgoing("2.1", BEGAN, NUMBER, "1001", talk=30))
        call = self._get_call("2.1")
        self.assertRecordValues(
            call,
            [
                {
                    "direction": "out",
                    "state": "wrapup",
                    "number": "+8613800138000",
                    "partner_id": self.customer.id,
                    "agent_id": self.agent.id,
                    "answered": BEGIN + timedelta(seconds=3),
                }
            ],
        )
        self._ingest(sim.outgoing("2.2", BEGAN, NUMBER, "1001"))
        self.assertEqual(self._get_call("2.2").state, "failed")

    def test_internal(self):
        script = sim.Script("3.1", BEGAN)
        script.say("start", endpoint="1001", number="1001", called="1002")
        script.say("start", "3.2", endpoint="1002")
        script.wait(2).say("answer", "3.2")
        self._ingest(script.facts)
        call = self._get_call("3.1")
        self.assertEqual((call.direction, call.number), ("internal", "1001"))
        self.assertEqual((call.state, call.agent_id), ("talking", self.other_agent))
        self.assertFalse(call.partner_id)

    def test_hold(self):
        script = sim.Script("3.3", BEGAN)
        script.say("start", endpoint="trunk", number=NUMBER)
        script.say("start", "3.4", endpoint="1001")
        script.say("answer", "3.4")
        script.wait(5).say("hold", "3.4")
        self._ingest(script.facts)
        self.assertEqual(self._get_call("3.3").state, "held")
        script.wait(5).say("unhold", "3.4")
        self._ingest(script.facts)
        self.assertEqual(self._get_call("3.3").state, "talking")

    def test_order_and_repetition_do_not_matter(self):
        facts = sim.incoming("1.1", BEGAN, NUMBER, "1001", queue="support", talk=60)
        expected = None
        rng = random.Random(19)
        for number in range(8):
            told = [{**fact, "linkedid": f"4.{number}"} for fact in facts]
            told = [{**fact, "key": f"{number}{fact['key']}"} for fact in told]
            told = told + rng.sample(told, 3)
            rng.shuffle(told)
            while told:
                size = rng.randint(1, 4)
                self._ingest(told[:size])
                told = told[size:]
            call = self._get_call(f"4.{number}")
            seen = call.read(["state", "created", "answered", "ended", "agent_id"])[0]
            seen.pop("id")
            expected = expected or seen
            self.assertEqual(seen, expected)

    def test_hooks_run_once(self):
        hooks = Hooks(self)
        facts = sim.incoming("5.1", BEGAN, NUMBER, "1001", queue="support", talk=60)
        for fact in facts:
            self._ingest([fact])
            self._ingest([fact])
        self._ingest(facts)
        self.assertEqual(
            hooks.told,
            [
                ("_on_offered", "5.1", "1001"),
                ("_on_answered", "5.1", "1001"),
                ("_on_ended", "5.1", None),
            ],
        )

    def test_late_facts_only_end(self):
        hooks = Hooks(self)
        self._call_in("5.2")
        self.assertEqual(hooks.told, [("_on_ended", "5.2", None)])

    @mute_logger(INGEST)
    def test_a_failing_hook_loses_nothing(self):
        def fail(call):
            raise ValueError("pop")

        with patch.object(CtiCall, "_on_ended", fail):
            call = self._call_in("5.3")
        self.assertEqual(call.state, "wrapup")

    def test_a_call_that_the_exchange_forgot(self):
        call = self._call_in("6.1", over=False)
        cut = {"kind": "cut", "key": "cut", "linkedid": "6.1", "time": BEGAN + 99}
        self._ingest([cut])
        self.assertEqual(call.state, "interrupted")
        self.assertEqual(call.ended, BEGIN + timedelta(seconds=99))

    @mute_logger(INGEST)
    def test_bad_input(self):
        good = sim.incoming("7.1", BEGAN, NUMBER, over=False)[0]
        bad = [
            None,
            {**good, "kind": "drop table"},
            {**good, "key": ""},
            {**good, "time": "now"},
            {**good, "time": True},
            {**good, "time": float("inf")},
            {**good, "leg": None},
            {**good, "linkedid": ["7.1"]},
        ]
        self.assertEqual(self._ingest([*bad, good]), len(bad) + 1)
        self.assertEqual(self._get_call("7.1").number, "+8613800138000")
        refused = self.env["cti.event"].search([("kind", "=", "refused")])
        self.assertEqual(len(refused), len(bad))
        self.assertEqual(self._ingest(bad), 0)

    def test_numbers(self):
        numbers = {
            "138\r\nAction: Originate\r\n001": None,
            "": None,
            "anonymous": None,
            "+86 138 0013 8000": self.customer,
            "0086 13800138000": self.customer,
            "'; drop table cti_call; --": None,
            "9" * 400: None,
            "\x00\ud800138": None,
        }
        for index, (number, partner) in enumerate(numbers.items()):
            with self.subTest(number=number):
                call = self._call_in(f"8.{index}", number=number)
                self.assertEqual(call.partner_id, partner or call.partner_id.browse())
                self.assertNotIn("\n", call.number or "")
                self.assertEqual(call.state, "wrapup")

    def test_one_number_of_two_customers(self):
        self.other_customer.phone = NUMBER
        self.assertFalse(self._call_in("9.1").partner_id)

    def test_one_number_of_two_contacts(self):
        self.contact.phone = NUMBER
        self.assertEqual(self._call_in("9.2").partner_id, self.customer)

    def test_customers_of_other_companies_are_not_found(self):
        number = "13700137000"
        self.env["res.partner"].create(
            {"name": "Theirs", "phone": number, "company_id": self.other_company.id}
        )
        self.assertFalse(self._call_in("9.3", number=number).partner_id)

    def test_a_chosen_customer_stays(self):
        call = self._call_in("9.4", number="13900139000", over=False)
        call.partner_id = self.other_customer
        self._ingest([self._end("9.4")])
        self.assertEqual(call.partner_id, self.other_customer)

    def _end(self, linkedid):
        return {"kind": "end", "key": "end", "linkedid": linkedid, "time": BEGAN + 99}

    def test_queries_do_not_grow(self):
        def count(prefix, calls):
            events = [
                fact
                for index in range(calls)
                for fact in sim.incoming(
                    f"{prefix}.{index}", BEGAN, f"1380013{index:04}", "1001", talk=5
                )
            ]
            before = self.env.cr.sql_log_count
            self._ingest(events)
            return self.env.cr.sql_log_count - before

        self.env["cti.agent"].flush_model()
        self.patch(CtiCall, "_on_ended", lambda call: None)
        self._call_in("10.0")
        with patch.object(type(self.pbx), "_try"):
            one, fifty = count("10.1", 1), count("10.2", 50)
        self.assertLessEqual(one, 7)
        self.assertEqual(one, fifty)
