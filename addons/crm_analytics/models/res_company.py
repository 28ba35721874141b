from odoo import api, models


class ResCompany(models.Model):
    """A new company gets the analyses, too."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # Who may make a company need not be a manager of analytics.
        self.env["mining.model"].sudo()._make_defaults(companies)
        return companies
