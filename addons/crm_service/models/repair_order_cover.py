from odoo import api, models


class RepairOrder(models.Model):
    """A repair of what is in warranty says so by itself."""

    _inherit = "repair.order"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if "under_warranty" not in vals and vals.get("lot_id"):
                # A technician need not know what customers have.
                asset = self.env["service.asset"].sudo()
                asset = asset.search(
                    [("lot_id", "=", vals["lot_id"]), ("state", "=", "active")], limit=1
                )
                if asset:
                    cover = asset._get_cover("warranty")
                    vals["under_warranty"] = bool(cover["entitlement"])
        return super().create(vals_list)
