from odoo import api, fields, models
from odoo.tools import SQL

#: A payload may be erased once; nothing else happens to it.
GUARD = """
CREATE OR REPLACE FUNCTION service_event_payload_guard() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.content IS NOT NULL AND NEW.content IS NULL
       AND to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Payloads of events are final' USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER service_event_payload_final
BEFORE UPDATE OR DELETE ON service_event_payload
FOR EACH ROW EXECUTE FUNCTION service_event_payload_guard();
CREATE OR REPLACE TRIGGER service_event_payload_kept
BEFORE TRUNCATE ON service_event_payload
FOR EACH STATEMENT EXECUTE FUNCTION service_event_payload_guard();
"""


class ServiceEventPayload(models.Model):
    """What an event says: names, words, amounts. It can be erased, never changed."""

    _name = "service.event.payload"
    _description = "Details of an Event"
    _log_access = False
    _rec_name = "event_id"

    event_id = fields.Many2one("service.event", required=True, ondelete="restrict")
    content = fields.Text(help="JSON; empty once it was erased.")

    _event_once = models.UniqueIndex("(event_id)")

    def init(self):
        self.env.cr.execute(GUARD)

    def write(self, vals):
        raise self.event_id._prepare_final_error()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        raise self.event_id._prepare_final_error()

    def _erase(self):
        """Let what the events say go; the database allows nothing else."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "UPDATE service_event_payload SET content = NULL WHERE id = ANY(%s)"
                " RETURNING 1",
                self.ids,
            )
        )
        self.invalidate_recordset(["content"])
        self.event_id.invalidate_recordset()
