from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceMerge(models.Model):
    """That a ticket went into another one, or came out again, and what went along.

    Nobody rewrites a record: who undoes a merge adds one.
    """

    _name = "service.merge"
    _description = "Merge of Tickets"
    _order = "id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, index=True, ondelete="restrict"
    )
    target_id = fields.Many2one(
        "service.ticket", "Into", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("merged", "Merged"), ("undone", "Taken Out")], required=True
    )
    state_before = fields.Char(help="Technical: the state to which undoing returns.")
    moved = fields.Json(help="Technical: the ids that went along, by model.")

    def write(self, vals):
        raise UserError(self._prepare_frozen_message())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self._prepare_frozen_message())

    def _prepare_frozen_message(self):
        return self.env._(
            "That tickets were merged is kept as it was recorded. To take a ticket out "
            "again, use Undo Merge on it."
        )
