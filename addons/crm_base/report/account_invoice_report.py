from odoo import api, fields, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    """Invoice analysis by where the business came from.

    The origin is the order's of each line, so it is exact also where one invoice
    covers several orders; a line without an order has the invoice's.
    """

    _inherit = "account.invoice.report"

    opportunity_id = fields.Many2one("crm.lead", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)

    _depends = {
        "account.move": ["opportunity_id", "campaign_id", "medium_id", "source_id"],
        "sale.order": ["opportunity_id", "campaign_id", "medium_id", "source_id"],
        "sale.order.line": ["order_id", "invoice_lines"],
    }

    @api.model
    def _origin_columns(self):
        """Give the columns of both `sale_order` and `account_move` that tell an origin.

        :return: list of column names; an app adds its own with ``super()``
        """
        return ["opportunity_id", "campaign_id", "medium_id", "source_id"]

    @api.model
    def _select(self):
        # A subquery a column: PostgreSQL computes only those that are asked for.
        columns = [
            SQL(
                """COALESCE((
                    SELECT sale_order.%(column)s
                      FROM sale_order_line_invoice_rel AS invoiced
                      JOIN sale_order_line AS sold
                        ON sold.id = invoiced.order_line_id
                      JOIN sale_order ON sale_order.id = sold.order_id
                     WHERE invoiced.invoice_line_id = line.id
                     ORDER BY sold.id
                     LIMIT 1
                ), move.%(column)s) AS %(column)s""",
                column=SQL.identifier(name),
            )
            for name in self._origin_columns()
        ]
        return SQL("%s, %s", super()._select(), SQL(", ").join(columns))
