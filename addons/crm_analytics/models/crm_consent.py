from odoo import api, models


class CrmConsent(models.Model):
    """Who withdraws the consent to profiling loses the profile at once."""

    _inherit = "crm.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        profiles = consents.filtered(lambda consent: consent.channel == "profiling")
        refused = profiles.partner_id._may_contact("profiling")
        gone = [id_ for id_, allowed in refused.items() if not allowed]
        if gone:
            # Whoever records a consent needs no right on scores; the law wants them
            # gone.
            for name in ("mining.customer", "mining.score"):
                self.env[name].sudo().search([("partner_id", "in", gone)]).unlink()
        return consents
