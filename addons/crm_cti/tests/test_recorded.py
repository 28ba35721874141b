import random
from collections import defaultdict
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_cti.tools import ami, cel, facts

#: What a real exchange said of the same calls, on its manager interface and in its log.
DATA = Path(__file__).parent / "data"
#: Seconds by which the two may differ.
APART = 0.1


@tagged("post_install", "-at_install", "cap_c01")
class TestRecorded(BaseCase):
    """Real logs: whatever comes late, twice, cut or not at all, calls are the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.said = (DATA / "ami.log").read_bytes()
        cls.live = cls._group(map(ami.to_fact, cls._decode([cls.said])))
        rows = cel.read_file((DATA / "cel.csv").read_text())
        cls.logged = cls._group(map(cel.to_fact, rows))

    @classmethod
    def _decode(cls, parts):
        decoder = ami.Decoder()
        return [message for part in parts for message in decoder.feed(part)]

    @classmethod
    def _group(cls, said):
        calls = defaultdict(list)
        for fact in filter(None, said):
            fact = facts.clean(fact)
            calls[fact["linkedid"]].append(fact)
        return calls

    def test_there_is_something_to_see(self):
        self.assertEqual(set(self.live), set(self.logged))
        calls = [facts.summarise(said) for said in self.live.values()]
        self.assertGreaterEqual(len(calls), 10)
        self.assertEqual({call.direction for call in calls}, {"in", "out"})
        self.assertTrue(all(call.ended for call in calls))

    def test_both_sources_say_the_same(self):
        for linkedid, said in self.live.items():
            live = facts.summarise(said)
            logged = facts.summarise(self.logged[linkedid])
            with self.subTest(call=linkedid):
                for name in ("state", "direction", "number", "queue", "endpoint"):
                    self.assertEqual(getattr(live, name), getattr(logged, name), name)
                for name in ("created", "queued", "offered", "answered", "ended"):
                    one, other = getattr(live, name), getattr(logged, name)
                    self.assertAlmostEqual(one or 0, other or 0, delta=APART)

    def test_order_and_copies_do_not_matter(self):
        rng = random.Random(19)
        for linkedid, said in self.live.items():
            both = said + self.logged[linkedid]
            expected = facts.summarise(both)
            for _time in range(50):
                rng.shuffle(both)
                self.assertEqual(facts.summarise(both), expected)

    def test_half_of_each_source_is_enough_for_the_end(self):
        for linkedid, said in self.live.items():
            logged = self.logged[linkedid]
            expected = facts.summarise(said + logged)
            for half in (said + logged[-1:], said[:1] + logged):
                self.assertEqual(facts.summarise(half).state, expected.state)

    def test_bytes_may_be_cut_anywhere(self):
        rng = random.Random(7)
        whole = self._decode([self.said])
        for _time in range(20):
            places = sorted(rng.randrange(len(self.said)) for _cut in range(40))
            edges = [0, *places, len(self.said)]
            parts = [
                self.said[start:stop]
                for start, stop in zip(edges, edges[1:], strict=False)
            ]
            self.assertEqual(self._decode(parts), whole)

    def test_broken_lines_break_nothing(self):
        rng = random.Random(11)
        for _time in range(50):
            broken = bytearray(self.said)
            for _change in range(200):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            for event in self._decode([bytes(broken)]):
                fact = ami.to_fact(event)
                try:
                    facts.clean(fact)
                except facts.Refused:
                    continue

    def test_a_line_without_an_end_is_refused(self):
        with self.assertRaises(ami.ProtocolError):
            self._decode([b"Event: " + b"x" * ami.LONGEST])
        with self.assertRaises(ami.ProtocolError):
            self._decode([b"Greeting\r\n", b"Name: value\r\n" * 40_000])

    def test_line_ends_do_not_leave(self):
        for value in ("1\r\nAction: Command", "1\n", "1\r", "1\x00", "1\u2028"):
            with self.subTest(value=value), self.assertRaises(ami.ProtocolError):
                ami.encode({"Action": "Originate", "Exten": value})
        with self.assertRaises(ami.ProtocolError):
            ami.encode({"Exten: 1\r\nAction": "Command"})
