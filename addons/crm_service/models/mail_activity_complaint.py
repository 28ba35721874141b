from odoo import api, models
from odoo.exceptions import ValidationError


class MailActivity(models.Model):
    """Nobody gets an activity on a complaint about themselves."""

    _inherit = "mail.activity"

    @api.constrains("user_id", "res_id", "res_model_id")
    def _check_accused(self):
        planned = self.filtered(lambda one: one.res_model == "service.complaint")
        if not planned:
            return
        # Whom a complaint is about is asked for everybody.
        complaints = (
            self.env["service.complaint"].sudo().browse(planned.mapped("res_id"))
        )
        accused = {one.id: one.accused_user_id for one in complaints.exists()}
        for activity in planned:
            if activity.user_id and activity.user_id == accused.get(activity.res_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot work on this complaint. Choose a colleague "
                        "whom it does not concern.",
                        user=activity.user_id.name,
                    )
                )
