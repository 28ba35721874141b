import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import chain

KINDS = [
    ("intake", "Received"),
    ("acknowledged", "Acknowledged"),
    ("investigating", "Investigation"),
    ("proposal", "Proposal Prepared"),
    ("awaiting", "Proposal Sent"),
    ("executing", "Accepted"),
    ("countered", "Countered"),
    ("call_back", "Executed"),
    ("closed", "Closed"),
    ("reopened", "Reopened"),
    ("ending", "Ending Asked For"),
    ("ending_refused", "Ending Refused"),
    ("withdrawn", "Withdrawn"),
    ("not_upheld", "Not Upheld"),
    ("changed", "Changed"),
    ("remedy", "Remedy"),
    ("erased", "Personal Data Erased"),
]

#: An event is final for everybody, whatever way the database is reached.
GUARD = """
CREATE OR REPLACE FUNCTION service_event_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'Events of a case are final' USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER service_event_final
BEFORE UPDATE OR DELETE ON service_event
FOR EACH ROW EXECUTE FUNCTION service_event_guard();
CREATE OR REPLACE TRIGGER service_event_kept
BEFORE TRUNCATE ON service_event
FOR EACH STATEMENT EXECUTE FUNCTION service_event_guard();
"""


class ServiceEvent(models.Model):
    """What happened to a complaint; final, and sealed with the event before it.

    People are kept as numbers here and as names in the payload, so that two customers
    can be merged and personal data be erased without a change of the chain.
    """

    _name = "service.event"
    _description = "Event of a Complaint"
    _log_access = False
    _order = "complaint_id desc, sequence desc"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "service.complaint", required=True, ondelete="restrict"
    )
    case_number = fields.Char("Case", required=True)
    sequence = fields.Integer("No.", required=True, help="1, 2, 3 … of one complaint.")
    kind = fields.Selection(KINDS, "Event", required=True)
    date = fields.Datetime(required=True)
    author_id = fields.Integer("Author Number", required=True, aggregator=None)

    # the seal
    payload_hash = fields.Char(required=True)
    previous_hash = fields.Char(required=True)
    hash = fields.Char(required=True)

    # for readers
    payload_ids = fields.One2many("service.event.payload", "event_id")
    author = fields.Char("By", compute="_compute_text")
    text = fields.Text("Details", compute="_compute_text")
    is_erased = fields.Boolean(compute="_compute_text")

    _place = models.UniqueIndex("(complaint_id, sequence)")

    @api.depends("payload_ids.content")
    @api.depends_context("lang")
    def _compute_text(self):
        for event in self:
            content = event.payload_ids.content
            payload = json.loads(content) if content else {}
            event.is_erased = not content
            event.author = payload.get("by")
            event.text = event._prepare_text(payload)

    def _prepare_text(self, payload):
        """Say a payload in the reader's language, one line for each fact."""
        lines = [payload["note"]] if payload.get("note") else []
        changes = payload.get("changes") or {}
        complaint_fields = self.complaint_id._fields
        for name, (old, new) in changes.items():
            field = complaint_fields.get(name)
            label = field._description_string(self.env) if field else name
            lines.append(f"{label}: {old or '—'} → {new or '—'}")
        if self.is_erased:
            lines.append(self.env._("The details were erased."))
        return "\n".join(lines)

    def init(self):
        self.env.cr.execute(GUARD)

    def write(self, vals):
        raise self._prepare_final_error()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        raise self._prepare_final_error()

    def _prepare_final_error(self):
        return UserError(
            self.env._(
                "Events of complaint %(case)s are final. Whatever was wrong, say it in "
                "a new event.",
                case=", ".join(sorted(set(self.mapped("case_number")))),
            )
        )

    @api.model
    def _append(self, complaints, kind, payloads):
        """Add an event to each complaint, at the end of its chain.

        Two at once: who comes second starts again with the chain as it is then.

        :param payloads: ``{complaint id: dictionary}`` of what the event says
        """
        heads = self.env["service.event.head"]._lock(complaints)
        now, author = fields.Datetime.now(), self.env.user
        rows, contents = [], []
        for complaint in complaints:
            previous, sequence = heads[complaint.id]
            # The salt keeps an erased payload from being guessed by its hash.
            content = chain.dump(
                {
                    "by": author.name,
                    "salt": secrets.token_hex(16),
                    **payloads[complaint.id],
                }
            )
            row = {
                "complaint_id": complaint.id,
                "case_number": complaint.number,
                "sequence": sequence + 1,
                "kind": kind,
                "date": now,
                "author_id": author.id,
                "payload_hash": chain.digest(content),
                "previous_hash": previous,
            }
            row["hash"] = self._seal(row)
            rows.append(row)
            contents.append(content)
        # Nobody may write events by hand; steps do.
        events = self.sudo().create(rows)
        self.env["service.event.payload"].sudo().create(
            [
                {"event_id": event.id, "content": content}
                for event, content in zip(events, contents, strict=True)
            ]
        )
        self.env["service.event.head"]._advance(rows)
        return events.with_env(self.env)

    @api.model
    def _seal(self, row):
        return chain.seal(
            row["case_number"],
            row["sequence"],
            row["kind"],
            chain.moment(row["date"]),
            row["author_id"],
            row["payload_hash"],
            row["previous_hash"],
        )

    def action_erase(self, reason):
        """Erase the personal data of events for good; service managers.

        :param reason: why, for example the customer's demand; becomes an event itself
        :raise AccessError: the user is no manager, or may not read the complaint
        :raise UserError: no reason, or the event tells of an erasure
        """
        self.check_access("read")
        self.env["service.complaint"]._check_complaint_manager()
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(
                self.env._("Say why the data is erased; the reason is kept.")
            )
        kept = self.filtered(lambda event: event.kind == "erased" or event.is_erased)
        if kept:
            raise UserError(
                self.env._(
                    "Event %(number)s of %(case)s holds nothing that can be erased.",
                    number=kept[0].sequence,
                    case=kept[0].case_number,
                )
            )
        for complaint, events in self.grouped("complaint_id").items():
            # A payload is nobody's to write; the manager's right was checked.
            events.sudo().payload_ids._erase()
            self._append(
                complaint,
                "erased",
                {
                    complaint.id: {
                        "note": reason.strip(),
                        "erased": sorted(events.mapped("sequence")),
                    }
                },
            )
        return True
