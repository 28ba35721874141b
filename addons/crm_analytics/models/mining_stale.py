from odoo import api, fields, models
from odoo.tools import SQL

#: Documents in one refresh; more are left to the next.
BATCH = 50_000

#: Triggers: by whatever way a sale changes, form, import or plain SQL, it is noted.
WATCHED = [
    ("sale_order", "mining_order_changed"),
    ("sale_order_line", "mining_lines_added"),
    ("sale_order_line", "mining_lines_removed"),
    ("sale_order_line", "mining_line_changed"),
    ("crm_history_line", "mining_history_added"),
    ("crm_history_line", "mining_history_removed"),
    ("crm_history_order", "mining_history_changed"),
    ("res_partner", "mining_partner_changed"),
]
#: What a change must touch to be one; anything else an order does is not a sale.
_ORDER = (
    "state date_order partner_id user_id team_id campaign_id source_id medium_id "
    "currency_rate company_id"
).split()
_LINE = (
    "product_id product_uom_id product_uom_qty price_unit discount price_subtotal "
    "margin purchase_price display_type order_id"
).split()
#: Of a line that a delivery added, which nobody ordered.
_DELIVERED = ("qty_delivered untaxed_amount_invoiced untaxed_amount_to_invoice").split()


def _differs(names):
    old = SQL(", ").join(SQL("OLD.%s", SQL.identifier(name)) for name in names)
    new = SQL(", ").join(SQL("NEW.%s", SQL.identifier(name)) for name in names)
    return SQL("(%s) IS DISTINCT FROM (%s)", old, new)


FUNCTIONS = """
CREATE OR REPLACE FUNCTION mining_note_order() RETURNS trigger AS $$
BEGIN
    INSERT INTO mining_stale (order_id) VALUES (NEW.id);
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE FUNCTION mining_note_line() RETURNS trigger AS $$
BEGIN
    INSERT INTO mining_stale (order_id) VALUES (NEW.order_id);
    IF OLD.order_id <> NEW.order_id THEN
        INSERT INTO mining_stale (order_id) VALUES (OLD.order_id);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE FUNCTION mining_note_lines() RETURNS trigger AS $$
BEGIN
    IF TG_TABLE_NAME = 'sale_order_line' THEN
        INSERT INTO mining_stale (order_id)
        SELECT DISTINCT order_id FROM changed WHERE state = 'sale';
    ELSE
        INSERT INTO mining_stale (history_id)
        SELECT DISTINCT order_id FROM changed;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE FUNCTION mining_note_history() RETURNS trigger AS $$
BEGIN
    INSERT INTO mining_stale (history_id) VALUES (NEW.id);
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE FUNCTION mining_note_partner() RETURNS trigger AS $$
BEGIN
    INSERT INTO mining_stale (order_id)
    SELECT id FROM sale_order WHERE partner_id = NEW.id AND state = 'sale';
    INSERT INTO mining_stale (history_id)
    SELECT id FROM crm_history_order WHERE partner_id = NEW.id;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
"""


class MiningStale(models.Model):
    """A document whose facts are to be read again; a row without one means all."""

    _name = "mining.stale"
    _description = "Document to Read"
    _log_access = False
    _rec_name = "order_id"

    # Numbers, not relations: a document that was deleted waits here as well.
    order_id = fields.Integer(readonly=True)
    history_id = fields.Integer("Document of the History", readonly=True)

    def init(self):
        self.env.cr.execute(FUNCTIONS)
        for table, name in WATCHED:
            self.env.cr.execute(
                SQL(
                    "CREATE OR REPLACE TRIGGER %s %s",
                    SQL.identifier(name),
                    self._watch_sql(name, SQL.identifier(table)),
                )
            )

    def _watch_sql(self, name, table):
        """Say when a trigger fires and what it calls."""
        added = "AFTER INSERT ON %s REFERENCING NEW TABLE AS changed"
        removed = "AFTER DELETE ON %s REFERENCING OLD TABLE AS changed"
        lines = "FOR EACH STATEMENT EXECUTE FUNCTION mining_note_lines()"
        return {
            "mining_order_changed": SQL(
                "AFTER UPDATE OF %s ON %s FOR EACH ROW"
                " WHEN ((OLD.state = 'sale' OR NEW.state = 'sale') AND %s)"
                " EXECUTE FUNCTION mining_note_order()",
                SQL(", ").join(map(SQL.identifier, _ORDER)),
                table,
                _differs(_ORDER),
            ),
            "mining_line_changed": SQL(
                "AFTER UPDATE OF %s ON %s FOR EACH ROW"
                " WHEN (NEW.state = 'sale' AND (%s OR NEW.product_uom_qty = 0 AND %s))"
                " EXECUTE FUNCTION mining_note_line()",
                SQL(", ").join(map(SQL.identifier, _LINE + _DELIVERED)),
                table,
                _differs(_LINE),
                _differs(_DELIVERED),
            ),
            "mining_lines_added": SQL(f"{added} {lines}", table),
            "mining_lines_removed": SQL(f"{removed} {lines}", table),
            "mining_history_added": SQL(f"{added} {lines}", table),
            "mining_history_removed": SQL(f"{removed} {lines}", table),
            "mining_history_changed": SQL(
                "AFTER UPDATE OF partner_id, date ON %s FOR EACH ROW WHEN (%s)"
                " EXECUTE FUNCTION mining_note_history()",
                table,
                _differs(["partner_id", "date"]),
            ),
            "mining_partner_changed": SQL(
                "AFTER UPDATE OF commercial_partner_id ON %s FOR EACH ROW WHEN (%s)"
                " EXECUTE FUNCTION mining_note_partner()",
                table,
                _differs(["commercial_partner_id"]),
            ),
        }[name]

    @api.model
    def _ask_for_all(self):
        """Have the next refresh read every document."""
        self.env.cr.execute("INSERT INTO mining_stale DEFAULT VALUES")

    @api.model
    def _take(self):
        """Take the documents that wait, each once, oldest first.

        :return: ``(order_ids, history_ids, is_all)``
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM mining_stale WHERE id IN (
                    SELECT id FROM mining_stale
                     ORDER BY (order_id IS NULL AND history_id IS NULL) DESC, id
                     LIMIT %s
                ) RETURNING order_id, history_id
                """,
                BATCH,
            )
        )
        orders = {order for order, _history in rows if order}
        history = {document for _order, document in rows if document}
        return sorted(orders), sorted(history), (None, None) in rows
