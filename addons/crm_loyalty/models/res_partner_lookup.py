from odoo import api, models

from ..tools.limits import looks_like_number


class ResPartner(models.Model):
    """Who asks for many card numbers that do not exist is guessing."""

    _inherit = "res.partner"

    @api.model
    def _lookup_by_card(self, term, limit=None):
        if not looks_like_number(term):
            return super()._lookup_by_card(term, limit)
        lookups = self.env["loyalty.lookup"]
        lookups._check()
        found = super()._lookup_by_card(term, limit)
        if not found:
            lookups._note_unknown()
        return found
