from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.matrix import SECRET, RightsMatrix

from .exchange_common import BEGAN, ExchangeCase

ADDON = "crm_cti"
MODELS = (
    *("cti.pbx", "cti.queue", "cti.queue.member", "cti.call", "cti.leg"),
    *("cti.event", "cti.cel", "cti.command", "cti.completeness"),
)
#: What is the same for all agents of a company, and theirs to read.
SHARED = {"cti.pbx", "cti.queue", "cti.queue.member"}


@tagged("post_install", "-at_install", "cap_c01", "cap_c03")
class TestExchangeMatrix(RightsMatrix, ExchangeCase):
    """Every model and public method of the exchange, tried by everybody who may not."""

    addon = ADDON
    refusal = UserError

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        foreign = {
            "company_id": cls.other_company.id,
            "company_ids": [Command.set(cls.other_company.ids)],
        }
        cls.outsiders = {
            "customer": cls.portal_user,
            "public": cls.env.ref("base.public_user"),
            "demoted": cls.demoted,
            "salesperson": cls.salesperson,
            "colleague": cls.other_agent_user,
            "foreign_agent": new_test_user(
                cls.env,
                "matrix_cti",
                f"base.group_user,{ADDON}.crm_cti_group_user",
                **foreign,
            ),
            "foreign_supervisor": new_test_user(
                cls.env,
                "matrix_cti_head",
                f"base.group_user,{ADDON}.crm_cti_group_manager",
                **foreign,
            ),
        }
        cls.samples = cls._make_samples()
        cls.env.flush_all()

    @classmethod
    def _make_samples(cls):
        cls.pbx.name = cls.queue.name = SECRET
        member = cls.env["cti.queue.member"].create(
            {"queue_id": cls.queue.id, "agent_id": cls.agent.id}
        )
        call = cls._call_in("1.1", number=SECRET)
        cls.env["cti.cel"].create(
            {
                "writer": "pbx_office",
                "eventtime": BEGAN,
                "linkedid": "1.1",
                "uniqueid": SECRET,
            }
        )
        command = cls.env["cti.command"]._request(
            "hangup", call.agent_id, {"linkedid": call.linkedid}, SECRET
        )
        records = (
            *(cls.pbx, cls.queue, member, call, call.leg_ids[0], command),
            cls.env["cti.event"].search([("pbx_id", "=", cls.pbx.id)], limit=1),
            cls.env["cti.cel"].search([("uniqueid", "=", SECRET)]),
            cls.env["cti.completeness"].search([("pbx_id", "=", cls.pbx.id)]),
        )
        return {record._name: record for record in records}

    # ------------------------------------------------------------------------ helpers

    def _each(self):
        """Give each outsider with each record that is none of his business."""
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                if who == "colleague" and name in SHARED:
                    continue
                yield who, user, name, record

    def _get_tables(self):
        return [self.env[name]._table for name in MODELS if self.env[name]._auto]

    # -------------------------------------------------------------------------- tests

    def test_every_model_is_tried(self):
        self.assertEqual(set(self.samples), set(MODELS))
        for name, record in self.samples.items():
            self.assertTrue(record, name)

    def test_usual_methods(self):
        for who, user, name, record in self._each():
            for method, args in self._get_usual(name):
                with self.subTest(who=who, model=name, method=method):
                    with self.assertRaises(UserError):
                        self._call(user, record, method, args)

    def test_a_colleague_changes_nothing_that_is_shared(self):
        for name in SHARED:
            for method, args in (("unlink", ()), ("write", ({"active": False},))):
                with self.subTest(model=name, method=method):
                    with self.assertRaises(UserError):
                        self._call(
                            self.other_agent_user, self.samples[name], method, args
                        )

    def test_what_is_found(self):
        for who, user, name, record in self._each():
            with self.subTest(who=who, model=name):
                model = self.env[name].with_user(user)
                try:
                    found = model.search([("id", "in", record.ids)])
                    named = model.name_search(SECRET)
                except UserError:
                    continue
                self.assertFalse(found)
                self.assertFalse(named)

    def test_nothing_is_made(self):
        for who, user, name, _record in self._each():
            if who == "foreign_supervisor" and name in SHARED:
                continue
            with self.subTest(who=who, model=name), self.assertRaises(UserError):
                call_kw(self.env[name].with_user(user), "create", [[{}]], {})

    def test_methods_of_the_addon(self):
        for who, user, name, record in self._each():
            for method, args in self._get_methods(name):
                with self.subTest(who=who, model=name, method=method):
                    self._assert_refused(user, record, method, args)
