from odoo import fields, models


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
    done = fields.Boolean()
    user_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)
    date_done = fields.Datetime("Done on", readonly=True, copy=False)

    def write(self, vals):
        if "done" in vals:
            done = vals["done"]
            vals = {
                **vals,
                "user_id": done and self.env.uid,
                "date_done": done and fields.Datetime.now(),
            }
        return super().write(vals)
