from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.guard import TICKET, given
from ..tools.ticket import may_move

#: What a transition writes beside the state.
FOLLOWS = {
    "resolved": {"date_resolved": "now"},
    "closed": {"date_closed": "now"},
    "open": {"date_resolved": False, "date_closed": False},
}
#: What follows from steps, mails and warranties, and is proof of them.
GUARDED = frozenset(
    {
        "number",
        "date_resolved",
        "date_closed",
        "date_acknowledged",
        "mail_alias_id",
        "cover",
        "cover_reason",
    }
)


class ServiceTicket(models.Model):
    """The states of a ticket change by steps that are allowed, and by nothing else."""

    _inherit = "service.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        started = any(vals.get("state", "new") != "new" for vals in vals_list)
        if (started or "default_state" in self.env.context) and not TICKET.is_open():
            raise self._prepare_state_error()
        # A number that is given is replaced by the next one.
        self._check_guarded(given(vals_list, self.env.context) - {"number"})
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and not TICKET.is_open():
            raise self._prepare_state_error()
        self._check_guarded(set(vals))
        return super().write(vals)

    def _check_guarded(self, names):
        if names & GUARDED and not (self.env.su or TICKET.is_open()):
            raise AccessError(
                self.env._(
                    "What ticket %(ticket)s says of its past follows from what "
                    "happened to it. Use its buttons.",
                    ticket=", ".join(self.mapped("number")) or self.env._("new"),
                )
            )

    def _prepare_state_error(self):
        return AccessError(
            self.env._(
                "The state of ticket %(ticket)s changes by its buttons. Use Start, "
                "Wait, Resolve, Close or Cancel.",
                ticket=", ".join(self.mapped("number")) or self.env._("new"),
            )
        )

    def action_open(self):
        """Work on tickets, again if they had ended."""
        return self._move("open")

    def action_wait_customer(self):
        """Wait for an answer of the customers."""
        return self._move("waiting_customer")

    def action_wait_internal(self):
        """Wait for colleagues or vendors."""
        return self._move("waiting_internal")

    def action_resolve(self):
        """Tell that what was asked for is done."""
        return self._move("resolved")

    def action_close(self):
        """End tickets that are resolved."""
        return self._move("closed")

    def action_cancel(self):
        """Drop tickets that need no answer."""
        return self._move("cancelled")

    def _move(self, state):
        """Bring tickets into a state, all or none.

        :raise AccessError: the user may not change one of them
        :raise UserError: one of them cannot go there
        """
        self.check_access("write")
        for old, tickets in self.grouped("state").items():
            if old != state and not may_move(old, state):
                raise tickets._prepare_move_error(old, state)
        moved = self.filtered(lambda ticket: ticket.state != state)
        before = dict(zip(moved.ids, moved.mapped("state"), strict=True))
        follows = {
            name: fields.Datetime.now() if value == "now" else value
            for name, value in FOLLOWS.get(state, {}).items()
        }
        with TICKET.open():
            # Tracking makes two queries for each ticket; a note in batch says the same.
            quiet = moved.with_context(tracking_disable=True)
            quiet.write({"state": state, **follows})
        if moved and not self.env.context.get("tracking_disable"):
            moved._log_move(before)
        return True

    def _log_move(self, before):
        """Note in the threads how tickets moved.

        :param before: ``{id: state before}``
        """
        names = dict(self._fields["state"]._description_selection(self.env))
        self._message_log_batch(
            {
                ticket.id: f"{names[before[ticket.id]]} → {names[ticket.state]}"
                for ticket in self
            }
        )

    def _prepare_move_error(self, old, state):
        names = dict(self._fields["state"]._description_selection(self.env))
        return UserError(
            self.env._(
                "Ticket %(ticket)s is %(old)s and cannot become %(new)s. Reload the "
                "page, or reopen the ticket first.",
                ticket=", ".join(self.mapped("number")),
                old=names[old],
                new=names[state],
            )
        )
