from odoo import fields, models


class ResCompany(models.Model):
    """A company's rules on credit and on weighing quotations."""

    _inherit = "res.company"

    # credit
    crm_credit_policy = fields.Selection(
        [
            ("warn", "Warn on the quotation"),
            ("hold", "Hold the order until a credit approver releases it"),
        ],
        string="Overdue Customers",
        default="warn",
        required=True,
    )
    crm_credit_overdue_days = fields.Integer(
        string="Overdue Tolerance", default=0, help="Days after the due date"
    )
    # demand
    crm_probability_draft = fields.Float(
        string="Probability of Draft Quotations",
        default=10,
        help="Percent, where no opportunity tells it",
    )
    crm_probability_sent = fields.Float(
        string="Probability of Sent Quotations",
        default=30,
        help="Percent, where no opportunity tells it",
    )

    _crm_probability = models.Constraint(
        "CHECK (crm_probability_draft BETWEEN 0 AND 100"
        " AND crm_probability_sent BETWEEN 0 AND 100)",
        "Choose probabilities of quotations between 0 and 100 percent.",
    )
    _crm_credit_overdue_days = models.Constraint(
        "CHECK (crm_credit_overdue_days >= 0)",
        "Choose an overdue tolerance of 0 days or more.",
    )
