from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cti.tools import sim

from .exchange_common import NUMBER, ExchangeCase


@tagged("post_install", "-at_install", "cap_c01")
class TestPurge(ExchangeCase):
    """Facts of calls that ended long ago go; calls stay, whatever comes late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pbx.keep_days = 30
        cls.long_ago = cls._ago(31)
        cls.old = cls._call_in("1.1", at=cls.long_ago)
        cls.old._wrap()
        cls.young = cls._call_in("1.2", at=cls._ago(29))
        cls.young._wrap()

    @classmethod
    def _ago(cls, days):
        return (fields.Datetime.now() - timedelta(days=days)).timestamp()

    def _purge(self):
        cron = self.env.ref("crm_cti.cti_pbx_cron_purge")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _count_facts(self, call):
        return self.env["cti.event"].search_count([("linkedid", "=", call.linkedid)])

    def _log(self, linkedid, days):
        row = self.env["cti.cel"].create(
            {"writer": "pbx_office", "linkedid": linkedid, "eventtype": "X"}
        )
        row.written = fields.Datetime.now() - timedelta(days=days)
        return row

    def test_old_facts_go_and_the_call_stays(self):
        before = self.old.read()
        legs = self.old.leg_ids.read()
        self._purge()
        self.assertFalse(self._count_facts(self.old))
        self.assertTrue(self._count_facts(self.young))
        now = self.old.read()
        self.assertEqual({**now[0], "closed": False}, before[0])
        self.assertEqual(self.old.leg_ids.read(), legs)

    def test_what_comes_late_changes_nothing(self):
        self._purge()
        before = self.old.read()
        facts = sim.incoming("1.1", self.long_ago, NUMBER, "1002", queue="support")
        self._ingest(facts)
        self._ingest(facts + sim.incoming("1.3", self._ago(0), NUMBER, over=False))
        self.env.invalidate_all()
        self.assertEqual(self.old.read(), before)
        self.assertEqual(self._get_call("1.3").state, "new")

    def test_work_that_is_not_done_keeps_its_facts(self):
        waiting = self._call_in("1.4", at=self.long_ago)
        self.assertEqual(waiting.state, "wrapup")
        self._purge()
        self.assertTrue(self._count_facts(waiting))

    def test_the_log_of_the_exchange(self):
        read, foreign = self._log("1.1", 31), self._log("9.9", 31)
        young = self._log("1.2", 29)
        self.pbx.sudo().cel_offset = young.id
        self._purge()
        self.assertFalse(read.exists())
        self.assertTrue(foreign.exists(), "a call that is missing stays missing")
        self.assertTrue(young.exists())

    def test_nothing_goes_while_the_log_waits_to_be_read(self):
        self._log("9.9", 31)
        self._purge()
        self.assertTrue(self._count_facts(self.old))

    def test_for_ever(self):
        self.pbx.keep_days = 0
        self._purge()
        self.assertTrue(self._count_facts(self.old))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.pbx.with_user(self.supervisor).keep_days = 1
            self.env.flush_all()
