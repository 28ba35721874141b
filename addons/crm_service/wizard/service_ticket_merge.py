from odoo import api, fields, models


class ServiceTicketMerge(models.TransientModel):
    """Choose the ticket into which others go."""

    _name = "service.ticket.merge"
    _description = "Merge Tickets"

    ticket_ids = fields.Many2many("service.ticket", string="Tickets", readonly=True)
    commercial_partner_id = fields.Many2one(
        "res.partner", compute="_compute_commercial_partner_id"
    )
    target_id = fields.Many2one("service.ticket", "Merge into", required=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "service.ticket":
            tickets = self.env["service.ticket"].browse(
                self.env.context.get("active_ids")
            )
            tickets.check_access("write")
            values["ticket_ids"] = [(6, 0, tickets.ids)]
            if len(tickets) > 1:
                values["target_id"] = min(tickets.ids)
        return values

    @api.depends("ticket_ids")
    def _compute_commercial_partner_id(self):
        for wizard in self:
            customers = wizard.ticket_ids.commercial_partner_id
            wizard.commercial_partner_id = customers[:1]

    def action_merge(self):
        """Merge, and show the ticket that remains."""
        self.ensure_one()
        self.ticket_ids._merge_into(self.target_id)
        return self.target_id._get_records_action()
