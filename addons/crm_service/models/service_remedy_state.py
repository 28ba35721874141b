from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.guard import REMEDY, given
from .service_remedy import DROPPED, MONEY

#: What steps alone write.
GUARDED = frozenset(
    {
        "number",
        "amount",
        "step",
        "state",
        "company_id",
        "user_id",
        "approver_id",
        "date_decided",
        "credit_note_id",
        "return_id",
        "replacement_id",
        "repair_id",
        "message_id",
    }
)
#: Phases of a complaint in which remedies are asked for.
ASKED_IN = ("investigating", "proposal", "awaiting", "executing")


class ServiceRemedy(models.Model):
    """One person asks for a remedy, another approves it; then it is carried out."""

    _inherit = "service.remedy"

    # ---------------------------------------------------------------- guard

    @api.model_create_multi
    def create(self, vals_list):
        if (
            given(vals_list, self.env.context) & self._get_guarded()
            and not REMEDY.is_open()
        ):
            raise self._prepare_guard_error()
        numbers = self.env["ir.sequence"].sudo()  # an agent may not read sequences
        for vals in vals_list:
            vals["number"] = numbers.next_by_code("service.remedy") or "/"
        with REMEDY.open():
            remedies = super().create(vals_list)
        # Whoever adds a remedy changes the complaint.
        remedies.complaint_id.check_access("write")
        return remedies

    def write(self, vals):
        if not REMEDY.is_open() and (
            set(vals) & (self._get_guarded() | {"complaint_id"})
            or self.filtered(lambda remedy: remedy.step != "draft")
        ):
            raise self._prepare_guard_error()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        if self.filtered(lambda remedy: remedy.step != "draft"):
            raise self._prepare_guard_error()

    @api.model
    def _get_guarded(self):
        """Give the names of the fields that steps alone write."""
        return GUARDED

    def _prepare_guard_error(self):
        return AccessError(
            self.env._(
                "Remedy %(remedy)s was asked for and stays as it is. Cancel it and add "
                "another one.",
                remedy=", ".join(self.mapped("number")) or self.env._("new"),
            )
        )

    # ---------------------------------------------------------------- steps

    def action_request(self):
        """Ask for remedies; what needs nobody's approval is approved at once."""
        self.check_access("write")
        for remedy in self:
            remedy._check_step("draft")
            remedy._check_complaint(*ASKED_IN)
            remedy._check_complete()
            remedy._lock_documents()
            remedy._step("waiting", user_id=self.env.uid)
            remedy._check_compensation()
            remedy._log(self.env._("requested"))
            if not remedy._get_level_needed():
                remedy._decide("approved")
        return True

    def action_approve(self):
        """Approve what somebody else asked for."""
        self.check_access("write")
        for remedy in self:
            remedy._check_step("waiting")
            remedy._check_approver()
            remedy._decide("approved")
        return True

    def action_refuse(self):
        """Refuse what somebody else asked for."""
        self.check_access("write")
        for remedy in self:
            remedy._check_step("waiting")
            remedy._check_approver()
            remedy._decide("refused")
        return True

    def action_cancel(self):
        """Drop remedies that are not carried out, or whose documents were cancelled."""
        self.check_access("write")
        for remedy in self:
            begun = ("executing",) if remedy.state == "cancelled" else ()
            remedy._check_step("draft", "waiting", "approved", *begun)
            remedy._step("cancelled")
            remedy._log(self.env._("cancelled"))
        return True

    def action_execute(self):
        """Make the documents of approved remedies, each once."""
        self.check_access("write")
        for remedy in self:
            remedy._check_step("approved")
            remedy._check_complaint("executing")
            remedy._lock_documents()
            remedy._check_as_approved()
            # An agent may write neither invoices nor transfers; what was approved by
            # another person is made in their name.
            vals = getattr(remedy.sudo(), f"_execute_{remedy.kind}")()
            remedy._step("executing", **vals)
            remedy._check_compensation()
            remedy._log(self.env._("executed"), **remedy._name_documents())
        return True

    # --------------------------------------------------------------- helpers

    def _step(self, step, **vals):
        with REMEDY.open():
            self.write({"step": step, **vals})

    def _decide(self, step):
        self._step(step, approver_id=self.env.uid, date_decided=fields.Datetime.now())
        words = {
            "approved": self.env._("approved"),
            "refused": self.env._("refused"),
        }
        self._log(words[step])

    def _log(self, what, **more):
        """Add an event to the complaint."""
        self.ensure_one()
        complaint = self.complaint_id
        payload = {
            "note": f"{self.display_name}: {what}",
            "remedy": self.number,
            "kind": self.kind,
            "amount": self.amount,
            "currency": self.currency_id.name,
            **more,
        }
        complaint._log_event("remedy", {complaint.id: payload})

    def _name_documents(self):
        """Give the names of the documents for the record of events."""
        documents = self.sudo()  # names only; the documents belong to others
        names = {
            "credit_note": documents.credit_note_id.id
            and str(documents.credit_note_id.id),
            "return": documents.return_id.name,
            "replacement": documents.replacement_id.name,
            "repair": documents.repair_id.name,
        }
        return {name: value for name, value in names.items() if value}

    # ---------------------------------------------------------------- checks

    def _check_step(self, *steps):
        """Refuse a button that does not fit, also when two people press it at once.

        :raise LockError: somebody else is at it
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["step"])
        if self.step not in steps:
            labels = dict(self._fields["step"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Remedy %(remedy)s is “%(step)s”, which this button does not "
                    "follow. Reload the page.",
                    remedy=self.display_name,
                    step=labels[self.step],
                )
            )

    def _check_complaint(self, *states):
        complaint = self.complaint_id
        if complaint.state not in states:
            labels = dict(complaint._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Complaint %(complaint)s is in the phase “%(state)s”. This remedy "
                    "has its turn in: %(states)s.",
                    complaint=complaint.number,
                    state=labels[complaint.state],
                    states=", ".join(labels[state] for state in states),
                )
            )

    def _get_needs(self):
        """Give the names of the fields that a remedy cannot do without."""
        self.ensure_one()
        return {
            "refund": ["invoice_line_id"],
            "price_reduction": ["invoice_line_id", "reduction"],
            "return": ["product_id", "delivery_id"],
            "replacement": ["product_id", "delivery_id"],
            "repair": ["product_id"],
            "apology": ["note"],
        }.get(self.kind, [])

    def _check_complete(self):
        """Name all that a remedy lacks in one message."""
        self.ensure_one()
        missing = [name for name in self._get_needs() if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "Remedy %(remedy)s needs: %(missing)s.",
                    remedy=self.display_name,
                    missing=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in missing
                    ),
                )
            )

    def _check_as_approved(self):
        """Refuse to give back another amount than the one that was approved."""
        self.ensure_one()
        if self.kind not in MONEY:
            return
        self._check_invoice_line()
        if self.currency_id.compare_amounts(self._get_amount(), self.amount):
            raise UserError(
                self.env._(
                    "The invoice has changed since remedy %(remedy)s was asked for. "
                    "Cancel it and ask again.",
                    remedy=self.display_name,
                )
            )

    def _check_approver(self):
        """Have somebody decide who may, and who did not ask for it."""
        self.ensure_one()
        user = self.env.user
        if user in self.user_id | self.create_uid:
            raise AccessError(
                self.env._(
                    "You asked for remedy %(remedy)s; another person has to decide.",
                    remedy=self.display_name,
                )
            )
        level = self._get_level_needed()
        if user not in level._get_approvers(self.company_id):
            raise AccessError(
                self.env._(
                    "Remedy %(remedy)s needs the approval of “%(level)s”. Ask one of "
                    "them.",
                    remedy=self.display_name,
                    level=level.name or self.env._("a manager of customer service"),
                )
            )

    def _get_level_needed(self):
        """Give the level that has to approve, or nothing when nobody has to.

        All remedies of the complaint count, so that a large amount cannot be cut into
        small ones.
        """
        self.ensure_one()
        others = self.complaint_id.remedy_ids.filtered(
            lambda remedy: remedy.step not in ("draft", *DROPPED)
        )
        total = sum((others | self).mapped("amount"))
        return self.env["service.remedy.level"]._find(self.company_id, total)
