from odoo import api, models


class CrmConsent(models.Model):
    """Who withdraws the consent to profiling loses the profile at once."""

    _inherit = "crm.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        profiles = consents.filtered(lambda consent: consent.channel == "profiling")
        answers = profiles.partner_id._may_contact("profiling")
        refused = [id_ for id_, allowed in answers.items() if not allowed]
        if refused:
            self.env["mining.row"]._forget(self.env["res.partner"].browse(refused))
        return consents
