from odoo import models


class RatingRating(models.Model):
    """A rating, found by the customer who gave it."""

    _inherit = "rating.rating"

    _customer_idx = models.Index("(partner_id, rated_on) WHERE consumed IS TRUE")
