from odoo import models

from ..tools.posting import posting


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        rows = self.env["loyalty.ledger"]
        last = rows.search([], order="id desc", limit=1).id or 0
        with posting("merge", source=(dst_partner._name, dst_partner.id)):
            res = super()._merge_loyalty_cards(src_partners, dst_partner)
        rows.search(
            [
                ("id", ">", last),
                ("kind", "=", "merge"),
                ("source_model", "=", dst_partner._name),
                ("source_id", "=", dst_partner.id),
            ]
        )._keep_lots()
        return res
