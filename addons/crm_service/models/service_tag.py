from odoo import fields, models


class ServiceTag(models.Model):
    """A word by which tickets are found again."""

    _name = "service.tag"
    _description = "Ticket Tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_once = models.Constraint("UNIQUE (name)", "There is already such a tag.")
