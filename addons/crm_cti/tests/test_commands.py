from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .exchange_common import NUMBER, ExchangeCase


@tagged("post_install", "-at_install", "cap_c03")
class TestCommands(ExchangeCase):
    """The exchange is asked once, by who may, for what it can do."""

    def _request(self, user, kind="originate", values=None, key="k1", agent=None):
        values = {"number": NUMBER} if values is None else values
        commands = self.env["cti.command"].with_user(user)
        agent = (agent or self.agent).with_user(user)
        return commands._request(kind, agent, values, key)

    def test_a_double_click_dials_once(self):
        first = self._request(self.agent_user)
        self.assertEqual(self._request(self.agent_user), first)
        self.assertEqual(first.linkedid, "odoo-k1")
        self.assertEqual(first.state, "done")
        call = self._get_call("odoo-k1")
        self.assertEqual(
            (call.direction, call.state, call.agent_id), ("out", "new", self.agent)
        )
        self.assertEqual(call.partner_id, self.customer)

    def test_the_exchange_refuses(self):
        self._request(self.agent_user)
        failed = {
            "kind": "failed",
            "key": "f",
            "linkedid": "odoo-k1",
            "time": self.env.cr.now().timestamp(),
            "cause": "Extension does not exist.",
        }
        self._ingest([failed])
        self.assertEqual(self._get_call("odoo-k1").state, "failed")

    def test_real_exchanges_are_told(self):
        self.pbx.provider = "asterisk"
        self.assertEqual(self._request(self.agent_user).state, "waiting")

    def test_what_cannot_be_dialled(self):
        for number in (
            "",
            "138\r\nAction: Command",
            "138 001",
            "abc",
            "1" * 33,
            "１３８００",
            "138@evil",
            None,
        ):
            with self.subTest(number=number), self.assertRaises(UserError):
                self._request(self.agent_user, values={"number": number})

    def test_other_bad_requests(self):
        with self.assertRaises(UserError):
            self._request(self.agent_user, key="a b\n")
        with self.assertRaises(UserError):
            self._request(self.agent_user, kind="command")

    def test_own_phone_only(self):
        with self.assertRaises(AccessError):
            self._request(self.other_agent_user)
        self.assertTrue(self._request(self.supervisor, key="k2"))
        self._request(self.agent_user, key="k3")
        with self.assertRaises(AccessError):
            self._request(self.other_agent_user, key="k3", agent=self.other_agent)

    def test_hang_up_own_calls_only(self):
        call = self._call_in("1.1", over=False)
        values = {"linkedid": call.linkedid}
        command = self._request(self.agent_user, "hangup", values)
        self.assertEqual(command.values, values)
        with self.assertRaises(UserError):
            self._request(
                self.other_agent_user, "hangup", values, "k2", agent=self.other_agent
            )
