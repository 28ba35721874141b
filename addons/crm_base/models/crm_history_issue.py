from odoo import api, fields, models
from odoo.tools import SQL

# reason -> condition over the staged line; each names a row that is kept
NOTED = {
    "no_customer": SQL("customer = ''"),
    "zero_price": SQL("price = 0"),
    "negative_price": SQL("price < 0"),
    "no_description": SQL("description = ''"),
    "repeated": SQL("occurrence > 1"),
    "unknown_country": SQL("country <> '' AND country_id IS NULL"),
}


class CrmHistoryIssue(models.Model):
    """A row of an imported file that was refused, or kept although it is odd."""

    _name = "crm.history.issue"
    _description = "Sales History Import Report"
    _order = "import_id, row_no, id"
    _log_access = False
    _rec_name = "reason"

    import_id = fields.Many2one(
        "crm.history.import",
        readonly=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    row_no = fields.Integer("Row", readonly=True, aggregator=None)
    is_refused = fields.Boolean("Refused", readonly=True)
    reason = fields.Selection(
        [
            ("document", "Refused: no document number"),
            ("product", "Refused: no product code"),
            ("quantity", "Refused: the quantity is not a number"),
            ("price", "Refused: the unit price is not a number"),
            ("date", "Refused: the date cannot be read"),
            ("no_customer", "Kept without customer: no customer code"),
            ("zero_price", "Kept: the unit price is zero"),
            ("negative_price", "Kept: the unit price is negative"),
            ("negative_quantity", "Kept: negative quantity outside a return"),
            ("no_description", "Kept: no description"),
            ("repeated", "Kept: the same line stands above"),
            ("unknown_country", "Kept: the country's name is not known"),
        ],
        readonly=True,
        required=True,
    )
    value = fields.Char("In the File", readonly=True)
    document = fields.Char("Number", readonly=True)

    @api.model
    def _add_staged(self, run, refused):
        """Report what was odd in the lines just added, and what was refused.

        :param refused: list of ``history_file.Refused``
        """
        conditions = {
            **NOTED,
            "negative_quantity": SQL(
                "quantity < 0 AND NOT (%(prefix)s <> ''"
                " AND STARTS_WITH(document, %(prefix)s))",
                prefix=run.return_prefix or "",
            ),
        }
        values = {
            "zero_price": SQL("product"),
            "no_description": SQL("product"),
            "repeated": SQL("product"),
            "negative_price": SQL("price::text"),
            "negative_quantity": SQL("quantity::text"),
            "unknown_country": SQL("country"),
        }
        cases = SQL(", ").join(
            SQL(
                "(%(reason)s, %(condition)s, %(value)s)",
                reason=reason,
                condition=condition,
                value=values.get(reason, SQL("NULL")),
            )
            for reason, condition in conditions.items()
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_history_issue (
                    import_id, row_no, is_refused, reason, value, document
                )
                SELECT %(run)s, row_no, FALSE, found.reason, found.value, document
                  FROM crm_history_stage
                 CROSS JOIN LATERAL (VALUES %(cases)s) AS found (reason, holds, value)
                 WHERE is_new AND found.holds
                 ORDER BY row_no
                """,
                run=run.id,
                cases=cases,
            )
        )
        if refused:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO crm_history_issue (
                        import_id, row_no, is_refused, reason, value
                    )
                    SELECT %(run)s, row_no, TRUE, reason, value
                      FROM unnest(%(rows)s, %(reasons)s, %(values)s)
                        AS line (row_no, reason, value)
                    """,
                    run=run.id,
                    rows=[line.number for line in refused],
                    reasons=[line.field for line in refused],
                    values=[line.value for line in refused],
                )
            )
