from odoo import fields, models


class CtiDisposition(models.Model):
    """What came of a call, as the agent says it after the call."""

    _name = "cti.disposition"
    _description = "Disposition"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    needs_note = fields.Boolean(
        "Note Required", help="Who chooses this has to write what was said."
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Next Action",
        domain="[('res_model', 'in', (False, 'res.partner'))]",
        help="Proposed to the agent, who may choose another or none.",
    )
    days = fields.Integer(
        "Days Until Then", default=1, help="Days from the call to the next action."
    )

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "A next action is due today or later. Correct the days."
    )
