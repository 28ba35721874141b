from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        # Whoever merges customers may not read their cards.
        cards = self.env["loyalty.card"].sudo()
        known = cards.search([("partner_id", "in", src_partners.ids)])
        with cards._merging(dst_partner):
            res = super()._merge_loyalty_cards(src_partners, dst_partner)
            for card in known.filtered(lambda card: not card.active):
                kept = cards.search(
                    [
                        ("partner_id", "=", dst_partner.id),
                        ("program_id", "=", card.program_id.id),
                    ],
                    limit=1,
                )
                card._join(kept)
        return res
