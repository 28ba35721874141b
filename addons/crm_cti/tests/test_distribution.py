import random
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_cti.tools import sim

from . import distribution_oracle as oracle
from .desk_common import DeskCase
from .exchange_common import BEGAN, NUMBER

NOW = "2026-03-02 09:00:00"


class DistributionCase(DeskCase):
    """A queue that distributes itself, with callers who wait for so long."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.now = fields.Datetime.now()
        cls.queue.write({"distribution": "own", "sticky_seconds": 0})
        cls.chinese, cls.repair = cls.env["cti.skill"].create(
            [{"name": "Chinese", "lang": "en_US"}, {"name": "Repair"}]
        )

    @classmethod
    def _teach(cls, agent, **levels):
        skills = {"chinese": cls.chinese, "repair": cls.repair}
        agent.skill_ids = [
            Command.create({"skill_id": skills[name].id, "level": level})
            for name, level in levels.items()
        ]

    @classmethod
    def _need(cls, skill, level, **options):
        values = {"skill_id": skill.id, "level": level, "relax_seconds": 0, **options}
        cls.queue.skill_ids = [Command.create({"lowest": 0, **values})]

    @classmethod
    def _wait(cls, linkedid="1.1", waited=0, number=NUMBER, queue="support"):
        """Let somebody wait since some seconds."""
        at = (cls.now - timedelta(seconds=waited)).timestamp()
        cls._ingest(sim.incoming(linkedid, at, number, queue=queue, over=False))
        return cls._get_call(linkedid)

    @classmethod
    def _talk_before(cls, extension="1002"):
        """Let the customer have talked to somebody, who still writes notes."""
        cls._ring("0.1", extension)
        cls._answer("0.1", extension)
        cls._end("0.1", extension)

    @classmethod
    def _dial_out(cls, agent, linkedid="7.1", **options):
        """Let somebody dial by hand, and nobody have answered yet."""
        options = {"over": False, **options}
        number, at = "13700137000", cls.now.timestamp()
        cls._ingest(sim.outgoing(linkedid, at, number, agent.extension, **options))

    @classmethod
    def _distribute(cls, *linkedids, returned=()):
        """Offer callers; give ``{linkedid: extension}``."""
        waiting = {linkedid: "support" for linkedid in linkedids or ("1.1",)}
        offers = cls.pbx._distribute(waiting, returned)
        return {offer["linkedid"]: offer["extension"] for offer in offers}


@tagged("post_install", "-at_install", "cap_c04")
class TestDistribution(DistributionCase):
    """Who comes to whom, and what the agent sees of it."""

    def test_a_caller_comes_to_a_free_agent(self):
        self._ready()
        call = self._wait()
        self.assertEqual(self._distribute(), {"1.1": "1001"})
        self.assertEqual((self.agent.state, self.agent.call_id), ("offered", call))
        desk = self._as(self.agent_user).get_desk()
        self.assertEqual(desk["call"]["id"], call.id)

    def test_nobody_gets_two_calls(self):
        self._ready()
        for linkedid in ("1.1", "1.2"):
            self._wait(linkedid, number=f"139{linkedid}")
        self.assertEqual(len(self._distribute("1.1", "1.2")), 1)
        self.assertFalse(self._distribute("1.1", "1.2"))

    def test_two_callers_come_to_two_agents(self):
        self._ready(self.agent, self.other_agent)
        for linkedid in ("1.1", "1.2"):
            self._wait(linkedid, number=f"139{linkedid}")
        offers = self._distribute("1.1", "1.2")
        self.assertEqual(set(offers.values()), {"1001", "1002"})

    def test_nobody_comes_to_who_lacks_a_skill(self):
        self._need(self.repair, 3)
        self._teach(self.agent, repair=2)
        self._ready(self.agent, self.other_agent)
        self._wait()
        self.assertFalse(self._distribute())
        self._teach(self.other_agent, repair=3)
        self.assertEqual(self._distribute(), {"1.1": "1002"})

    def test_less_will_do_after_a_wait(self):
        self._need(self.repair, 5, relax_seconds=30, lowest=2)
        self._teach(self.agent, repair=3)
        self._teach(self.other_agent, repair=1)
        self._ready(self.agent, self.other_agent)
        self._wait(waited=59)
        self.assertFalse(self._distribute())
        self._wait("1.2", waited=60, number="13900139000")
        self.assertEqual(self._distribute("1.2"), {"1.2": "1001"})
        self._wait("1.3", waited=6000, number="13700137000")
        self.assertFalse(self._distribute("1.3"), "two are always needed")

    def test_the_better_of_two(self):
        self._teach(self.agent, chinese=2)
        self._teach(self.other_agent, chinese=5)
        self._ready(self.agent, self.other_agent)
        self.customer.lang = "en_US"
        self._wait()
        self.assertEqual(self._distribute(), {"1.1": "1002"})
        self.assertIn("Chinese 5", self._get_call("1.1").reason)

    def test_who_had_the_caller_last(self):
        self._talk_before()
        self._ready(self.agent, self.other_agent)
        call = self._wait()
        self.assertEqual(self._distribute(), {"1.1": "1002"})
        reason = call.with_user(self.other_agent_user).reason
        self.assertIn("last agent", reason)
        self.assertIn(self.other_agent_user.name, reason)

    def test_a_caller_is_kept_for_a_while(self):
        self._talk_before()
        self.assertEqual(self.other_agent.state, "wrapup")
        self._ready()
        self.queue.sticky_seconds = 20
        self._wait(waited=19)
        self.assertFalse(self._distribute())
        self._wait("1.2", waited=20)
        self.assertEqual(self._distribute("1.2"), {"1.2": "1001"})

    def test_nobody_is_kept_for_who_does_not_suit(self):
        self._talk_before()
        self._need(self.repair, 3)
        self._teach(self.agent, repair=3)
        self._teach(self.other_agent, repair=2)
        self._ready(self.agent, self.other_agent)
        self.queue.sticky_seconds = 20
        self._wait()
        self.assertEqual(self._distribute(), {"1.1": "1001"})

    def test_nobody_comes_to_who_dials(self):
        self._dial_at_any_hour()
        self._ready()
        self._as(self.agent_user).dial("13700137000", "click1")
        self._wait()
        self.assertFalse(self._distribute())
        self.env["cti.command"].search([], limit=1)._fail("no such number")
        self.assertEqual(self._distribute(), {"1.1": "1001"})

    def test_nobody_comes_to_whose_telephone_is_off_the_hook(self):
        self._ready()
        for place, called in enumerate(("trunk", "1002")):
            with self.subTest(called), self.env.cr.savepoint() as savepoint:
                linkedid = f"7.{place}"
                script = sim.Script(linkedid, self.now.timestamp() - 600)
                script.say("start", endpoint="1001", number="1001", called="x")
                script.say("start", f"{linkedid}-x", endpoint=called)
                self._ingest(script.facts)
                self._wait(f"1.{place}")
                self.assertFalse(self._distribute(f"1.{place}"))
                script.wait(600).say("hangup", f"{linkedid}-x", cause="17")
                script.say("hangup", cause="17")
                self._ingest(script.facts)
                self.assertTrue(self._distribute(f"1.{place}"))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nobody_is_kept_for_who_is_not_at_work(self):
        self._talk_before()
        self.other_agent.action_sign_out()
        self._ready()
        self.queue.sticky_seconds = 20
        self._wait()
        self.assertEqual(self._distribute(), {"1.1": "1001"})

    def test_a_good_customer_goes_first(self):
        self.env["crm.lifecycle"].search([]).unlink()
        self.env["crm.lifecycle"].create(
            {
                "partner_id": self.customer.commercial_partner_id.id,
                "stage": "long_standing",
                "reason": "years",
                "since": self.now.date(),
            }
        )
        self._ready()
        self._wait("1.1", waited=60, number="13900139000")
        self._wait("1.2")
        self.assertEqual(self._distribute("1.1", "1.2"), {"1.2": "1001"})
        self.assertIn("good customer", self._get_call("1.2").reason)

    def test_an_overdue_customer_can_go_first(self):
        self.env["crm.collection"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        ).overdue_amount = 5
        self.queue.overdue_points = 15
        self._ready()
        self._wait("1.1", waited=60, number="13900139000")
        self._wait("1.2")
        self.assertEqual(self._distribute("1.1", "1.2"), {"1.2": "1001"})
        call = self._get_call("1.2")
        self.assertIn("overdue", call.reason)
        self.assertFalse(
            call.with_user(self.agent_user).env["crm.collection"].has_access("read")
        )
        self.env.invalidate_all()
        self.assertNotIn("overdue", call.with_user(self.agent_user).reason)
        with self.assertRaises(AccessError):
            call.offer_ids.with_user(self.agent_user).read(["signs"])

    def test_who_called_before_goes_first(self):
        begin = (self.now - timedelta(days=1)).timestamp()
        self._ingest(sim.incoming("0.1", begin, NUMBER, queue="support"))
        self._ready()
        self._wait("1.1", waited=60, number="13900139000")
        self._wait("1.2")
        self.assertEqual(self._distribute("1.1", "1.2"), {"1.2": "1001"})
        self.assertIn("called before", self._get_call("1.2").reason)

    def test_who_waits_longer_goes_first(self):
        self._ready()
        self._wait("1.1", number="13900139000")
        self._wait("1.2", waited=1, number="13700137000")
        self.assertEqual(self._distribute("1.1", "1.2"), {"1.2": "1001"})

    def test_who_lets_it_ring_is_away(self):
        self._ready(self.agent, self.other_agent)
        call = self._wait()
        self.assertEqual(self._distribute(), {"1.1": "1001"})
        offers = self._distribute("1.1", returned=[("1.1", "NOANSWER")])
        self.assertEqual(offers, {"1.1": "1002"})
        self.assertEqual(self.agent.state, "away")
        self.assertEqual(call.offer_ids.mapped("state"), ["ringing", "missed"])

    def test_who_lets_it_ring_may_stay_ready(self):
        self.queue.no_answer = "ready"
        self._ready(self.agent, self.other_agent)
        self._wait()
        self.assertEqual(self._distribute(), {"1.1": "1001"})
        offers = self._distribute("1.1", returned=[("1.1", "NOANSWER")])
        self.assertEqual(offers, {"1.1": "1002"}, "others come first")
        self.assertEqual(self.agent.state, "ready")
        offers = self._distribute("1.1", returned=[("1.1", "NOANSWER")])
        self.assertEqual(offers, {"1.1": "1001"}, "then the first one again")

    def test_a_telephone_that_is_not_there(self):
        self.queue.no_answer = "ready"
        self._wait()
        for why in ("CHANUNAVAIL", "BUSY"):
            with self.subTest(why):
                self._ready()
                self.assertTrue(self._distribute())
                self.assertFalse(self._distribute("1.1", returned=[("1.1", why)]))
                self.assertEqual(self.agent.state, "away")

    def test_an_answer_settles_the_offer(self):
        self._ready()
        call = self._wait()
        self._distribute()
        leg = {"leg": "1.1-1001", "linkedid": "1.1", "time": self.now.timestamp() + 1}
        start = {"kind": "start", "key": "a", "endpoint": "1001", **leg}
        self._ingest([start])
        self.assertEqual(self.agent.state, "offered")
        self._ingest([{"kind": "answer", "key": "b", **leg}])
        self.assertEqual(call.offer_ids.state, "answered")
        self.assertEqual(self.agent.state, "talking")

    def test_late_facts_pass_over_nobody(self):
        self._ready(self.agent, self.other_agent)
        self._wait()
        self._distribute()
        self._distribute("1.1", returned=[("1.1", "BUSY")])
        leg = {"leg": "1.1-1001", "linkedid": "1.1", "time": self.now.timestamp() + 1}
        self._ingest([{"kind": "start", "key": "a", "endpoint": "1001", **leg}])
        self.assertEqual(self.other_agent.state, "offered")

    def test_a_caller_who_is_gone_frees_the_agent(self):
        self._ready()
        call = self._wait()
        self._distribute()
        gone = {"kind": "hangup", "key": "gone", "leg": "1.1", "linkedid": "1.1"}
        self._ingest([{**gone, "time": self.now.timestamp() + 2, "cause": "16"}])
        self.assertEqual(call.offer_ids.state, "withdrawn")
        self.assertEqual(self.agent.state, "ready")

    def test_an_offer_that_reached_nobody(self):
        self._ready()
        self._wait()
        (offer,) = self.pbx._distribute({"1.1": "support"})
        self.pbx._withdraw(offer["id"])
        self.assertEqual(self.agent.state, "ready")
        self.assertEqual(self._distribute(), {"1.1": "1001"})

    def test_an_offer_of_which_nobody_hears_again(self):
        self._ready()
        self._wait()
        self._distribute()
        self.pbx._withdraw_stale()
        self.assertEqual(self.agent.state, "offered")
        with freeze_time(self.now + timedelta(seconds=36)):
            self.pbx._withdraw_stale()
        self.assertEqual(self.agent.state, "ready")

    def test_the_exchange_keeps_its_queues(self):
        self.queue.distribution = "exchange"
        self._ready()
        self._wait()
        self.assertFalse(self._distribute())
        self.assertEqual(self.pbx._get_orders()["CRM_RING_support"], "")
        self.queue.distribution = "own"
        self.assertEqual(self.pbx._get_orders()["CRM_RING_support"], "15")

    def test_what_is_not_allowed(self):
        offers = self.env["cti.offer"].with_user(self.supervisor)
        with self.assertRaises(AccessError):
            offers.create({"agent_id": self.agent.id})
        with self.assertRaises(AccessError):
            self._as(self.agent_user, "cti.agent.skill").create(
                {"agent_id": self.agent.id, "skill_id": self.repair.id}
            )
        with self.assertRaises(ValidationError):
            self.env["cti.skill"].create({"name": "English", "lang": "en_US"})
        foreign = self.env["cti.skill"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        for record in (self.agent, self.queue):
            with self.subTest(record=record), self.assertRaises(UserError):
                record.skill_ids = [Command.create({"skill_id": foreign.id})]

    def test_a_colleague_does_not_see_the_call(self):
        self._ready()
        call = self._wait()
        self._distribute()
        self.assertFalse(call.with_user(self.other_agent_user).has_access("read"))


@tagged("post_install", "-at_install", "cap_c04")
class TestDistributionRules(DistributionCase):
    """The statement decides as a person with the rules would, whatever is given."""

    def setUp(self):
        super().setUp()
        users = [
            self._new_user(f"draw_{place}", "crm_cti.crm_cti_group_user")
            for place in range(4)
        ]
        self.agents = self.env["cti.agent"].create(
            [
                {"user_id": user.id, "pbx_id": self.pbx.id, "extension": f"20{place}0"}
                for place, user in enumerate(users)
            ]
        )
        self.sales = self.env["cti.queue"].create(
            {"name": "Sales", "code": "sales", "pbx_id": self.pbx.id}
            | {"distribution": "own", "base_points": 5}
        )
        self.customer.lang = "en_US"

    def test_drawn_situations(self):
        found = 0
        for seed in range(60):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                expected, decided = self._draw(random.Random(seed))
                self.assertEqual(decided, expected)
                found += bool(expected)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertGreater(found, 30)

    def _draw(self, rng):
        needs = self._draw_needs(rng)
        agents = self._draw_agents(rng)
        callers = [self._draw_caller(rng, place) for place in range(rng.randint(1, 5))]
        codes = {queue.id: queue.code for queue in self.queue | self.sales}
        numbers = {caller.call: f"9.{place}" for place, caller in enumerate(callers)}
        waiting = {numbers[c.call]: codes[c.queue] for c in callers}
        expected = oracle.decide(callers, agents, needs, {"en_US": self.chinese.id})
        offer = self.pbx._decide(waiting)
        return expected, offer and (offer.call_id.id, offer.agent_id.id) or None

    def _draw_needs(self, rng):
        needs = {}
        for queue in self.queue | self.sales:
            queue.sticky_seconds = rng.choice((0, 30, 300))
            queue.wait_points = rng.choice((0, 10, 60))
            for skill in rng.sample((self.chinese, self.repair), rng.randint(0, 2)):
                level = rng.randint(1, 5)
                relax, lowest = rng.choice((0, 10, 60)), rng.randint(0, level)
                queue.skill_ids = [
                    Command.create(
                        {"skill_id": skill.id, "level": level}
                        | {"relax_seconds": relax, "lowest": lowest}
                    )
                ]
                needs.setdefault(queue.id, []).append((skill.id, level, relax, lowest))
        return needs

    def _draw_agents(self, rng):
        agents = []
        for record in self.agents:
            state = rng.choice(("ready", "ready", "ready", "talking", "away"))
            since = self.now - timedelta(seconds=rng.randint(0, 3) * 60)
            self.env.cr.execute(
                "UPDATE cti_agent SET state = %s, since = %s WHERE id = %s",
                [state, since, record.id],
            )
            queues = rng.sample((self.queue, self.sales), rng.randint(1, 2))
            ranks = {queue.id: rng.randint(0, 1) for queue in queues}
            self.env["cti.queue.member"].create(
                [
                    {"queue_id": queue, "agent_id": record.id, "penalty": rank}
                    for queue, rank in ranks.items()
                ]
            )
            skills = rng.sample((self.chinese.id, self.repair.id), rng.randint(0, 2))
            levels = {skill: rng.randint(1, 5) for skill in skills}
            record.skill_ids = [
                Command.create({"skill_id": skill, "level": level})
                for skill, level in levels.items()
            ]
            agents.append(
                oracle.Agent(record.id, state, since.timestamp(), ranks, levels)
            )
        self.agents.invalidate_recordset()
        for place, agent in enumerate(agents):
            agent.dials = rng.random() < 0.2
            if agent.dials:
                self._dial_out(self.agents[place], f"7.{place}")
        return agents

    def _draw_caller(self, rng, place):
        queue = rng.choice((self.queue, self.sales))
        known = rng.random() < 0.3 and not self.env["cti.call"].search_count(
            [("partner_id", "=", self.customer.id), ("state", "=", "queued")]
        )
        number = NUMBER if known else f"1390013900{place}"
        last = rng.choice((None, *self.agents))
        repeat = 0
        if last:
            begin = (self.now - timedelta(days=rng.choice((1, 9)))).timestamp()
            facts = sim.incoming(f"8.{place}", begin, number, last.extension, talk=5)
            self._ingest(facts)
            recent = self._get_call(f"8.{place}").created > self.now - timedelta(days=2)
            repeat = queue.repeat_points if recent else 0
        waited = rng.choice((0, 5, 29, 60, 61, 299))
        call = self._wait(f"9.{place}", waited, number, queue.code)
        missed = rng.choice(([], [], [rng.choice(self.agents)]))
        self.env["cti.offer"].create(
            [
                {"call_id": call.id, "agent_id": agent.id, "queue_id": queue.id}
                | {"company_id": self.company.id, "state": "missed", "made": self.now}
                for agent in missed
            ]
        )
        return oracle.Caller(
            call.id,
            queue.id,
            call.queued.timestamp(),
            waited,
            queue.base_points + repeat,
            queue.wait_points,
            queue.sticky_seconds,
            lang="en_US" if known else None,
            last=last and last.id,
            missed=[agent.id for agent in missed],
        )


@tagged("post_install", "-at_install", "cap_c02")
class TestCost(DeskCase):
    """What one call costs, from the first ring to the next caller."""

    #: Queries of the parts of a call, each in a transaction of its own.
    MOST = {"come": 7, "ring": 17, "answer": 17, "end": 18, "wrap": 13}

    def test_queries_of_a_call(self):
        self._ready()
        self._live("1.0")
        for part, count in self._live("1.1").items():
            with self.subTest(part=part):
                self.assertLessEqual(count, self.MOST[part])

    def _live(self, linkedid):
        """Give ``{part: queries}`` of a call that is answered and wrapped up."""
        begin, extension = BEGAN, "1001"
        facts = sim.incoming(
            linkedid, begin, NUMBER, extension, queue="support", talk=5
        )
        parts = {
            "come": lambda: self._ingest(facts[:3]),
            "ring": lambda: self._ingest(facts[3:4]),
            "answer": lambda: self._ingest(facts[4:5]),
            "end": lambda: self._ingest(facts[5:]),
            "wrap": lambda: self.agent._resume(),
        }
        counts = {}
        for part, act in parts.items():
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            act()
            self.env.cr.flush()
            counts[part] = self.env.cr.sql_log_count - before
        self.assertEqual(self._get_call(linkedid).state, "done")
        return counts
