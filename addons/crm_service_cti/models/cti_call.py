from odoo import api, models
from odoo.tools import plaintext2html


class CtiCall(models.Model):
    """A call becomes a ticket, with what the agent has noted so far."""

    _inherit = "cti.call"

    @api.model
    def _get_document_kinds(self):
        kinds = super()._get_document_kinds()
        kinds["ticket"] = (
            self.env._("Ticket"),
            "service.ticket",
            lambda call: call._prepare_ticket_vals(),
        )
        return kinds

    def _prepare_ticket_vals(self):
        return {
            "name": self.env._("Call of %(customer)s", customer=self.partner_id.name),
            "description": plaintext2html(self.note or ""),
            "channel": "phone",
            "partner_id": self.partner_id.id,
            "phone": self.number,
            "user_id": self.env.uid,
        }
