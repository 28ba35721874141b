from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.crm_cti.tools import dial, hours, sim

from .desk_common import DeskCase
from .exchange_common import NUMBER

E164 = f"+86{NUMBER}"
NOON = datetime(2026, 3, 2, 12)


@tagged("post_install", "-at_install", "cap_c03")
class TestDial(DeskCase):
    """A click dials once, and only what may be dialled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._ready()
        cls.rule = cls.env["cti.dial.rule"].create(
            {
                "pbx_id": cls.pbx.id,
                "country_ids": [(6, 0, cls.env.ref("base.cn").ids)],
                "denied_prefixes": "+86139",
                "tz": "Asia/Shanghai",
                "agent_cap": 3,
                "company_cap": 4,
            }
        )

    def setUp(self):
        super().setUp()
        self._set_clock(NOON)

    def _set_clock(self, moment):
        clock = freeze_time(moment - timedelta(hours=8))  # Shanghai's clock in UTC
        clock.start()
        self.addCleanup(clock.stop)

    def _dial(self, number, key="k1", user=None):
        return self._as(user or self.agent_user).dial(number, key)

    def _count_commands(self):
        return self.env["cti.command"].search_count([("kind", "=", "originate")])

    def _get_refusal(self, number, key):
        self._dial(number, key)
        line = self.env["cti.dial.log"].search([("key", "=", key)])
        return line.refusal

    def test_dialling(self):
        self.assertEqual(self._dial(NUMBER), {"number": E164, "refusal": False})
        command = self.env["cti.command"].search([("kind", "=", "originate")])
        self.assertEqual(command.values, {"number": E164})
        self.assertEqual(command.agent_id, self.agent)
        call = self._get_call(command.linkedid)
        self.assertEqual((call.direction, call.partner_id), ("out", self.customer))

    def test_a_double_click_dials_once(self):
        self._dial(NUMBER)
        self._dial(NUMBER)
        self.assertEqual(self._count_commands(), 1)
        self.assertEqual(self.rule.day_calls, 1)
        self._dial(NUMBER, "k2")
        self.assertEqual(self._count_commands(), 2)

    def test_what_is_refused(self):
        for place, (number, refusal) in enumerate(
            (
                ("+1 212 555 0123", "country"),
                ("+870 773 111632", "country"),
                ("+44 871 123 4567", "country"),
                ("139 0013 9000", "premium"),
                ("+86 95013 123", "bad"),
                ("1380013800", "bad"),
                (f"{NUMBER}\r\nChannel: x", "bad"),
                (f"{NUMBER}\n", "bad"),
                (f"{NUMBER},,,1234", "bad"),
                ("*72" + NUMBER, "bad"),
                ("#31#" + NUMBER, "bad"),
                ("１３８００１３８０００", "bad"),
                ("", "bad"),
                (None, "bad"),
                ([NUMBER], "bad"),
                ("1" * 500, "bad"),
            )
        ):
            with self.subTest(number=number):
                self.assertEqual(self._get_refusal(number, f"r{place}"), refusal)
        self.assertFalse(self._count_commands())
        self.assertFalse(self.rule.day_calls)

    def test_refusals_are_told(self):
        answer = self._dial("+1 212 555 0123")
        self.assertIn("+12125550123", answer["refusal"])

    def test_night(self):
        self._set_clock(datetime(2026, 3, 2, 21, 0))
        self.assertEqual(self._get_refusal(NUMBER, "late"), "night")
        self.assertFalse(self._get_refusal("110", "help"))
        self._set_clock(datetime(2026, 3, 2, 20, 59))
        self.assertFalse(self._get_refusal(NUMBER, "day"))

    def test_caps(self):
        for place in range(3):
            self.assertFalse(self._get_refusal(NUMBER, f"a{place}"))
        self.assertEqual(self._get_refusal(NUMBER, "a3"), "agent_cap")
        self.assertFalse(self._get_refusal("120", "help"))
        self._ready(self.other_agent)
        other = self.other_agent_user
        self.assertFalse(self._dial(NUMBER, "b0", other)["refusal"])
        self.assertTrue(self._dial(NUMBER, "b1", other)["refusal"])
        self._set_clock(datetime(2026, 3, 3, 12))
        self.assertFalse(self._get_refusal(NUMBER, "next"))
        self.assertEqual(self.rule.day_calls, 1)

    def test_without_a_rule_only_the_own_country(self):
        self.rule.unlink()
        self.company.partner_id.tz = "Asia/Shanghai"
        self.assertFalse(self._get_refusal(NUMBER, "own"))
        self.assertEqual(self._get_refusal("+1 212 555 0123", "abroad"), "country")
        self.assertTrue(
            self.env["cti.dial.rule"].search([("pbx_id", "=", self.pbx.id)])
        )

    def test_when_one_cannot_call(self):
        self._as(self.agent_user).set_state("offline")
        with self.assertRaises(UserError):
            self._dial(NUMBER)
        self._ready()
        self._ring()
        with self.assertRaises(UserError):
            self._dial(NUMBER)
        for user in (self.supervisor, self.demoted):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._dial(NUMBER, "k9", user)

    def test_bad_keys(self):
        for key in ("", "a b", "x" * 41, None, 5, "a\n", "é"):
            with self.subTest(key=key), self.assertRaises(UserError):
                self._dial(NUMBER, key)

    def test_a_key_belongs_to_its_agent(self):
        self._dial(NUMBER)
        self._ready(self.other_agent)
        self._dial("13800138001", "k1", self.other_agent_user)
        self.assertEqual(self._count_commands(), 2)

    def test_hanging_up(self):
        with self.assertRaises(UserError):
            self._as(self.agent_user).hang_up()
        call = self._ring()
        self._answer()
        self._as(self.agent_user).hang_up()
        self._as(self.agent_user).hang_up()
        command = self.env["cti.command"].search([("kind", "=", "hangup")])
        self.assertEqual(command.values, {"linkedid": call.linkedid})

    def test_bad_rules(self):
        for values in (
            {"denied_prefixes": "0900"},
            {"denied_prefixes": "+86,x"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.rule.write(values)

    def test_the_exchange_keeps_the_countries_and_prefixes(self):
        orders = self.pbx._get_orders()
        self.assertEqual(orders["CRM_DIAL_CODES"], "86")
        self.assertEqual(orders["CRM_DIAL_DENIED"], "86139")
        self.rule.write(
            {
                "denied_prefixes": False,
                "country_ids": [(4, self.env.ref("base.de").id)],
            }
        )
        orders = self.pbx._get_orders()
        self.assertEqual(orders["CRM_DIAL_CODES"], "49|86")
        self.assertEqual(orders["CRM_DIAL_DENIED"], "none")
        self.rule.denied_prefixes = ",".join(f"+86139{n}" for n in range(10, 70))
        with self.assertRaises(ValidationError):
            self.rule.denied_prefixes += ",+4412"
        for text in self.pbx._get_orders().values():
            self.assertLess(len(text), 1000)

    def test_the_exchange_keeps_the_hours(self):
        for begin, end in ((8, 21), (0, 24), (20, 4), (7, 7), (22.5, 24)):
            self.rule.write({"hour_from": begin, "hour_to": end})
            text = self.pbx._get_orders()["CRM_DIAL_HOURS"]
            limits = self.rule._get_limits()
            for half in range(2 * 24 * 13):
                moment = NOON - timedelta(hours=12) + timedelta(minutes=30 * half)
                with self.subTest(begin=begin, end=end, moment=moment):
                    self.assertEqual(
                        hours.is_open(text, (moment - timedelta(hours=8)).timestamp()),
                        dial.is_open(limits, moment.hour + moment.minute / 60),
                    )

    def _bar(self, linkedid):
        """Give the facts of a call that the exchange refused twice."""
        script = sim.Script(linkedid, NOON.timestamp())
        script.say("start", endpoint="1001", number="1001", called="+19005551234")
        script.say("barred", number="+19005551234", why="country")
        script.say("barred", number="+4487", why="drop table")
        script.say("hangup", cause="21")
        script.say("end")
        return script.facts

    def _get_refused(self):
        lines = self.env["cti.dial.log"].search([("agent_id", "=", self.agent.id)])
        return sorted((line.number, line.refusal) for line in lines)

    def test_what_the_exchange_refused(self):
        refused = [("+19005551234", "country"), ("+4487", "bad")]
        *facts, end = self._bar("7.1")
        self._ingest(facts)
        self.assertEqual(self._get_refused(), refused)
        self._ingest([end])
        self.assertEqual(self._get_refused(), refused, "told again")
        call = self._get_call("7.1")
        self.assertEqual((call.direction, call.state), ("out", "failed"))
        for fact in self._bar("7.2")[::-1]:
            self._ingest([fact])
        self.assertEqual(self._get_refused(), sorted(2 * refused))
        self._dial(NUMBER)
        self.assertEqual(self._count_commands(), 1, "refusals fill no cap")

    def test_a_caller_is_not_sent_to_a_forbidden_number(self):
        script = sim.Script("8.1", NOON.timestamp())
        script.say("start", endpoint="trunk", number=NUMBER, called="4001")
        script.say("start", "8.2", endpoint="1001")
        script.say("answer", "8.2")
        script.wait(9).say("barred", number="+19005551234", why="country")
        script.say("hangup", "8.2", cause="16")
        script.say("hangup", cause="21")
        self._ingest(script.facts)
        call = self._get_call("8.1")
        self.assertEqual((call.direction, call.number), ("in", E164))
        self.assertEqual(call.agent_id, self.agent)
        self.assertEqual(self._get_refused(), [("+19005551234", "country")])

    def test_agents_see_no_rules_and_nobody_rewrites_the_log(self):
        self._dial(NUMBER)
        line = self.env["cti.dial.log"].search([], limit=1)
        for model in ("cti.dial.rule", "cti.dial.log"):
            with self.subTest(model), self.assertRaises(AccessError):
                self._as(self.agent_user, model).search([])
        log = line.with_user(self.supervisor)
        self.assertEqual(log.number, E164)
        with self.assertRaises(AccessError):
            log.write({"number": "x"})
        with self.assertRaises(AccessError):
            line.write({"number": "x"})
        with self.assertRaises(AccessError):
            line.unlink()

    def test_from_a_task_once_more(self):
        task = self._call_in("9.1", extension="1001", talk=None, queue=None).task_id
        mine = task.with_user(self.agent_user)
        for seconds, count in ((0, 1), (1, 1), (30, 2)):
            self._set_clock(NOON + timedelta(seconds=seconds))
            mine.action_call()
            self.assertEqual(self._count_commands(), count)

    def test_from_a_task(self):
        task = self._call_in("9.1", extension="1001", talk=None, queue=None).task_id
        action = task.with_user(self.agent_user).action_call()
        self.assertEqual(action["params"]["type"], "info")
        self.assertEqual(self._count_commands(), 1)
        self._set_clock(datetime(2026, 3, 2, 23))
        action = task.with_user(self.agent_user).action_call()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertEqual(self._count_commands(), 1)


@tagged("post_install", "-at_install", "cap_c12")
class TestPhoneAccount(DeskCase):
    """The password of a telephone is its user's alone, and new each time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pbx.phone_url = "ws://127.0.0.1:8088/ws"

    def test_only_the_own_one(self):
        mine = self._as(self.agent_user).get_phone()
        theirs = self._as(self.other_agent_user).get_phone()
        self.assertEqual((mine["user"], theirs["user"]), ("1001", "1002"))
        self.assertEqual(mine["uri"], "sip:1001@127.0.0.1")
        self.assertNotEqual(mine["password"], theirs["password"])
        for user in (self.supervisor, self.demoted):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._as(user).get_phone()

    def test_it_changes_each_time(self):
        first = self._as(self.agent_user).get_phone()
        second = self._as(self.agent_user).get_phone()
        self.assertNotEqual(first["password"], second["password"])
        commands = self.env["cti.command"].search(
            [("kind", "=", "password")], order="id"
        )
        self.assertEqual(
            [command.values for command in commands], [{"change": 1}, {"change": 2}]
        )
        self.assertEqual(self.pbx._get_phone_password("1001", 2), second["password"])

    def _get_passwords(self):
        commands = self.env["cti.command"].search(
            [("kind", "=", "password")], order="id"
        )
        return [command.values for command in commands]

    def test_who_leaves_has_none(self):
        known = self._as(self.agent_user).get_phone()["password"]
        self.assertEqual(self.pbx._get_phone_passwords(), {"1001": known})
        self.agent_user.action_archive()
        revoked = {"change": 2, "extension": "1001"}
        self.assertEqual(self._get_passwords(), [{"change": 1}, revoked])
        self.assertNotIn(known, self.pbx._get_phone_passwords().values())
        self.assertNotIn(
            self.pbx._get_phone_password("1001", 2),
            self.pbx._get_phone_passwords().values(),
        )

    def test_whose_telephone_it_is_no_more(self):
        new = self._new_user("cti_new", "crm_cti.crm_cti_group_user")
        steps = (
            lambda: self.agent.write({"user_id": new.id}),
            lambda: self.agent.write({"extension": "1009"}),
            lambda: self.agent.action_archive(),
        )
        for place, step in enumerate(steps):
            with self.subTest(place), self.env.cr.savepoint() as savepoint:
                self._as(self.agent_user).get_phone()
                step()
                self.assertEqual(
                    self._get_passwords()[1:], [{"change": 2, "extension": "1001"}]
                )
                savepoint.rollback()
                self.env.invalidate_all()
        self._as(self.agent_user).get_phone()
        self.agent.write({"user_id": self.agent_user.id, "extension": "1001"})
        self.assertEqual(len(self._get_passwords()), 1, "nothing changed")
        self.agent_user.group_ids -= self.env.ref("crm_cti.crm_cti_group_user")
        self.assertEqual(len(self._get_passwords()), 2)

    def test_who_had_a_telephone_is_archived(self):
        self._as(self.agent_user).get_phone()
        with self.assertRaisesRegex(UserError, "1001"):
            self.agent.unlink()
        self.other_agent.unlink()
        self.assertFalse(self.other_agent.exists())

    def test_an_old_password_never_comes_again(self):
        known = self._as(self.agent_user).get_phone()["password"]
        self.agent.extension = "1009"
        self.other_agent.extension = "1001"
        theirs = self._as(self.other_agent_user).get_phone()
        self.assertEqual(theirs["user"], "1001")
        self.assertNotEqual(theirs["password"], known)

    def test_a_password_waits_for_the_exchange(self):
        self.pbx.provider = "asterisk"
        self._as(self.agent_user).get_phone()
        self.agent.extension = "1009"
        self.env.cr.execute("UPDATE cti_command SET create_date = '2026-01-01'")
        self.env.invalidate_all()
        taken = self.pbx._take_commands()
        self.assertEqual(
            [(one["extension"], one["values"]["change"]) for one in taken],
            [("1009", 1), ("1001", 2)],
        )

    def test_it_is_nowhere_in_the_database(self):
        password = self._as(self.agent_user).get_phone()["password"]
        self.env.flush_all()
        for table in ("cti_agent", "cti_command", "cti_pbx", "ir_config_parameter"):
            self.env.cr.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            self.assertNotIn(password, self.env.cr.fetchone()[0])
        desk = self._as(self.agent_user).get_desk()
        self.assertNotIn(password, repr(desk))
        with self.assertRaises(AccessError):
            self.agent.with_user(self.agent_user).read(["phone_change"])

    def test_nobody_turns_it_back(self):
        for user in (self.agent_user, self.supervisor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.agent.with_user(user).write({"phone_change": 0})
        with self.assertRaises(AccessError):
            self.agent.phone_change = 0

    def test_addresses(self):
        self.pbx.phone_url = "wss://pbx.example.com/ws"
        for url in (
            "ws://pbx.example.com/ws",
            "http://pbx.example.com",
            "javascript:alert(1)",
            "wss://",
            "wss://[",
            "x",
        ):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.pbx.phone_url = url
        self.pbx.phone_url = False
        with self.assertRaises(UserError):
            self._as(self.agent_user).get_phone()
