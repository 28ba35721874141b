from odoo import models
from odoo.tools import SQL


class MiningUnknown(models.AbstractModel):
    """Amounts that nobody may know; the platform reads them as zero."""

    _name = "mining.unknown"
    _description = "Amounts That May Be Unknown"
    #: Names of such amounts.
    _unknown = ()

    def _note_known(self, name, flag):
        """Set a flag on records of which an amount is known, clear it on others."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) AND %s IS NOT NULL",
                SQL.identifier(self._table),
                self.ids,
                SQL.identifier(name),
            )
        )
        known = self.browse(row_id for (row_id,) in rows)
        known[flag] = True
        (self - known)[flag] = False

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # The greatest come first: what nobody knows is none of them.
        if field_name in self._unknown and not nulls.code:
            nulls = SQL("NULLS LAST")
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
