from odoo import api, fields, models


class CtiCall(models.Model):
    """Why a call came to whom it came."""

    _inherit = "cti.call"

    offer_ids = fields.One2many("cti.offer", "call_id", "Offers")
    reason = fields.Char("Why This Agent", compute="_compute_reason")

    @api.depends("offer_ids.state")
    @api.depends_context("lang", "uid")
    def _compute_reason(self):
        for call in self:
            call.reason = call.offer_ids[:1].reason

    def _get_ringing_offers(self):
        if self.queue_id.sudo().distribution != "own":
            return self.env["cti.offer"]
        # Facts come without a user; offers are settled for whoever has them.
        return (
            self.env["cti.offer"]
            .sudo()
            .search([("call_id", "in", self.ids), ("state", "=", "ringing")])
        )

    def _on_answered(self, agent):
        super()._on_answered(agent)
        offers = self._get_ringing_offers()
        mine = offers.filtered(lambda offer: offer.agent_id == agent)
        mine._settle("answered")
        (offers - mine)._settle("withdrawn")

    def _on_ended(self):
        super()._on_ended()
        self._get_ringing_offers()._settle("withdrawn")

    def _get_passed_over(self, agent):
        # Whose telephone is about to ring has not let it ring.
        return super()._get_passed_over(agent) - self._get_ringing_offers().agent_id
