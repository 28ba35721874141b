from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    """Facts follow their customer when two become one."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        # The reader of a fact must not meet a customer who is gone; whoever merges
        # needs no right on the facts for that.
        self.env["mining.fact"].sudo()._refresh()
        return result

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # What runs found of each of them is true of none; the next run finds it anew.
        self.env["mining.row"]._forget(src_partners | dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
