import json

from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools import chain
from .complaint_common import ComplaintCase

EDITS = {
    "service_event": (
        "kind = 'closed'",
        "date = date + interval '1 microsecond'",
        "author_id = author_id + 1",
        "case_number = case_number || 'x'",
        "sequence = 7",
        "payload_hash = reverse(payload_hash)",
        "previous_hash = reverse(previous_hash)",
        "hash = reverse(hash)",
        "complaint_id = %(other)s, sequence = 7",
    ),
    "service_event_payload": (
        "content = content || ' '",
        "content = replace(content, 'weak', 'Weak')",
        "content = NULL",
    ),
    "service_event_head": ("hash = reverse(hash)", "sequence = sequence - 1"),
}


@tagged("post_install", "-at_install", "cap_v07")
class TestEvent(ComplaintCase):
    """What happened to a complaint is final, and proves itself."""

    def _chain(self):
        complaint = self._bring(self._complaint(), "awaiting")
        return complaint, complaint.event_ids.sorted("sequence")

    def _prove(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_service.service_event_cron_prove").method_direct_trigger()
        self.env.invalidate_all()

    def _broken(self, complaint=None):
        return self.env["service.event"]._find_broken(complaint)

    def test_every_step_is_an_event(self):
        complaint, events = self._chain()
        self.assertEqual(events.mapped("sequence"), list(range(1, len(events) + 1)))
        self.assertEqual(
            [event.kind for event in events if event.kind != "changed"],
            ["intake", "acknowledged", "investigating", "proposal", "awaiting"],
        )
        self.assertEqual(set(events.mapped("author_id")), {self.agent.id})
        self.assertEqual(set(events.mapped("author")), {self.agent.name})
        self.assertIn("Finding: — → A weak hinge", "\n".join(events.mapped("text")))
        self.assertEqual(events[0].previous_hash, chain.START)
        for before, event in zip(events, events[1:], strict=False):
            self.assertEqual(event.previous_hash, before.hash)
        self.assertFalse(self._broken())

    def test_python_and_database_seal_alike(self):
        _complaint, events = self._chain()
        for event in events:
            row = event.read()[0]
            self.assertEqual(event._seal(row), event.hash)
            content = event.payload_ids.content
            self.assertEqual(chain.digest(content), event.payload_hash)
            self.assertEqual(chain.dump(json.loads(content)), content)

    def test_nobody_writes_events(self):
        complaint, events = self._chain()
        self.env.flush_all()
        for user in (self.agent, self.service_manager):
            mine = events.with_user(user)
            with self.assertRaises(UserError):
                mine.write({"kind": "closed"})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"complaint_id": complaint.id, "kind": "closed"})
            with self.assertRaises(UserError):
                mine.payload_ids.write({"content": "{}"})
        with self.assertRaises(UserError):
            events.sudo().unlink()
        with self.assertRaises(UserError):
            complaint.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses(self):
        self._chain()
        self.env.flush_all()
        for statement in (
            "UPDATE service_event SET kind = kind",
            "DELETE FROM service_event",
            "TRUNCATE service_event CASCADE",
            "UPDATE service_event_payload SET content = '{}'",
            "UPDATE service_event_payload SET content = NULL, event_id = event_id + 1",
            "DELETE FROM service_event_payload",
            "TRUNCATE service_event_payload",
        ):
            with (
                self.subTest(statement),
                self.assertRaises(RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_any_edit_is_found(self):
        other = self._complaint()
        complaint, events = self._chain()
        self.env.flush_all()
        self._disable_triggers()
        for table, edits in EDITS.items():
            for edit in edits:
                with self.subTest(table=table, edit=edit):
                    savepoint = self.env.cr.savepoint()
                    self._edit(table, edit, complaint, events[1], other)
                    self.assertTrue(self._broken(complaint | other))
                    self.assertTrue(self._broken())
                    savepoint.close(rollback=True)
        self.assertFalse(self._broken())

    def _disable_triggers(self):
        for table in ("service_event", "service_event_payload"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def _edit(self, table, edit, complaint, event, other):
        column, id_ = {
            "service_event": ("id", event.id),
            "service_event_payload": ("event_id", event.id),
            "service_event_head": ("complaint_id", complaint.id),
        }[table]
        self.env.cr.execute(
            f"UPDATE {table} SET {edit} WHERE {column} = %(id)s",
            {"id": id_, "other": other.id},
        )
        self.assertEqual(self.env.cr.rowcount, 1)

    def test_what_is_taken_away_is_found(self):
        complaint, events = self._chain()
        self._prove()
        self._disable_triggers()
        for last in (events[-1:], events[1:2], events):
            savepoint = self.env.cr.savepoint()
            for table, column in (
                ("service_event_payload", "event_id"),
                ("service_event", "id"),
            ):
                self.env.cr.execute(
                    f"DELETE FROM {table} WHERE {column} = ANY(%s)", [last.ids]
                )
            self.assertTrue(self._broken(complaint))
            self.env.cr.execute(
                """
                UPDATE service_event_head h SET sequence = e.sequence, hash = e.hash
                  FROM (SELECT * FROM service_event WHERE complaint_id = %(id)s
                         ORDER BY sequence DESC LIMIT 1) e
                 WHERE h.complaint_id = %(id)s
                """,
                {"id": complaint.id},
            )
            self.assertTrue(self._broken(complaint), "it was proved before")
            savepoint.close(rollback=True)
        self.assertFalse(self._broken())

    def test_the_night_tells_managers_once(self):
        complaint, events = self._chain()
        complaint.accused_user_id = self.accused
        self._prove()
        self.assertFalse(complaint.sudo().activity_ids)
        self._disable_triggers()
        self.env.cr.execute(
            "UPDATE service_event SET kind = 'closed' WHERE id = %s", [events[1].id]
        )
        with mute_logger("odoo.addons.crm_service.models.service_event_proof"):
            for _night in range(2):
                self._prove()
        told = complaint.sudo().activity_ids.user_id
        self.assertLessEqual(self.service_manager | self.other_manager, told)
        self.assertNotIn(self.accused, told)
        self.assertNotIn(self.foreign_agent, told)
        self.assertEqual(len(complaint.sudo().activity_ids), len(told))

    def test_personal_data_is_erased_and_the_chain_stands(self):
        complaint, events = self._chain()
        event = events[0]
        self.assertIn("The lamp broke", event.payload_ids.content)
        with self.assertRaises(AccessError):
            event.action_erase("asked for")
        managed = event.with_user(self.service_manager)
        with self.assertRaises(UserError):
            managed.action_erase("  ")
        wizard = self.env["service.event.erase"].with_user(self.service_manager)
        wizard.create({"event_id": event.id, "reason": "asked for"}).action_erase()
        self.assertFalse(event.payload_ids.content)
        self.assertTrue(event.is_erased)
        last = complaint.event_ids.sorted("sequence")[-1]
        self.assertEqual((last.kind, last.text), ("erased", "asked for"))
        self.assertFalse(self._broken())
        for again in (managed, last.with_user(self.service_manager)):
            with self.assertRaises(UserError):
                again.action_erase("asked for")

    def test_an_erasure_that_nobody_recorded_is_found(self):
        complaint, events = self._chain()
        self.env.flush_all()
        # The database lets a payload go; the record would have to say so.
        self.env.cr.execute(
            "UPDATE service_event_payload SET content = NULL WHERE event_id = %s",
            [events[0].id],
        )
        self.assertEqual(self._broken(), [(complaint.id, 1, "erasure")])

    def test_customers_merge(self):
        complaint = self._complaint(partner_id=self.other_customer.id)
        wizards = self.env["base.partner.merge.automatic.wizard"]
        wizards = wizards.with_user(self.manager).with_context(
            active_model="res.partner",
            active_ids=(self.customer | self.other_customer).ids,
        )
        form = Form(wizards)
        form.dst_partner_id = self.customer.with_user(self.manager)
        form.save().action_merge()
        self.env.invalidate_all()
        self.assertEqual(complaint.partner_id, self.customer)
        self.assertFalse(self._broken())

    def test_queries_do_not_grow(self):
        complaints = self.env["service.complaint"].with_user(self.agent)
        values = {"name": "Late", "partner_id": self.contact.id}

        def log(count):
            made = complaints.create([dict(values) for _one in range(count)])
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            made._log_event("changed", {id_: {"note": "x"} for id_ in made.ids})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        log(1)
        self.assertEqual(log(1), log(50))
