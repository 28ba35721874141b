from odoo import api, fields, models
from odoo.tools import SQL


class CrmHistoryLine(models.Model):
    """A line of a document of the sales history."""

    _name = "crm.history.line"
    _description = "Sales History Line"
    _order = "order_id, row_no, id"
    _log_access = False
    _rec_name = "description"

    order_id = fields.Many2one(
        "crm.history.order",
        readonly=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    import_id = fields.Many2one(
        "crm.history.import", readonly=True, required=True, index=True
    )
    row_no = fields.Integer("Row in the File", readonly=True, aggregator=None)
    # what
    product_id = fields.Many2one(
        "product.product", readonly=True, index=True, ondelete="restrict"
    )
    product_code = fields.Char(readonly=True)
    description = fields.Char(readonly=True)
    quantity = fields.Float(readonly=True, digits=(16, 4))
    price_unit = fields.Float(
        "Unit Price", readonly=True, digits=(16, 6), aggregator="avg"
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount = fields.Monetary(readonly=True, help="Quantity × unit price")
    # of the document
    date = fields.Datetime(related="order_id.date")
    partner_id = fields.Many2one(related="order_id.partner_id")
    company_id = fields.Many2one(related="order_id.company_id")
    # Equal lines of one file are numbered, so that reading a file twice adds nothing
    # and lines that a file really repeats are kept.
    row_key = fields.Char(readonly=True, required=True)
    occurrence = fields.Integer(readonly=True, required=True, aggregator=None)

    _row_unique = models.UniqueIndex(
        "(row_key, occurrence)", "This line is in the sales history already."
    )

    @api.model
    def _add_staged(self, run):
        """Add the staged lines that are not known yet.

        :return: number of lines added; they are marked in the stage
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH added AS (
                    INSERT INTO crm_history_line (
                        order_id, import_id, row_no, product_id, product_code,
                        description, quantity, price_unit, amount, row_key, occurrence
                    )
                    SELECT document.id, %(run)s, stage.row_no, stage.product_id,
                           stage.product, NULLIF(stage.description, ''),
                           stage.quantity, stage.price, stage.quantity * stage.price,
                           stage.row_key, stage.occurrence
                      FROM crm_history_stage AS stage
                      JOIN crm_history_order AS document
                        ON document.company_id = %(company)s
                       AND document.source = %(source)s
                       AND document.name = stage.document
                       AND document.customer_code = stage.customer
                     ORDER BY stage.row_no
                    ON CONFLICT (row_key, occurrence) DO NOTHING
                    RETURNING row_no, order_id
                )
                UPDATE crm_history_stage AS stage
                   SET is_new = TRUE
                  FROM added
                 WHERE added.row_no = stage.row_no
             RETURNING added.order_id
                """,
                run=run.id,
                company=run.company_id.id,
                source=run.source or "",
            )
        )
        self.env["crm.history.order"]._refresh_amounts({row[0] for row in rows})
        return len(rows)
