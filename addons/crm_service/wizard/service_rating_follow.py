from odoo import api, fields, models


class ServiceRatingFollow(models.TransientModel):
    """Somebody called a customer back, and says what came out."""

    _name = "service.rating.follow"
    _description = "Call-back after a Low Rating"

    rating_id = fields.Many2one("service.rating", required=True)
    comment = fields.Text(
        related="rating_id.comment",
        related_sudo=False,
        string="What the Customer Said",
    )
    note = fields.Text("What Came Out", required=True)

    @api.constrains("rating_id")
    def _check_rating(self):
        # Checks run with all rights; who asks is the user.
        self.rating_id.sudo(False).check_access("read")

    def action_done(self):
        """Keep what came out."""
        self.ensure_one()
        self.rating_id.action_follow_up(self.note)
        return {"type": "ir.actions.act_window_close"}
