from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import complaint as phases
from ..tools.guard import COMPLAINT, given

#: What steps alone write.
GUARDED = frozenset(
    {
        "state",
        "number",
        "date_acknowledged",
        "date_decided",
        "date_accepted",
        "date_remedied",
        "date_closed",
        "date_resumed",
        "reopen_count",
        "counter",
        "ending",
        "ending_user_id",
        "ending_reason",
    }
)
#: What a complaint keeps from its intake on.
FIXED = frozenset({"company_id", "ticket_id"})
#: Whose changes are events.
EVIDENCE = (
    "name",
    "description",
    "wish",
    "partner_id",
    "sale_line_id",
    "product_id",
    "user_id",
    "accused_user_id",
    "date_received",
    "finding",
    "root_cause_id",
    "liability",
    "outcome",
    "proposal",
    "refusal",
    "call_back_result",
    "call_back_note",
    "body_id",
    "body_number",
    "body_date",
    "body_deadline",
    "ack_deadline",
    "decision_deadline",
    "remedy_deadline",
)
MANAGER = "crm_service.crm_service_group_manager"


class ServiceComplaint(models.Model):
    """The phases of a complaint change by steps, and each step is an event."""

    _inherit = "service.complaint"

    # ---------------------------------------------------------------- guard

    @api.model_create_multi
    def create(self, vals_list):
        if given(vals_list, self.env.context) & GUARDED and not COMPLAINT.is_open():
            raise self._prepare_guard_error()
        numbers = self.env["ir.sequence"].sudo()  # an agent may not read sequences
        for vals in vals_list:
            vals["number"] = numbers.next_by_code("service.complaint") or "/"
        with COMPLAINT.open():
            complaints = super().create(vals_list)
        complaints._log_event(
            "intake",
            {
                complaint.id: {
                    "customer": complaint.partner_id.display_name or None,
                    "customer_id": complaint.partner_id.id,
                    "ticket": complaint.ticket_id.number,
                    "changes": complaint._get_changes({}),
                }
                for complaint in complaints
            },
        )
        return complaints

    def write(self, vals):
        if set(vals) & GUARDED and not COMPLAINT.is_open():
            raise self._prepare_guard_error()
        self._check_writable(vals)
        watched = [name for name in EVIDENCE if name in vals]
        before = {complaint.id: complaint._get_evidence(watched) for complaint in self}
        done = super().write(vals)
        if watched:
            self._log_changes(before)
        return done

    def _check_writable(self, vals):
        """Refuse changes of what is fixed, and of evidence once a complaint is over."""
        if set(vals) & FIXED or (
            set(vals) & set(EVIDENCE)
            and not COMPLAINT.is_open()
            and self.filtered(lambda complaint: not complaint.is_active)
        ):
            raise UserError(
                self.env._(
                    "Complaint %(complaint)s keeps what it was decided on. Reopen it "
                    "first; its company and ticket stay as they are.",
                    complaint=", ".join(self.mapped("number")),
                )
            )

    def _prepare_guard_error(self):
        return AccessError(
            self.env._(
                "The phase of complaint %(complaint)s changes by its buttons, and with "
                "it all that follows. Use the buttons.",
                complaint=", ".join(self.mapped("number")) or self.env._("new"),
            )
        )

    # --------------------------------------------------------------- events

    def _get_evidence(self, names=EVIDENCE):
        """Give what evidence says now, as people read it: ``{field: text}``."""
        self.ensure_one()
        # Names of records the reader may not open are evidence as well.
        said = self.sudo()
        return {name: said._say_evidence(name) for name in names}

    def _say_evidence(self, name):
        value = self[name]
        if isinstance(value, datetime):
            return f"{value} UTC"
        return str(self._fields[name].convert_to_export(value, self)) or None

    def _get_changes(self, before):
        """Give ``{field: [old, new]}`` of evidence; a missing old value is none."""
        names = before or EVIDENCE
        now = self._get_evidence(names)
        return {
            name: [before.get(name), value]
            for name, value in now.items()
            if before.get(name) != value
        }

    def _log_changes(self, before):
        """Add an event to each complaint whose evidence changed."""
        payloads = {}
        for complaint in self:
            changes = complaint._get_changes(before[complaint.id])
            if changes:
                payloads[complaint.id] = {"changes": changes}
        self.browse(payloads)._log_event("changed", payloads)

    def _log_event(self, kind, payloads):
        """Add an event to each complaint.

        :param payloads: ``{complaint id: dictionary}``
        """
        if self:
            self.env["service.event"]._append(self, kind, payloads)

    # ---------------------------------------------------------------- steps

    def action_acknowledge(self):
        """Tell customers that their complaints are taken up."""
        return self._move("acknowledged", date_acknowledged=fields.Datetime.now())

    def action_investigate(self):
        """Begin to find out what happened."""
        self._check_from("acknowledged")
        return self._move("investigating")

    def action_propose(self):
        """Begin to prepare what is offered."""
        self._check_from("investigating")
        return self._move("proposal")

    def action_submit(self):
        """Put the proposal, or the written refusal, before the customer."""
        return self._move("awaiting", date_decided=fields.Datetime.now())

    def action_accept(self):
        """Record that the customer agrees with the proposal."""
        return self._move("executing", date_accepted=fields.Datetime.now())

    def action_call_back(self):
        """All remedies are carried out; ask the customer whether all is well."""
        return self._move("call_back", date_remedied=fields.Datetime.now())

    def action_close(self):
        """End complaints after the call-back."""
        return self._move("closed", date_closed=fields.Datetime.now())

    def action_counter(self, words):
        """Record what the customer wants instead, and prepare another proposal.

        :param words: the customer's words
        """
        self._check_from("awaiting")
        words = self._check_words(words)
        return self._move(
            "proposal",
            kind="countered",
            note=words,
            counter=words,
            date_resumed=fields.Datetime.now(),
        )

    def action_reopen(self, reason):
        """Investigate again; what happened before is kept.

        :param reason: why
        """
        self._check_from("call_back", *phases.ENDED)
        reason = self._check_words(reason)
        for complaint in self:
            complaint._move(
                "investigating",
                kind="reopened",
                note=reason,
                reopen_count=complaint.reopen_count + 1,
                date_resumed=fields.Datetime.now(),
                date_closed=False,
                date_decided=False,
                date_accepted=False,
                date_remedied=False,
            )
        return True

    # -------------------------------------------- endings of two people

    def action_ask_withdrawn(self, reason):
        """Ask to end complaints that their customers took back."""
        return self._ask_ending("withdrawn", reason)

    def action_ask_not_upheld(self, reason):
        """Ask to end complaints that are refused in writing."""
        return self._ask_ending("not_upheld", reason)

    def _ask_ending(self, ending, reason):
        reason = self._check_words(reason)
        self._check_step(ending)
        with COMPLAINT.open():
            self.write(
                {
                    "ending": ending,
                    "ending_user_id": self.env.uid,
                    "ending_reason": reason,
                }
            )
        self._log_event("ending", {id_: {"note": reason} for id_ in self.ids})
        return True

    def action_confirm_ending(self):
        """End complaints as a colleague asked for; another person, a manager."""
        self._check_second_person()
        for ending, complaints in self.grouped("ending").items():
            complaints._move(ending, date_closed=fields.Datetime.now())
        return True

    def action_refuse_ending(self):
        """Go on with complaints whose ending was asked for."""
        self.check_access("write")
        if self.env.user not in self.ending_user_id:
            self._check_complaint_manager()
        self._forget_ending()
        self._log_event("ending_refused", {id_: {} for id_ in self.ids})
        return True

    def _forget_ending(self):
        with COMPLAINT.open():
            self.write(
                {"ending": False, "ending_user_id": False, "ending_reason": False}
            )

    def _check_second_person(self):
        self.check_access("write")
        self._check_complaint_manager()
        for complaint in self:
            if not complaint.ending:
                raise UserError(
                    self.env._(
                        "Nobody asked to end complaint %(complaint)s. Reload the page.",
                        complaint=complaint.number,
                    )
                )
            if complaint.ending_user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "You asked to end complaint %(complaint)s; another manager "
                        "has to confirm it.",
                        complaint=complaint.number,
                    )
                )

    @api.model
    def _check_complaint_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only managers of customer service may do that. Ask one.")
            )

    # ----------------------------------------------------------------- moves

    def _check_words(self, words):
        if not isinstance(words, str) or not words.strip():
            raise UserError(
                self.env._(
                    "Say why, or what was said: it becomes part of the record of "
                    "%(complaint)s.",
                    complaint=", ".join(self.mapped("number")),
                )
            )
        return words.strip()

    def _check_from(self, *states):
        """Refuse a button that belongs to another phase."""
        self.check_access("write")
        for complaint in self:
            if complaint.state not in states:
                raise complaint._prepare_move_error()

    def _check_step(self, state):
        """Refuse a step that is not the next one, or that lacks what it needs.

        :raise AccessError: the user may not change one of the complaints
        :raise UserError: one of them cannot go there, or something is missing
        """
        self.check_access("write")
        for complaint in self:
            if not phases.may_move(complaint.state, state):
                raise complaint._prepare_move_error()
            missing = phases.missing(state, complaint._get_known())
            if missing:
                raise complaint._prepare_missing_error(state, missing)

    def _move(self, state, kind=None, note=None, **follows):
        """Bring complaints into a phase, all or none, and say so in an event."""
        self._check_step(state)
        asked = self.filtered("ending")
        if asked and state not in phases.CONFIRMED:
            raise UserError(
                self.env._(
                    "Somebody asked to end complaint %(complaint)s. Confirm or refuse "
                    "that first.",
                    complaint=", ".join(asked.mapped("number")),
                )
            )
        payloads = {
            complaint.id: complaint._prepare_step_payload(state, note)
            for complaint in self
        }
        with COMPLAINT.open():
            self.write({"state": state, **follows})
        self._log_event(kind or state, payloads)
        self._after_step(state)
        if asked:
            self._forget_ending()
        return True

    def _prepare_step_payload(self, state, note):
        """Say in the event of a step from where it came, and why."""
        self.ensure_one()
        return {
            "from": self.state,
            "to": state,
            "note": note or self.ending_reason or None,
        }

    def _after_step(self, state):
        """Do what follows from a step; for extensions."""

    def _get_known(self):
        """Give the names of what is known of a complaint, see `tools.complaint`."""
        self.ensure_one()
        names = {name for need in phases.NEEDS.values() for name in need}
        known = {name for name in names if name in self._fields and self[name]}
        if self.refusal or self._has_offer():
            known.add("answer")
        if self._is_offer_approved():
            known.add("decided")
        if self._is_offer_executed():
            known.add("executed")
        return known

    def _has_offer(self):
        """Tell whether something is offered to the customer; remedies say so."""
        return False

    def _is_offer_approved(self):
        """Tell whether all that is offered may be carried out."""
        return True

    def _is_offer_executed(self):
        """Tell whether all that was promised is carried out."""
        return True

    # -------------------------------------------------------------- messages

    def _get_need_labels(self):
        """Name in the reader's language what is no field."""
        return {
            "answer": self.env._("a remedy or a written refusal"),
            "decided": self.env._("the approval of all remedies"),
            "executed": self.env._("remedies that are carried out"),
        }

    def _prepare_missing_error(self, state, missing):
        labels = self._get_need_labels()
        states = dict(self._fields["state"]._description_selection(self.env))
        return UserError(
            self.env._(
                "Before complaint %(complaint)s goes to “%(state)s”, fill in: "
                "%(missing)s.",
                complaint=self.number,
                state=states[state],
                missing=", ".join(
                    labels.get(name) or self._fields[name]._description_string(self.env)
                    for name in missing
                ),
            )
        )

    def _prepare_move_error(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        return UserError(
            self.env._(
                "Complaint %(complaint)s is in the phase “%(state)s”, which this step "
                "does not follow. Reload the page.",
                complaint=self.number,
                state=states[self.state],
            )
        )
