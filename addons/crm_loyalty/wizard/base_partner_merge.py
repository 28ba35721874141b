from odoo import models

from ..tools.posting import posting


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        with posting("merge", source=(dst_partner._name, dst_partner.id)):
            return super()._merge_loyalty_cards(src_partners, dst_partner)
