from odoo import api, fields, models
from odoo.exceptions import UserError


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
            {
                "ticket_id": self.id,
                "name": line.name,
                "sequence": line.sequence,
                "is_required": line.is_required,
            }
            for line in lines
        ]

    def _move(self, state):
        # A customer who says that it is solved has the last word.
        if state == "resolved" and not self.env.user.share:
            self._check_steps()
        return super()._move(state)

    def _check_steps(self):
        """Hold tickets back whose required steps are not done.

        :raise UserError: names the first ticket and its steps
        """
        waiting = self.checklist_ids.filtered(
            lambda item: item.is_required and not item.done
        )
        if waiting:
            ticket = waiting[0].ticket_id
            steps = waiting.filtered(lambda item: item.ticket_id == ticket)
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s is not done: tick off %(steps)s first.",
                    ticket=ticket.number,
                    steps=", ".join(steps.mapped("name")),
                )
            )
