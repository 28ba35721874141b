from odoo import fields, models


class ServiceCategory(models.Model):
    """What is to be done on each ticket of a category."""

    _inherit = "service.category"

    checklist_ids = fields.One2many("service.checklist.line", "category_id")
