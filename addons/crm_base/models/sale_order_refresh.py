from odoo import api, models
from odoo.tools import SQL

from ..tools.tracking import OPEN_STAGES

KEY = "crm_base.tracking"
BATCH = 500
#: What the statement that finds touched orders reads.
TOUCH_FLUSHED = {
    "sale.order.line": ["order_id", "invoice_lines"],
    "stock.move": ["sale_line_id"],
    "account.move.line": ["move_id"],
}


class SaleOrder(models.Model):
    """The stored stage of an order, kept by the events of the ERP.

    A hook only notes ids of what changed. Before the transaction commits, one statement
    finds the orders behind them, one reads their figures, and the orders whose stage or
    lateness differs from the stored one are updated, grouped by their new values.
    """

    _inherit = "sale.order"

    def _tracking_touch(self, records=None):
        """Note that ``records`` (default: ``self``) changed, to refresh their orders.

        Nothing is read here. With the context key ``tracking_no_refresh`` nothing is
        noted either: for bulk imports that call :meth:`_tracking_refresh` at the end.
        """
        records = self if records is None else records
        ids = [id_ for id_ in records._ids if id_]
        if not ids or self.env.context.get("tracking_no_refresh"):
            return
        precommit = self.env.cr.precommit
        if KEY not in precommit.data:
            precommit.data[KEY] = {}
            precommit.add(self.env["sale.order"]._tracking_refresh_touched)
        precommit.data[KEY].setdefault(records._name, set()).update(ids)

    def _tracking_refresh_touched(self):
        touched = self.env.cr.precommit.data.pop(KEY, {})
        order_ids = touched.pop("sale.order", set())
        if touched:
            sources = self._tracking_touch_sources()
            statement = SQL(" UNION ").join(
                SQL(f"({sources[name]})", list(ids))
                for name, ids in sorted(touched.items())
            )
            for model, names in TOUCH_FLUSHED.items():
                # Ids are looked up for a stored fact; nobody gets to see them.
                self.env[model].sudo().flush_model(names)
            order_ids.update(
                order_id for (order_id,) in self.env.execute_query(statement)
            )
        self._tracking_store(order_ids)

    @api.model
    def _tracking_touch_sources(self):
        """Give, by model, the statement that finds orders by ids of that model."""
        by_move_line = """
            SELECT l.order_id
              FROM account_move_line i
              JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
              JOIN sale_order_line l ON l.id = r.order_line_id
        """
        return {
            "sale.order.line": """
                SELECT order_id FROM sale_order_line WHERE id = ANY(%s)
            """,
            "stock.move": """
                SELECT l.order_id
                  FROM stock_move m
                  JOIN sale_order_line l ON l.id = m.sale_line_id
                 WHERE m.id = ANY(%s)
            """,
            "account.move": f"{by_move_line} WHERE i.move_id = ANY(%s)",
            # a reconciled receivable stands on the same invoice as the product lines
            "account.move.line": f"""{by_move_line} WHERE i.move_id IN (
                SELECT move_id FROM account_move_line WHERE id = ANY(%s))
            """,
        }

    def _tracking_refresh(self):
        """Bring the stored stage and lateness of ``self`` up to date now.

        :return: number of orders that were written
        """
        return self._tracking_store(self.ids)

    def _tracking_store(self, order_ids):
        if not order_ids:
            return 0
        today = self._tracking_today()
        changes = {}
        for row in self._tracking_rows(order_ids, light=True):
            stored = row["stored_stage"], row["stored_late"]
            entry = self._tracking_entry(row, today)
            if stored != (entry["stage"], entry["late"]):
                key = entry["stage"], entry["late"]
                changes.setdefault(key, []).append(entry["id"])
        for (stage, late), ids in sorted(changes.items()):
            # A plain statement: neither the order's log nor its writers are concerned,
            # and only the rows that change are locked.
            self.env.cr.execute(
                SQL(
                    "UPDATE sale_order SET tracking_stage = %s, tracking_late = %s "
                    "WHERE id = ANY(%s)",
                    stage,
                    late,
                    sorted(ids),
                )
            )
            self.browse(ids).invalidate_recordset(
                ["tracking_stage", "tracking_late"], flush=False
            )
        return sum(map(len, changes.values()))

    @api.model
    def _cron_refresh_tracking(self):
        """Refresh orders on their way: the passing of a day can make them late."""
        # the scheduler has no time zone of its own: days are those of the company
        zone = self.env.company.partner_id.tz
        self = self.with_context(tz=zone or self.env.context.get("tz"))
        done, last_id = 0, 0
        domain = [("tracking_stage", "in", OPEN_STAGES), ("state", "=", "sale")]
        remaining = self.search_count(domain)
        while remaining > 0:
            orders = self.search(
                [*domain, ("id", ">", last_id)], order="id", limit=BATCH
            )
            if not orders:
                break
            orders._tracking_refresh()
            last_id, done = orders[-1].id, len(orders)
            remaining -= done
            if not self.env["ir.cron"]._commit_progress(
                done, remaining=max(remaining, 0)
            ):
                break

    @api.model
    def _tracking_refresh_all(self):
        """Set the stage of every order that left the state of a quotation."""
        last_id = 0
        while orders := self.search(
            [("state", "!=", "draft"), ("id", ">", last_id)], order="id", limit=BATCH
        ):
            orders._tracking_refresh()
            last_id = orders[-1].id
