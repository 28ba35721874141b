from odoo import api, fields, models
from odoo.exceptions import UserError

#: Somebody works on a ticket.
WORKED_ON = ("open", "waiting_customer", "waiting_internal")


class ServiceTicket(models.Model):
    """Who gives a ticket away says what the next one has to know."""

    _inherit = "service.ticket"

    handover = fields.Text(
        "Hand-over Note",
        store=False,
        help="Kept as a note when somebody else takes over a ticket in work.",
    )
    needs_handover = fields.Boolean(compute="_compute_needs_handover")

    @api.depends("user_id", "state")
    def _compute_needs_handover(self):
        for ticket in self:
            ticket.needs_handover = bool(
                ticket._origin._changes_hands(ticket.user_id.id)
            )

    def _changes_hands(self, user_id):
        """Give those of the tickets in work that another user would get."""
        return self.filtered(
            lambda ticket: (
                ticket.user_id
                and ticket.user_id.id != user_id
                and ticket.state in WORKED_ON
            )
        )

    def write(self, vals):
        note = str(vals.get("handover") or "").strip()
        changing = self.browse()
        if "user_id" in vals:
            changing = self._changes_hands(vals["user_id"])
        if changing and not note:
            raise UserError(
                self.env._(
                    "Somebody works on ticket %(ticket)s. Write a hand-over note, so "
                    "that the next one need not ask.",
                    ticket=", ".join(changing.mapped("number")),
                )
            )
        result = super().write(vals)
        if changing:
            body = self.env._("Handed over: %(note)s", note=note)
            changing._message_log_batch(dict.fromkeys(changing.ids, body))
        return result
