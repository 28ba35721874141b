import random
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..models.service_sla_clock import to_seconds
from ..tools.ticket import may_move
from .test_sla import SlaCase, at

# takes 30 seconds
HISTORIES = 60
DAYS = 4
BEGUN = at(0, 0)
#: Promised minutes of the two policies.
USUAL = {"first_response": 240, "next_response": 120, "update": 480, "resolution": 960}
URGENT = {"first_response": 60, "resolution": 240}
MOVES = {
    "open": "action_open",
    "waiting_customer": "action_wait_customer",
    "waiting_internal": "action_wait_internal",
    "resolved": "action_resolve",
    "closed": "action_close",
    "cancelled": "action_cancel",
}
ACTIVE = {"new", "open", "waiting_customer", "waiting_internal"}


class Minutes:
    """A ticket that is looked at every minute, without any arithmetic of time."""

    def __init__(self):
        self.state, self.targets = "new", USUAL
        self.clocks = []
        for metric in ("first_response", "update", "resolution"):
            self._start(metric)

    def _start(self, metric):
        if metric in self.targets and not self._open(metric):
            cycle = 1 + sum(clock["metric"] == metric for clock in self.clocks)
            self.clocks.append(
                {
                    "metric": metric,
                    "cycle": cycle,
                    "target": self.targets[metric],
                    "used": 0,
                    "stops": False,
                    "end": None,
                }
            )

    def _open(self, metric=None):
        return [
            clock
            for clock in self.clocks
            if clock["end"] is None and metric in (None, clock["metric"])
        ]

    def pass_minute(self, minute):
        moment = BEGUN + timedelta(minutes=minute)
        if moment.weekday() < 5 and moment.hour in (8, 9, 10, 11, 13, 14, 15, 16):
            for clock in self._open():
                clock["used"] += not clock["stops"]

    def _end(self, metrics, dropped=False):
        for clock in self._open():
            if clock["metric"] in metrics:
                broken = clock["used"] > clock["target"]
                kept = "dropped" if dropped else "met"
                clock["end"] = "breached" if broken else kept

    def answer(self):
        had_news = any(clock["metric"] == "update" for clock in self.clocks)
        self._end(("first_response", "next_response", "update"))
        if self.state in ACTIVE and had_news:
            self._start("update")
            if self.state == "waiting_customer":
                self._stop(True)

    def ask(self):
        if self.state not in ("new", "open", "cancelled"):
            self.move("open")
        if self.state in ACTIVE and not self._open("first_response"):
            self._start("next_response")

    def _stop(self, stops):
        for clock in self._open():
            clock["stops"] = stops

    def move(self, state):
        before, self.state = self.state, state
        if state in ("resolved", "closed"):
            self._end(USUAL)
        elif state == "cancelled":
            self._end(USUAL, dropped=True)
        elif before not in ACTIVE:
            self._start("update")
            self._start("resolution")
        else:
            self._stop(state == "waiting_customer")

    def hurry(self):
        if self.targets is URGENT:
            return
        self.targets = URGENT
        if self.state not in ACTIVE:
            return
        for clock in self._open():
            if clock["metric"] in URGENT:
                clock["target"] = URGENT[clock["metric"]]
            else:
                self._end((clock["metric"],), dropped=True)

    def tell(self):
        return {
            (clock["metric"], clock["cycle"]): (
                clock["end"] or ("paused" if clock["stops"] else "running"),
                clock["used"],
                clock["target"],
            )
            for clock in self.clocks
        }


@tagged("post_install", "-at_install", "cap_v02")
class TestSlaHistories(SlaCase):
    """Whatever happens to a ticket, its clocks equal those of an onlooker."""

    def test_histories(self):
        for seed in range(HISTORIES):
            with self.subTest(seed=seed):
                self._play(random.Random(f"history {seed}"))

    def _play(self, rng):
        now = rng.randrange(7 * 60, 17 * 60)
        with freeze_time(BEGUN + timedelta(minutes=now)):
            ticket = self._asked()
        onlooker = Minutes()
        for minute in sorted(rng.sample(range(now + 1, DAYS * 24 * 60), 9)):
            for passing in range(now, minute):
                onlooker.pass_minute(passing)
            now = minute
            with freeze_time(BEGUN + timedelta(minutes=now)):
                self._happen(rng, ticket, onlooker)
                self._compare(ticket, onlooker)

    def _happen(self, rng, ticket, onlooker):
        event = rng.choices(("move", "answer", "ask", "hurry"), (6, 3, 3, 1))[0]
        if event == "answer":
            self._answer(ticket)
            onlooker.answer()
        elif event == "ask":
            self._ask(ticket)
            onlooker.ask()
        elif event == "hurry":
            ticket.priority = "3"
            onlooker.hurry()
        else:
            ways = [state for state in MOVES if may_move(onlooker.state, state)]
            weights = [1 if way == "cancelled" else 5 for way in ways]
            if ways:
                (state,) = rng.choices(ways, weights)
                getattr(ticket, MOVES[state])()
                onlooker.move(state)

    def _compare(self, ticket, onlooker):
        self.assertEqual(ticket.state, onlooker.state)
        now, told = to_seconds(fields.Datetime.now()), {}
        for clock in ticket.sla_clock_ids.sudo():
            promise = clock._to_promise()
            used = promise.clock.used(now, clock.hours_id._get_time())
            told[clock.metric, clock.cycle] = (
                clock.state,
                used / 60,
                clock.target / 60,
            )
        self.assertEqual(told, onlooker.tell())
