from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    sfa_category_id = fields.Many2one(
        "sfa.customer.category",
        "Customer Category",
        index="btree_not_null",
        tracking=True,
    )
    sfa_properties = fields.Properties(
        "Category Information",
        definition="sfa_category_id.partner_properties_definition",
    )
