from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """A customer whose purchases from before this database count too."""

    _inherit = "res.partner"

    def _customer_timeline_queries(self):
        queries = super()._customer_timeline_queries()
        History = self.env["crm.history.order"]
        if History.has_access("read"):
            query = History._search(
                [("partner_id", "child_of", self.commercial_partner_id.ids)], order="id"
            )
            queries["history"] = query.select(
                SQL("crm_history_order.date AS date"),
                SQL("crm_history_order.name AS title"),
                SQL("crm_history_order.amount AS amount"),
                SQL("crm_history_order.currency_id AS currency_id"),
                SQL("%s AS res_model", History._name),
                SQL("crm_history_order.id AS res_id"),
                SQL("NULL::integer AS author_id"),
            )
        return queries
