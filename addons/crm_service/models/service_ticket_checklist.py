from odoo import api, fields, models


class ServiceTicket(models.Model):
    """Tags, and steps that are ticked off."""

    _inherit = "service.ticket"

    tag_ids = fields.Many2many("service.tag")
    checklist_ids = fields.One2many("service.checklist.item", "ticket_id", copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._fill_checklist()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if vals.get("category_id"):
            self.filtered(lambda ticket: not ticket.checklist_ids)._fill_checklist()
        return result

    def _fill_checklist(self):
        """Give tickets the steps of their categories."""
        categories = self.category_id
        if not categories or not categories.checklist_ids:
            return
        self.env["service.checklist.item"].create(
            [
                values
                for ticket in self
                for values in ticket._prepare_items(ticket.category_id.checklist_ids)
            ]
        )

    def _add_steps(self, lines):
        """Give each ticket the steps that it does not have yet."""
        self.env["service.checklist.item"].create(
            [
                values
                for ticket in self
                for values in ticket._prepare_items(lines)
                if values["name"] not in ticket.checklist_ids.mapped("name")
            ]
        )

    def _prepare_items(self, lines):
        return [
            {"ticket_id": self.id, "name": line.name, "sequence": line.sequence}
            for line in lines
        ]
