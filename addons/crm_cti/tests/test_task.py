from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_cti.tools import sim

from .desk_common import DeskCase
from .exchange_common import BEGAN, NUMBER


@tagged("post_install", "-at_install", "cap_c10")
class TestTask(DeskCase):
    """Whoever called in vain is somebody's task until talked to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._dial_at_any_hour()

    def _lose(self, linkedid="1.1", **options):
        """Let somebody call in vain."""
        options = {"extension": None, "talk": None, "wait": 30, **options}
        return self._call_in(linkedid, **options)

    def _get_tasks(self):
        return self.env["cti.task"].search([("company_id", "=", self.company.id)])

    def test_abandoned(self):
        call = self._lose()
        task = call.task_id
        self.assertRecordValues(
            task,
            [
                {
                    "kind": "abandoned",
                    "state": "open",
                    "partner_id": self.customer.id,
                    "number": f"+86{NUMBER}",
                    "queue_id": self.queue.id,
                    "date_due": call.ended + timedelta(minutes=60),
                }
            ],
        )
        self.assertIn(task.user_id, self.agent_user | self.other_agent_user)

    def test_missed_is_whose_telephone_rang(self):
        task = self._lose(extension="1002", queue=None).task_id
        self.assertEqual((task.kind, task.user_id), ("missed", self.other_agent_user))

    def test_one_task_a_caller(self):
        first = self._lose("1.1").task_id
        second = self._lose("2.1", at=BEGAN + 600).task_id
        self.assertEqual(first, second)
        self.assertEqual((first.call_count, len(first.call_ids)), (2, 2))

    def test_work_is_spread(self):
        for place in range(4):
            self._lose(f"{place}.1", number=f"1390013900{place}")
        self.assertEqual(
            sorted(task.user_id.login for task in self._get_tasks()),
            ["cti_agent", "cti_agent", "cti_agent_2", "cti_agent_2"],
        )

    def test_a_talk_closes_it(self):
        for place, talk in enumerate(("in", "out")):
            with self.subTest(talk):
                task = self._lose(f"{talk}.1", at=BEGAN + 7200 * place).task_id
                if talk == "in":
                    answer = self._call_in("in.2", at=BEGAN + 3600)
                else:
                    self._ready()
                    self._as(self.agent_user).dial(NUMBER, "click1")
                    answer = self._dial_through()
                self.assertEqual((task.state, task.answer_id), ("done", answer))

    def test_facts_that_come_late(self):
        self._call_in("2.1", at=BEGAN + 3600)
        task = self._lose("1.1").task_id
        self.assertEqual(task.state, "done")
        later = self._lose("3.1", at=BEGAN + 9000).task_id
        self._call_in("2.2", at=BEGAN + 7200)
        self.assertEqual(later.state, "open")

    def _dial_through(self):
        """Let the person outside answer what was dialled last."""
        command = self.env["cti.command"].search([("kind", "=", "originate")], limit=1)
        linkedid = command.linkedid
        self._say(linkedid, "start", linkedid, 9000, endpoint="1001", called=NUMBER)
        self._say(linkedid, "start", "out", 9001, endpoint="trunk")
        self._say(linkedid, "answer", "out", 9005)
        self._say(linkedid, "hangup", "out", 9050, cause="16")
        self._say(linkedid, "hangup", linkedid, 9050, cause="16")
        return self._get_call(linkedid)

    def test_no_task_without_a_caller(self):
        self._lose("1.1", number="")
        self._call_in("2.1")
        self._ready()
        self._as(self.agent_user).dial(NUMBER, "click1")
        self.assertFalse(self._get_tasks())

    def test_there_always_is_an_owner(self):
        self.env["cti.queue.member"].search([]).unlink()
        task = self._lose("1.1").task_id
        self.assertIn(task.user_id, self.agent_user | self.other_agent_user)
        (self.agent | self.other_agent).action_archive()
        task = self._lose("2.1", number="13900139002").task_id
        self.assertTrue(task.user_id.has_group("crm_cti.crm_cti_group_manager"))

    def test_who_leaves_passes_them_on(self):
        task = self._lose(extension="1002", queue=None).task_id
        self.assertEqual(task.user_id, self.other_agent_user)
        self.other_agent_user.action_archive()
        self.assertNotEqual(task.user_id, self.other_agent_user)
        task.with_user(self.supervisor).user_id = self.agent_user
        self.agent_user.group_ids -= self.env.ref("crm_cti.crm_cti_group_user")
        self.assertNotEqual(task.user_id, self.agent_user)

    def test_the_nightly_rescue(self):
        task = self._lose(extension="1002", queue=None).task_id
        self.env.cr.execute(
            "UPDATE res_users SET active = FALSE WHERE id = %s",
            [self.other_agent_user.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.env["cti.task"]._cron_rescue()
        self.assertNotEqual(task.user_id, self.other_agent_user)

    def test_the_last_resort_works_nowhere(self):
        company = self.other_company
        user = new_test_user(
            self.env,
            "cti_far",
            groups="base.group_user,crm_cti.crm_cti_group_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        pbx = self.env["cti.pbx"].create(
            {"name": "Far", "code": "far", "provider": "sim", "company_id": company.id}
        )
        self.env["cti.agent"].create(
            {"user_id": user.id, "pbx_id": pbx.id, "extension": "1001"}
        )
        facts = sim.incoming("1.1", BEGAN, NUMBER, "1001")
        pbx._ingest(pbx, facts)
        task = self.env["cti.task"].search([("pbx_id", "=", pbx.id)])
        self.assertEqual(task.user_id, user)
        admin = self.env.ref("base.user_admin")
        admin.write({"company_id": self.company.id})
        admin.company_ids -= company
        user.action_archive()
        self.assertEqual(task.user_id, admin)
        self.env["cti.task"]._cron_rescue()

    def test_steps(self):
        task = self._lose(extension="1001", queue=None).task_id
        mine = task.with_user(self.agent_user)
        mine.action_done()
        self.assertEqual((task.state, task.closed_by_id), ("done", self.agent_user))
        with self.assertRaises(UserError):
            mine.action_done()
        mine.action_reopen()
        self.assertEqual(task.state, "open")
        for reason in ("", " ", False, 5):
            with self.subTest(reason), self.assertRaises(UserError):
                mine.action_drop(reason)
        wizard = self.env["cti.task.drop"].with_user(self.agent_user)
        wizard = wizard.with_context(active_id=task.id)
        wizard.create({"reason": "He wrote a mail."}).action_drop()
        self.assertEqual((task.state, task.reason), ("dropped", "He wrote a mail."))

    def test_late(self):
        task = self._lose().task_id
        late = self.env["cti.task"].search([("is_late", "=", True)])
        self.assertIn(task, late)
        self.assertTrue(task.is_late)
        task.date_due = fields.Datetime.now() + timedelta(hours=1)
        self.env.invalidate_all()
        self.assertFalse(task.is_late)
        self.assertIn(task, self.env["cti.task"].search([("is_late", "=", False)]))

    def test_passing_it_on(self):
        task = self._lose(extension="1001", queue=None).task_id
        mine = task.with_user(self.agent_user)
        for user in (self.demoted, self.portal_user, self.foreign_manager):
            with self.subTest(user.login), self.assertRaises(UserError):
                mine.user_id = user.id
        for user_id in (False, 10**9):
            with self.subTest(user_id), self.assertRaises(UserError):
                mine.write({"user_id": user_id})
        mine.user_id = self.other_agent_user
        with self.assertRaises(AccessError):
            mine.action_done()

    def test_others(self):
        task = self._lose(extension="1001", queue=None).task_id
        theirs = task.with_user(self.other_agent_user)
        for method, args in (
            ("action_done", ()),
            ("action_drop", ("x",)),
            ("action_call", ()),
            ("write", ({"note": "x"},)),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(theirs, method)(*args)
        self.assertFalse(
            self.env["cti.task"].with_user(self.other_agent_user).search([])
        )

    def test_nothing_is_written_around_the_steps(self):
        task = self._lose(extension="1001", queue=None).task_id
        for user in (self.agent_user, self.supervisor):
            mine = task.with_user(user)
            for values in ({"state": "done"}, {"number": "1"}, {"answer_id": False}):
                with self.subTest(user=user.login, values=values):
                    with self.assertRaises(AccessError):
                        mine.write(values)
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"number": "1"})
        with self.assertRaises(AccessError):
            task.unlink()
