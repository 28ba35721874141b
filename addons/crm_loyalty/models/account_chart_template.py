from odoo import models


class AccountChartTemplate(models.AbstractModel):
    """A new chart of accounts gets an account for stored value."""

    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        res = super()._post_load_data(template_code, company, template_data)
        self.env["res.company"]._make_value_accounts()
        return res
