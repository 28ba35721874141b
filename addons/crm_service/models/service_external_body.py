from odoo import fields, models


class ServiceExternalBody(models.Model):
    """Who may take up a customer's complaint beside us, and in what time we answer."""

    _name = "service.external.body"
    _description = "External Body"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    kind = fields.Selection(
        [
            ("regulator", "Regulator"),
            ("platform", "Sales Platform"),
            ("bank", "Bank or Payment Service"),
            ("court", "Court or Arbitration"),
            ("other", "Other"),
        ],
        required=True,
        default="regulator",
    )
    hard_days = fields.Integer(
        "Days to Answer",
        required=True,
        default=7,
        help="After the day on which the body's notice came in. Check it against the "
        "rules that bind you.",
    )
    hard_unit = fields.Selection(
        [("working", "Working Days"), ("calendar", "Calendar Days")],
        "Counted in",
        required=True,
        default="working",
    )
    complaint_ack_days = fields.Integer(
        "Days to Acknowledge", help="Working days; 0: as in the settings."
    )
    complaint_decision_days = fields.Integer(
        "Days to Decide", help="Working days; 0: as in the settings."
    )
    complaint_remedy_days = fields.Integer(
        "Days to Remedy", help="Working days; 0: as in the settings."
    )

    _days = models.Constraint(
        "CHECK (hard_days > 0 AND complaint_ack_days >= 0 "
        "AND complaint_decision_days >= 0 AND complaint_remedy_days >= 0)",
        "Days until a deadline cannot be negative, and those to answer not zero.",
    )
