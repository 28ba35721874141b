from odoo import api, fields, models
from odoo.exceptions import AccessError

#: What holds a ticket back is the manager's to loosen.
KEPT = {"is_required", "ticket_id"}


class ServiceChecklistItem(models.Model):
    """A step to be done on a ticket."""

    _name = "service.checklist.item"
    _description = "Checklist Item"
    _order = "sequence, id"

    ticket_id = fields.Many2one(
        "service.ticket", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Step", required=True)
    sequence = fields.Integer(default=10)
    is_required = fields.Boolean("Before Resolving", readonly=True)
    done = fields.Boolean()
    user_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)
    date_done = fields.Datetime("Done on", readonly=True, copy=False)

    def write(self, vals):
        if KEPT & set(vals):
            self._check_loosened()
        if "done" in vals:
            done = vals["done"]
            vals = {
                **vals,
                "user_id": done and self.env.uid,
                "date_done": done and fields.Datetime.now(),
            }
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_required(self):
        self._check_loosened()

    def _check_loosened(self):
        """Leave required steps to managers; a ticket that goes takes its steps along.

        :raise AccessError: somebody else takes one away
        """
        kept = self.filtered("is_required")
        manager = self.env.user.has_group("crm_service.crm_service_group_manager")
        if kept and not (self.env.su or manager):
            raise AccessError(
                self.env._(
                    "Step %(step)s of ticket %(ticket)s is required. Do it, or ask a "
                    "service manager to take it away.",
                    step=kept[0].name,
                    ticket=kept[0].ticket_id.number,
                )
            )
