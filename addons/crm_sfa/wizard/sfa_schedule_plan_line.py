from odoo import fields, models


class SfaSchedulePlanLine(models.TransientModel):
    """A visit or a call proposed for a week."""

    _name = "sfa.schedule.plan.line"
    _description = "Proposed Visit or Call"
    _order = "start, id"

    plan_id = fields.Many2one("sfa.schedule.plan", required=True, ondelete="cascade")
    selected = fields.Boolean("Plan It", default=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    kind = fields.Selection([("visit", "Visit"), ("call", "Call")], required=True)
    last = fields.Date("Last Time")
    due = fields.Date()
    place = fields.Char("City")
    start = fields.Datetime(required=True)
    stop = fields.Datetime(required=True)
