from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ServiceTicket(models.Model):
    """A ticket has parts, and is not done before them."""

    _inherit = "service.ticket"

    parent_id = fields.Many2one(
        "service.ticket",
        "Part of",
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The ticket that is not done before this one.",
    )
    child_ids = fields.One2many("service.ticket", "parent_id", "Parts")

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "Ticket %(ticket)s cannot be a part of itself. Choose another one.",
                    ticket=", ".join(self.mapped("number")),
                )
            )

    def _move(self, state):
        if state in ("resolved", "closed"):
            self._check_children()
        return super()._move(state)

    def _check_children(self):
        """Refuse to end tickets whose parts are open, unless these end with them.

        :raise UserError: names the parts
        """
        children = self.search(
            [
                ("parent_id", "in", self.ids),
                ("is_active", "=", True),
                ("id", "not in", self.ids),
            ]
        )
        if children:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s has parts that are still open: %(parts)s. "
                    "Resolve or cancel them first.",
                    ticket=", ".join(children.parent_id.mapped("number")),
                    parts=", ".join(children.mapped("number")),
                )
            )
