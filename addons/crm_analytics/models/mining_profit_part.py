from odoo import api, fields, models


class MiningProfitPart(models.Model):
    """What one activity for one customer cost, by a run."""

    _name = "mining.profit.part"
    _description = "Cost to Serve"
    _inherit = ["mining.row"]
    _log_access = False
    _order = "amount desc, id"

    activity = fields.Selection(selection="_selection_activity", readonly=True)
    quantity = fields.Float(readonly=True, digits=(16, 2))
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Cost", readonly=True)

    @api.model
    def _selection_activity(self):
        kinds = self.env["res.partner"]._customer_effort_kinds()
        return [(name, kind["label"]) for name, kind in kinds.items()]

    @api.readonly
    def action_open_documents(self):
        """List the documents that were counted, as far as the reader may see them."""
        self.ensure_one()
        self.check_access("read")
        return self.run_id._open_efforts(self.activity, self.partner_id)
