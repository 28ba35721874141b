from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import _generate_routing_rules
from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_base.tests.matrix import SECRET, RightsMatrix
from odoo.addons.crm_base.tests.reads import ReadsOnly

from .message_common import MessageCase, speak
from .test_exchange_matrix import MODELS as EXCHANGE

ADDON = "crm_cti"
#: Who has a company of his own, and may make records there.
ELSEWHERE = ("foreign_agent", "foreign_head")


@tagged(
    *("post_install", "-at_install"),
    *("cap_c01", "cap_c02", "cap_c03", "cap_c04", "cap_c10"),
)
class TestMatrix(ReadsOnly, RightsMatrix, MessageCase, HttpCase):
    """Every model, method and route of the desk, tried by everybody who may not."""

    addon = ADDON

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_outsiders()
        cls.samples = {record._name: record for record in cls._make_samples()}
        cls.env.flush_all()

    @classmethod
    def _make_outsiders(cls):
        foreign = {
            "company_id": cls.other_company.id,
            "company_ids": [Command.set(cls.other_company.ids)],
        }
        group = cls.env.ref(f"{ADDON}.crm_cti_group_user")
        demoted = cls._new_user("matrix_demoted", f"{ADDON}.crm_cti_group_user")
        demoted.group_ids -= group | group.implied_ids
        demoted.group_ids |= cls.env.ref("base.group_user")
        roles = f"base.group_user,{ADDON}.crm_cti_group"
        cls.outsiders = {
            "customer": cls.portal_user,
            "public": cls.env.ref("base.public_user"),
            "demoted": demoted,
            "salesperson": cls.salesperson,
            "foreign_agent": new_test_user(
                cls.env, "matrix_agent", f"{roles}_user", **foreign
            ),
            "foreign_head": new_test_user(
                cls.env, "matrix_head", f"{roles}_manager", **foreign
            ),
        }

    @classmethod
    def _make_samples(cls):
        """Give a record of each model of the addon that outsiders must not reach."""
        cls.pbx.name = cls.queue.name = SECRET
        cls.customer.name = SECRET
        cls._ready()
        cls._dial_at_any_hour()
        cls._as(cls.agent_user).dial("13800138000", SECRET)
        cls.env["cti.command"].search([], limit=1)._fail("nobody there")
        call = cls._talked()
        call.with_user(cls.agent_user).save_wrapup({"note": SECRET})
        other = {"extension": "1002", "number": "13900139000"}
        lost = cls._call_in("2.1", queue=None, talk=None, **other)
        company = {"name": SECRET, "company_id": cls.company.id}

        def newest(model):
            return cls.env[model].search([], limit=1, order="id desc")

        return (
            cls.pbx,
            cls.queue,
            newest("cti.queue.member"),
            call,
            call.leg_ids[0],
            newest("cti.event"),
            newest("cti.command"),
            cls.agent,
            newest("cti.agent.log"),
            cls.env["cti.reason"].create(company),
            cls.env["cti.disposition"].create(company),
            lost.task_id,
            newest("cti.dial.rule"),
            newest("cti.dial.log"),
            *cls._make_distribution(company),
            *cls._make_message(),
        )

    @classmethod
    def _make_distribution(cls, company):
        """Give the skills of an agent and of a queue, and an offered call."""
        skill = cls.env["cti.skill"].create(company)
        level = {"skill_id": skill.id, "level": 3}
        cls.agent.skill_ids = cls.queue.skill_ids = [Command.create(level)]
        cls.queue.distribution = "own"
        cls._ring("3.1", extension=None)
        cls.agent._resume()
        cls.pbx._distribute({"3.1": cls.queue.code})
        offer = cls.env["cti.offer"].search([], limit=1)
        return skill, cls.agent.skill_ids, cls.queue.skill_ids, offer

    def _get_reads(self):
        return {"cti.agent.get_desk": (self._as(self.agent_user), [])}

    @classmethod
    def _make_message(cls):
        """Give a message and somebody's listening to it."""
        sound = cls._leave_message("4.1", number=SECRET).sound_ids
        sound.with_user(cls.supervisor)._listen()
        return sound, cls.env["cti.listening"].search([])

    @classmethod
    def _get_models(cls):
        return [name for name in super()._get_models() if not cls.env[name]._transient]

    def _get_tables(self):
        tables = [self.env[name]._table for name in self.samples]
        return [*tables, "mail_activity", "sale_order", "crm_lead"]

    def test_every_model_is_tried(self):
        self.assertEqual(set(self._get_models()), {*self.samples, *EXCHANGE})
        for name, record in self.samples.items():
            self.assertTrue(record, name)

    def test_usual_methods(self):
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                for method, args in self._get_usual(name):
                    with self.subTest(who=who, model=name, method=method):
                        with self.assertRaises(UserError):
                            self._call(user, record, method, args)

    def test_what_is_found(self):
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                with self.subTest(who=who, model=name):
                    model = self.env[name].with_user(user)
                    try:
                        found = model.search([("id", "in", record.ids)])
                        named = model.name_search(SECRET)
                    except AccessError:
                        continue
                    self.assertFalse(found)
                    self.assertFalse(named)

    def test_nothing_is_made(self):
        for who, user in self.outsiders.items():
            if who in ELSEWHERE:
                continue
            for name in self._get_models():
                with self.subTest(who=who, model=name), self.assertRaises(UserError):
                    call_kw(self.env[name].with_user(user), "create", [[{}]], {})

    def test_methods_of_the_addon(self):
        tried = 0
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                for method, args in self._get_methods(name):
                    tried += 1
                    with self.subTest(who=who, model=name, method=method):
                        self._assert_refused(user, record, method, args)
        self.assertGreaterEqual(tried, 13 * len(self.outsiders))

    # ------------------------------------------------------------------------- routes

    def _get(self, place="", **options):
        sound = self.samples["cti.sound"]
        url = f"/crm_cti/sound/{place or sound.id}"
        return self.url_open(url, allow_redirects=False, **options)

    def test_every_route_is_tried(self):
        rules = dict(_generate_routing_rules([ADDON], nodb_only=False))
        self.assertEqual(list(rules), ["/crm_cti/sound/<int:sound_id>"])
        (endpoint,) = rules.values()
        self.assertEqual(endpoint.routing["methods"], ["GET"])
        self.assertEqual(endpoint.routing["auth"], "user")

    def test_the_route_refuses(self):
        before = self._fingerprint()
        owner = self.samples["cti.sound"].user_id
        colleague = (self.agent_user | self.other_agent_user) - owner
        for who, user in {**self.outsiders, "colleague": colleague}.items():
            self.authenticate(*((None, None) if who == "public" else [user.login] * 2))
            with self.subTest(who):
                answer = self._get()
                self.assertEqual(answer.status_code, 303 if who == "public" else 404)
                self.assertNotIn(b"RIFF", answer.content)
                self.assertEqual(self._fingerprint(), before, "it noted something")

    def test_the_route_gives_no_other_file(self):
        self.authenticate(self.supervisor.login, self.supervisor.login)
        for place in ("0", "999999999", "-1", "..%2f..%2fetc%2fpasswd", "x"):
            with self.subTest(place):
                answer = self._get(place)
                self.assertIn(answer.status_code, (303, 404, 405))
                self.assertNotIn(b"RIFF", answer.content)
        place = f"{self.samples['cti.sound'].id}?path=/etc/passwd&sha256=0"
        self.assertEqual(self._get(place).content, speak(5))
        self.assertIn(self._get(method="POST").status_code, (400, 405))

    def test_the_route_plays(self):
        sound = self.samples["cti.sound"]
        self.authenticate(sound.user_id.login, sound.user_id.login)
        whole = speak(5)
        answer = self._get()
        self.assertEqual((answer.status_code, answer.content), (200, whole))
        self.assertEqual(answer.headers["Content-Type"], "audio/wav")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        part = self._get(headers={"Range": "bytes=40000-40099"})
        self.assertEqual((part.status_code, part.content), (206, whole[40000:40100]))
        self.assertEqual(
            part.headers["Content-Range"], f"bytes 40000-40099/{len(whole)}"
        )
        beyond = self._get(headers={"Range": f"bytes={len(whole)}-"})
        self.assertEqual(beyond.status_code, 416)
        lines = self.env["cti.listening"].search([("user_id", "=", sound.user_id.id)])
        self.assertEqual(lines.mapped("purpose"), ["task"], "one listening")

    def test_the_drop_wizard_reaches_no_other_task(self):
        task = self.samples["cti.task"]
        for who, user in self.outsiders.items():
            with self.subTest(who), self.assertRaises(AccessError):
                wizards = self.env["cti.task.drop"].with_user(user)
                wizards.create({"task_id": task.id, "reason": "x"}).action_drop()
        self.assertEqual(task.state, "open")
