import os
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cti.models.cti_sound import CtiSound
from odoo.addons.crm_cti.tools import sim

from .exchange_common import BEGAN, NUMBER
from .message_common import MessageCase, speak

LOGGER = "odoo.addons.crm_cti.models.cti_pbx_message"
INGEST = "odoo.addons.crm_cti.models.cti_pbx_ingest"


@tagged("post_install", "-at_install", "cap_c10", "cap_c12")
class TestMessage(MessageCase):
    """What callers say when nobody answers becomes somebody's task, and is kept."""

    def test_a_message(self):
        call = self._leave_message()
        self.assertEqual((call.state, call.led), ("voicemail", "voicemail"))
        sound = call.sound_ids
        self.assertRecordValues(
            sound,
            [
                {
                    "seconds": 5,
                    "kind": "voicemail",
                    "recorded": fields.Datetime.to_datetime("2026-03-02 08:00:40"),
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                }
            ],
        )
        task = call.task_id
        self.assertEqual((task.kind, task.state), ("voicemail", "open"))
        self.assertIn(task.user_id, self.agent_user | self.other_agent_user)
        self.assertEqual(task.with_user(task.user_id).sound_ids, sound)
        path = self.env["cti.sound"]._get_path(sound.sha256)
        self.assertEqual(path.read_bytes(), speak(5))
        self.assertFalse(path.stat().st_mode & 0o077, "for the server alone")
        self.assertFalse(
            self.env["ir.attachment"].search([("res_model", "=", "cti.sound")])
        )

    def test_it_comes_before_the_end_is_known(self):
        self._reach_nobody(over=False)
        path = self._record()
        self.assertFalse(self._take(), "the caller still speaks")
        self._end(extension=None)
        self.assertEqual(self._take(), [path])
        self.assertEqual(self._get_call("1.1").state, "voicemail")

    def test_it_comes_before_the_call_is_known(self):
        self._record("7.7")
        self.assertFalse(self._take())
        call = self._reach_nobody("7.7")
        self.assertEqual((call.state, call.task_id.kind), ("abandoned", "abandoned"))
        self._take()
        self.assertEqual((call.state, call.task_id.kind), ("voicemail", "voicemail"))

    def test_twice_is_once(self):
        call = self._leave_message()
        self._record()
        self._take()
        script = sim.Script("1.1", BEGAN + 60)
        script.say("end")
        self._ingest([{**script.facts[0], "key": "again"}])
        self.assertEqual(len(call.sound_ids), 1)
        self.assertEqual(call.task_id.call_count, 1)

    def test_what_cannot_be_noted_stays(self):
        self._reach_nobody()
        path = self._record()
        broken = patch.object(CtiSound, "_note", side_effect=ValueError("broken"))
        with broken, mute_logger(INGEST):
            self.assertFalse(self._take())
        self.assertTrue(path.exists())
        self.assertEqual(self._take(), [path])
        self.assertEqual(self._get_call("1.1").sound_ids.seconds, 5)

    @mute_logger(LOGGER)
    def test_what_cannot_be_read_stays(self):
        self._reach_nobody()
        path = self._record()
        with patch.object(Path, "read_bytes", side_effect=PermissionError("no")):
            self.assertFalse(self._take())
        self.assertEqual(self._take(), [path])

    def _send_on(self, linkedid, then):
        """Let an agent talk to a caller and send him on to where nobody is."""
        script = sim.Script(linkedid, BEGAN)
        leg = f"{linkedid}-1001"
        script.say("start", endpoint="trunk", number=NUMBER, called="4001")
        script.say("queue", queue="support")
        script.say("start", leg, endpoint="1001")
        script.say("answer", leg)
        script.wait(20).say("hangup", leg, cause="16")
        script.say("queue", queue="support")
        script.wait(10).say("left", queue="support", then=then)
        script.wait(10).say("hangup", cause="16")
        self._ingest(script.facts)
        return self._get_call(linkedid)

    def test_sent_on_by_an_agent(self):
        call = self._send_on("1.1", "voicemail")
        self.assertEqual(call.state, "wrapup")
        self.assertEqual((call.task_id.kind, call.task_id.state), ("missed", "open"))
        path = self._record()
        self.assertEqual(self._take(), [path])
        self.assertEqual(call.sound_ids.seconds, 5)
        self.assertEqual((call.task_id.kind, call.task_id.state), ("voicemail", "open"))

    def test_promised_a_call_after_a_talk(self):
        call = self._send_on("1.1", "callback")
        self.assertEqual(call.task_id.state, "open")
        self.assertFalse(self._send_on("2.1", "goodbye").task_id)

    def test_nothing_was_said(self):
        for place, data in enumerate((b"", speak(1.9))):
            call = self._leave_message(f"{place}.1", data=data)
            self.assertEqual(
                (call.state, call.task_id.kind), ("abandoned", "abandoned")
            )
            self.assertFalse(call.sound_ids)
        self.assertFalse(list(self.spool.iterdir()))

    def test_cut_off(self):
        whole = speak(6)
        call = self._leave_message(data=whole[:40] + bytes(4) + whole[44:-3])
        self.assertEqual(call.sound_ids.seconds, 6)

    @mute_logger(LOGGER)
    def test_what_is_no_sound_stays_where_it_is(self):
        call = self._leave_message(data=b"#!/bin/sh")
        self.assertEqual(call.state, "abandoned")
        (left,) = self.spool.iterdir()
        self.assertEqual((left.suffix, left.read_bytes()), (".refused", b"#!/bin/sh"))
        left.unlink()

    def test_names_of_files(self):
        path = self.spool / "1.1; rm.wav"
        path.write_bytes(speak(3))
        self._reach_nobody()
        self.assertFalse(self._take())
        path.unlink()
        self._ingest([self._tell("1.1", sound="../../etc/passwd")])
        self.assertFalse(self._get_call("1.1").sound_ids)

    def _tell(self, linkedid, **values):
        fact = {"kind": "voicemail", "key": "x", "linkedid": linkedid, "seconds": "3"}
        return {**fact, "time": BEGAN + 30, **values}

    def test_a_withheld_number(self):
        for place, number in enumerate(("", "anonymous", "Unavailable")):
            with self.subTest(number):
                first, second = (
                    self._leave_message(linkedid, number=number, data=speak(seconds))
                    for linkedid, seconds in (
                        (f"1.{place}", 4 + 2 * place),
                        (f"2.{place}", 5 + 2 * place),
                    )
                )
                self.assertTrue(first.task_id and second.task_id)
                self.assertNotEqual(first.task_id, second.task_id)
                self._call_in(f"3.{place}", number=number, at=BEGAN + 3600)
                self.assertEqual(first.task_id.state, "open")

    def test_the_same_caller(self):
        first = self._reach_nobody("1.1", then="callback")
        self.assertEqual(first.task_id.kind, "abandoned")
        second = self._leave_message("2.1")
        self.assertEqual(first.task_id, second.task_id)
        self.assertEqual(
            (second.task_id.kind, second.task_id.call_count), ("voicemail", 2)
        )

    def test_outside_the_hours(self):
        for place, (then, has_task) in enumerate(
            (("voicemail", True), ("callback", True), ("goodbye", False))
        ):
            number = f"1390013900{place}"
            call = self._reach_nobody(f"{place}.1", number, then, wait=None)
            with self.subTest(then):
                self.assertEqual((call.state, call.queue_id), ("missed", self.queue))
                self.assertEqual(bool(call.task_id), has_task)

    # ------------------------------------------------------------------ who may hear

    def _get_listeners(self, sound):
        lines = self.env["cti.listening"].search([("sound_id", "=", sound.id)])
        return [(line.user_id, line.purpose) for line in lines.sorted("id")]

    def test_listening_is_noted(self):
        call = self._leave_message()
        sound, owner = call.sound_ids, call.task_id.user_id
        for _part in range(3):
            self.assertEqual(sound.with_user(owner)._listen(), speak(5))
        self.assertEqual(sound.with_user(self.supervisor)._listen(), speak(5))
        self.assertEqual(
            self._get_listeners(sound),
            [(owner, "task"), (self.supervisor, "supervision")],
        )

    def test_who_may_not(self):
        call = self._leave_message()
        sound, owner = call.sound_ids, call.task_id.user_id
        other = (self.agent_user | self.other_agent_user) - owner
        self.queue.supervisor_ids = self._new_user(
            "cti_head", "crm_cti.crm_cti_group_manager"
        )
        for user in (other, self.supervisor, self.salesperson, self.portal_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                sound.with_user(user)._listen()
        self.assertFalse(self._get_listeners(sound))
        self.assertEqual(call.with_user(owner).sound_ids, sound)
        call.task_id.user_id = other
        self.assertTrue(sound.with_user(other)._listen())
        lines = self.env["cti.listening"].with_user(self.supervisor)
        self.assertFalse(lines.search([]), "of a queue of another supervisor")
        lines = lines.with_user(self.queue.supervisor_ids)
        self.assertEqual(lines.search([]).user_id, other)

    def test_nobody_changes_it(self):
        call = self._leave_message()
        sound = call.sound_ids
        sound.with_user(self.supervisor)._listen()
        line = self.env["cti.listening"].search([])
        for record in (sound, line):
            for user in (self.supervisor, self.env.user):
                mine = record.with_user(user)
                with self.subTest(record._name), self.assertRaises(AccessError):
                    mine.write({"company_id": self.company.id})
                with self.subTest(record._name), self.assertRaises(AccessError):
                    mine.unlink()
                with self.subTest(record._name), self.assertRaises(AccessError):
                    mine.create({})

    def test_a_deleted_one_is_not_played(self):
        first = self._leave_message("1.1").sound_ids
        second = self._leave_message("2.1").sound_ids
        self.assertEqual(first.sha256, second.sha256)
        first._forget()
        with self.assertRaises(UserError):
            first.with_user(self.supervisor)._listen()
        self.assertTrue(second.with_user(self.supervisor)._listen())

    def test_a_changed_file_is_not_played(self):
        sound = self._leave_message().sound_ids
        path = sound._get_path(sound.sha256)
        path.write_bytes(speak(5, pitch=880))
        with self.assertRaises(UserError):
            sound.with_user(self.supervisor)._listen()
        self.assertFalse(self._get_listeners(sound))

    # ---------------------------------------------------------------------- how long

    def _purge(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_cti.cti_pbx_cron_purge").method_direct_trigger()
        self.env.invalidate_all()

    def test_messages_go_when_nobody_has_to_hear_them(self):
        call = self._leave_message()
        sound = call.sound_ids
        path = sound._get_path(sound.sha256)
        self.pbx.keep_message_days = 0
        self._purge()
        self.pbx.keep_message_days = 1
        self._purge()
        self.assertTrue(path.exists(), "somebody has to call back")
        call.task_id.with_user(call.task_id.user_id).action_done()
        self._purge()
        self.assertFalse(path.exists())
        self.assertTrue(sound.deleted)
        with self.assertRaises(UserError):
            sound.with_user(self.supervisor)._listen()

    def test_files_of_nobody_go(self):
        young, old = (self.env["cti.sound"]._keep(speak(n)) for n in (7, 8))
        kept = self._leave_message().sound_ids
        paths = [kept._get_path(digest) for digest in (young, old, kept.sha256)]
        long_ago = (fields.Datetime.now() - timedelta(days=2)).timestamp()
        for path in paths[1:]:
            os.utime(path, (long_ago, long_ago))
        self._purge()
        self.assertEqual([path.exists() for path in paths], [True, False, True])
        paths[0].unlink()
