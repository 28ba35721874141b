from odoo import fields, models


class CrmCollectionStep(models.Model):
    """What to do when a customer is overdue for so many days."""

    _name = "crm.collection.step"
    _description = "Collection Step"
    _order = "days, id"

    # what
    name = fields.Char(required=True, translate=True)
    days = fields.Integer(
        "Days Overdue", required=True, help="Days after the oldest open due date"
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref("mail.mail_activity_data_todo"),
    )
    note = fields.Html(translate=True, help="What to say or send")
    # who
    responsible = fields.Selection(
        [
            ("salesperson", "Salesperson of the customer"),
            ("user", "A fixed person"),
        ],
        default="salesperson",
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        domain=[("share", "=", False)],
        help="Also takes customers without a salesperson",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "Choose 0 or more days overdue for a collection step."
    )
    _days_unique = models.UniqueIndex(
        "(company_id, days) WHERE active",
        "There is a collection step for this number of days already.",
    )
