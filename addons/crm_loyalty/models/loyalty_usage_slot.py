from odoo import api, fields, models
from odoo.tools import SQL

#: Slots that lie ready for the next orders of a program.
READY = 100


class LoyaltyUsageSlot(models.Model):
    """One of the times that a program with limited usage may be used.

    Orders that take slots do not meet: each takes another one that is free. A number
    exists once, so that nobody makes more of them than the program allows. A slot
    above the allowed number is a use from before the number was lowered; it ends with
    the first slot that becomes free.
    """

    _name = "loyalty.usage.slot"
    _description = "Program Usage"
    _log_access = False
    _order = "program_id, number"
    _rec_name = "number"

    program_id = fields.Many2one("loyalty.program", required=True, ondelete="cascade")
    number = fields.Integer(required=True)
    order_id = fields.Many2one("sale.order", "Used by", ondelete="set null")

    _number_once = models.UniqueIndex("(program_id, number)")
    _order_once = models.UniqueIndex(
        "(order_id, program_id) WHERE order_id IS NOT NULL"
    )
    _free = models.Index("(program_id, number) WHERE order_id IS NULL")

    @api.model
    def _take(self, program, order):
        """Take a free slot of a program for an order that has none.

        :return: whether there was one
        """
        if self._take_free(program, order):
            return True
        self._make(program)
        return self._take_free(program, order, wait=True)

    @api.model
    def _take_free(self, program, order, wait=False):
        """Take a slot that is free; those that others are taking are passed over.

        :param wait: when all are being taken, wait for one. Whoever took it in the
            end makes this transaction start again, and whoever gave it up leaves it.
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH free AS (
                    SELECT id FROM loyalty_usage_slot
                     WHERE program_id = %(program)s AND order_id IS NULL
                     ORDER BY number LIMIT 1 FOR UPDATE %(others)s
                )
                UPDATE loyalty_usage_slot s SET order_id = %(order)s
                  FROM free WHERE free.id = s.id
                RETURNING s.id
                """,
                program=program.id,
                order=order.id,
                others=SQL() if wait else SQL("SKIP LOCKED"),
            )
        )
        self.invalidate_model(["order_id"])
        return bool(rows)

    @api.model
    def _make(self, program):
        """Make the next slots, as many as the program still allows."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO loyalty_usage_slot (program_id, number)
                SELECT %(program)s, number
                  FROM generate_series(
                           (SELECT coalesce(max(number), 0) + 1
                              FROM loyalty_usage_slot WHERE program_id = %(program)s),
                           (SELECT least(coalesce(max(number), 0) + %(ready)s, %(most)s)
                              FROM loyalty_usage_slot WHERE program_id = %(program)s)
                       ) AS number
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                program=program.id,
                ready=READY,
                most=program.max_usage,
            )
        )

    @api.model
    def _record_uses(self, program):
        """Give each order that already uses the program a slot of its own."""
        self.env.execute_query(
            SQL(
                """
                WITH used AS (
                    SELECT DISTINCT l.order_id
                      FROM sale_order_line l
                      JOIN loyalty_reward r ON r.id = l.reward_id
                     WHERE r.program_id = %(program)s
                       AND NOT EXISTS (
                           SELECT FROM loyalty_usage_slot s
                            WHERE s.program_id = r.program_id
                              AND s.order_id = l.order_id
                       )
                )
                INSERT INTO loyalty_usage_slot (program_id, number, order_id)
                SELECT %(program)s,
                       (SELECT coalesce(max(number), 0) FROM loyalty_usage_slot
                         WHERE program_id = %(program)s)
                       + row_number() OVER (ORDER BY order_id),
                       order_id
                  FROM used
                RETURNING id
                """,
                program=program.id,
            )
        )

    @api.model
    def _release(self, order_ids):
        """Free the slots of orders that no longer use their program.

        :return: ids of the programs
        """
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE loyalty_usage_slot s SET order_id = NULL
                 WHERE s.order_id = ANY(%s) AND NOT EXISTS (
                     SELECT FROM sale_order_line l
                       JOIN loyalty_reward r ON r.id = l.reward_id
                      WHERE l.order_id = s.order_id AND r.program_id = s.program_id
                 )
                RETURNING s.program_id
                """,
                list(order_ids),
            )
        )
        self.invalidate_model(["order_id"])
        return [row[0] for row in rows]

    @api.model
    def _settle(self, program):
        """Drop slots above the allowed number; their uses move to free ones first."""
        rows = self.env.execute_query(
            SQL(
                "DELETE FROM loyalty_usage_slot WHERE program_id = %s AND number > %s"
                " RETURNING order_id",
                program.id,
                program.max_usage,
            )
        )
        order_ids = sorted(row[0] for row in rows if row[0])
        if order_ids:
            moved = self._move_to_free(program, order_ids)
            self._keep_above(program, order_ids[moved:])
        self.invalidate_model()

    @api.model
    def _move_to_free(self, program, order_ids):
        """Give free slots to the first of the orders.

        :return: how many got one
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH free AS (
                    SELECT id FROM loyalty_usage_slot
                     WHERE program_id = %s AND order_id IS NULL
                     ORDER BY number LIMIT %s FOR UPDATE
                ), pair AS (
                    SELECT f.id, o.order_id
                      FROM (SELECT id, row_number() OVER () AS place FROM free) f
                      JOIN unnest(%s::int[]) WITH ORDINALITY o(order_id, place)
                     USING (place)
                )
                UPDATE loyalty_usage_slot s SET order_id = pair.order_id
                  FROM pair WHERE pair.id = s.id
                RETURNING s.id
                """,
                program.id,
                len(order_ids),
                order_ids,
            )
        )
        return len(rows)

    @api.model
    def _keep_above(self, program, order_ids):
        """Number uses that nothing is free for above the allowed ones."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO loyalty_usage_slot (program_id, number, order_id)
                SELECT %s, %s + o.place, o.order_id
                  FROM unnest(%s::int[]) WITH ORDINALITY o(order_id, place)
                RETURNING id
                """,
                program.id,
                program.max_usage,
                order_ids,
            )
        )
