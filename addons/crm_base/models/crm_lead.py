from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.phone.mixin", "crm.lead"]

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        return {**values, "other_phones": self.other_phones}
