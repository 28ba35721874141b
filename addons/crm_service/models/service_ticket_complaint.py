from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext


class ServiceTicket(models.Model):
    """A ticket may turn out to be a complaint, which then goes its own way."""

    _inherit = "service.ticket"

    complaint_ids = fields.One2many("service.complaint", "ticket_id", readonly=True)
    complaint_count = fields.Integer("Complaints", compute="_compute_complaint_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_count(self):
        # With the reader's rights: a complaint about them is not counted either.
        groups = self.env["service.complaint"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
        )
        counts = dict(groups)
        for ticket in self:
            ticket.complaint_count = counts.get(ticket, 0)

    def action_complain(self):
        """Open the complaint of a ticket; a first one begins with what it knows.

        :raise UserError: the ticket has no customer
        """
        self.ensure_one()
        self.check_access("write")
        complaints = self.env["service.complaint"]
        complaint = complaints.search([("ticket_id", "=", self.id)], limit=1)
        if not complaint:
            if not self.partner_id:
                raise UserError(
                    self.env._(
                        "Ticket %(ticket)s has no customer. Say first who complains.",
                        ticket=self.number,
                    )
                )
            complaint = complaints.create(self._prepare_complaint_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": "service.complaint",
            "res_id": complaint.id,
            "view_mode": "form",
        }

    def _prepare_complaint_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "ticket_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "category_id": self.category_id.id,
            "channel": self.channel,
            "priority": self.priority,
            "date_received": self.create_date,
            "description": html2plaintext(self.description or ""),
        }
