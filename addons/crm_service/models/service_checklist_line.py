from odoo import fields, models


class ServiceChecklistLine(models.Model):
    """A step that tickets of a category, or of a macro, get on their checklist."""

    _name = "service.checklist.line"
    _description = "Step of a Checklist"
    _order = "sequence, id"

    name = fields.Char("Step", required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_required = fields.Boolean(
        "Before Resolving", help="A ticket is not resolved before this step is done."
    )
    category_id = fields.Many2one("service.category", index=True, ondelete="cascade")
    macro_id = fields.Many2one("service.macro", index=True, ondelete="cascade")

    _one_owner = models.Constraint(
        "CHECK (num_nonnulls(category_id, macro_id) = 1)",
        "A step belongs to a category or to a macro.",
    )
