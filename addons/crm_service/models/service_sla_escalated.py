from odoo import fields, models


class ServiceSlaEscalated(models.Model):
    """That somebody was told about a promise, once."""

    _name = "service.sla.escalated"
    _description = "Escalation Done"
    _order = "date desc, id desc"
    _rec_name = "clock_id"
    _log_access = False

    clock_id = fields.Many2one(
        "service.sla.clock", required=True, readonly=True, ondelete="cascade"
    )
    escalation_id = fields.Many2one(
        "service.sla.escalation", required=True, readonly=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        "service.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True)

    _once = models.Constraint(
        "UNIQUE (clock_id, escalation_id)", "An escalation is told once."
    )
