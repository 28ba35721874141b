from odoo import models

from ..tools.posting import posting


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        rows = self.env["loyalty.ledger"]
        last = rows.search([], order="id desc", limit=1).id or 0
        with posting("merge", source=(dst_partner._name, dst_partner.id)):
            owing = self._get_owing_cards(src_partners)
            res = super()._merge_loyalty_cards(src_partners, dst_partner)
            for card in owing.filtered(lambda card: not card.active):
                card._move_debt(self._get_kept_card(dst_partner, card.program_id))
        rows.search(
            [
                ("id", ">", last),
                ("kind", "=", "merge"),
                ("source_model", "=", dst_partner._name),
                ("source_id", "=", dst_partner.id),
            ]
        )._keep_lots()
        return res

    def _get_owing_cards(self, partners):
        # Whoever merges customers may not read their cards.
        return (
            self.env["loyalty.card"]
            .sudo()
            .search([("partner_id", "in", partners.ids), ("loyalty_debt", ">", 0)])
        )

    def _get_kept_card(self, partner, program):
        """Give the card on which the platform put the points of the others."""
        # Whoever merges customers may not read their cards.
        return (
            self.env["loyalty.card"]
            .sudo()
            .search(
                [("partner_id", "=", partner.id), ("program_id", "=", program.id)],
                limit=1,
            )
        )
