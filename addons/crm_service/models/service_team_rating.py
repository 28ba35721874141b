from odoo import fields, models


class ServiceTeam(models.Model):
    """A team asks its customers whether they are content."""

    _inherit = "service.team"

    ask_rating = fields.Boolean(
        "Ask for Satisfaction",
        help="An hour after a ticket was resolved, its customer is asked by mail, at "
        "most once in two weeks.",
    )
