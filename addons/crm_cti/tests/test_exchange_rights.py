from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .exchange_common import ExchangeCase


@tagged("post_install", "-at_install", "cap_c01")
class TestExchangeRights(ExchangeCase):
    """Agents see their own calls, supervisors their teams', companies their own."""

    def _count(self, user, model="cti.call"):
        return self.env[model].with_user(user).search_count([])

    def test_own_calls(self):
        call = self._call_in("1.1")
        self.assertEqual(self._count(self.agent_user), 1)
        self.assertEqual(self._count(self.agent_user, "cti.leg"), 2)
        self.assertEqual(self._count(self.other_agent_user), 0)
        self.assertEqual(self._count(self.other_agent_user, "cti.leg"), 0)
        with self.assertRaises(AccessError):
            call.with_user(self.other_agent_user).read(["number"])

    def test_teams(self):
        self._call_in("1.1")
        self.assertEqual(self._count(self.supervisor), 1)
        self.queue.supervisor_ids = self.manager
        self.assertEqual(self._count(self.supervisor), 0)
        self.queue.supervisor_ids |= self.supervisor
        self.assertEqual(self._count(self.supervisor), 1)

    def test_other_companies_and_outsiders(self):
        self._call_in("1.1")
        foreign = new_test_user(
            self.env,
            "cti_foreign",
            "base.group_user,crm_cti.crm_cti_group_manager",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        for model in ("cti.pbx", "cti.queue", "cti.call", "cti.leg"):
            with self.subTest(model=model):
                self.assertEqual(self._count(foreign, model), 0)
        for user in (self.demoted, self.salesperson, self.portal_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._count(user)

    def test_nobody_writes_calls(self):
        call = self._call_in("1.1")
        for user in (self.agent_user, self.supervisor):
            for record in (call, call.leg_ids[0]):
                mine = record.with_user(user)
                with self.assertRaises(AccessError):
                    mine.write({"agent_id": self.other_agent.id})
                with self.assertRaises(AccessError):
                    mine.unlink()
            with self.assertRaises(AccessError):
                self.env["cti.event"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["cti.command"].with_user(user).create({"key": "x"})

    def test_signs_of_life_are_the_bridges(self):
        pbx = self.pbx.with_user(self.supervisor)
        pbx.name = "Head office"
        with self.assertRaises(AccessError):
            pbx.heartbeat = "2026-01-01"
        with self.assertRaises(AccessError):
            pbx.with_context(default_cel_offset=5).create(
                {"name": "Other", "code": "other"}
            )
        with self.assertRaises(AccessError):
            self.queue.with_user(self.agent_user).name = "Mine"

    def test_silence_is_shown(self):
        self.assertFalse(self.pbx.degraded)
        self.pbx.provider = "asterisk"
        self.assertTrue(self.pbx.degraded)
        self.pbx.heartbeat = self.env.cr.now()
        self.assertFalse(self.pbx.degraded)
