from odoo import fields, models


class ResCompany(models.Model):
    """In how many working days the company answers complaints."""

    _inherit = "res.company"

    complaint_ack_days = fields.Integer("Acknowledge Complaints", default=1)
    complaint_decision_days = fields.Integer("Decide Complaints", default=15)
    complaint_remedy_days = fields.Integer("Remedy Complaints", default=7)
    complaint_remind_days = fields.Integer("Remind of Complaints", default=1)

    _complaint_days = models.Constraint(
        "CHECK (complaint_ack_days > 0 AND complaint_decision_days > 0 "
        "AND complaint_remedy_days > 0 AND complaint_remind_days >= 0)",
        "Complaints need at least one working day to be acknowledged, decided and "
        "remedied.",
    )
