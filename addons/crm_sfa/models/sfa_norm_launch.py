from odoo import fields, models


class SfaNormLaunch(models.Model):
    """That a norm was launched for a record, because of one event."""

    _name = "sfa.norm.launch"
    _description = "Launch of a Norm"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "event"

    plan_id = fields.Many2one(
        "mail.activity.plan", "Norm", required=True, ondelete="cascade", readonly=True
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    event = fields.Char(
        required=True, readonly=True, help="What happened, and a key that tells it."
    )
    date = fields.Datetime(required=True, readonly=True)
    activity_ids = fields.One2many("mail.activity", "sfa_launch_id", "Actions")

    _once = models.Constraint(
        "UNIQUE (plan_id, res_model, res_id, event)",
        "A norm is launched once for a record and an event.",
    )
