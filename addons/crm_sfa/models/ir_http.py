from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env.user._is_internal():
            receipts = self.env["sfa.announcement"]._get_my_receipts()
            unread = receipts.filtered(lambda receipt: not receipt.read_on)
            info["sfa_announcements"] = {
                "count": len(receipts),
                "unread": len(unread),
                "urgent": len(unread.filtered("announcement_id.must_confirm")),
            }
        return info
