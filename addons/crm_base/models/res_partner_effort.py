from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """A customer who causes work: what was done, how much of it, and when."""

    _inherit = "res.partner"

    @api.model
    def _customer_efforts_sql(self):
        """Give what the company did for customers, a statement for each activity.

        Override with ``super()`` and add an activity, or ``UNION ALL`` to one.

        :return: ``{activity: SQL}``; each SQL yields ``partner_id`` (commercial
            entity), ``company_id``, ``date`` (timestamp, UTC), ``quantity`` (in the
            unit of the activity) and ``amount`` (numeric, what it cost in the currency
            of the company; null where a rate says it)
        """
        return {
            "order_line": SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, o.company_id,
                       o.date_order AS date, 1 AS quantity, NULL::numeric AS amount
                  FROM sale_order_line l
                  JOIN sale_order o ON o.id = l.order_id
                  JOIN res_partner p ON p.id = o.partner_id
                 WHERE o.state = 'sale' AND l.display_type IS NULL
                """
            ),
            "delivery": self._customer_pickings_sql("outgoing"),
            "return": self._customer_pickings_sql("incoming"),
            "collection": SQL(
                """
                SELECT p.commercial_partner_id AS partner_id, c.company_id,
                       c.create_date AS date, 1 AS quantity, NULL::numeric AS amount
                  FROM crm_collection c
                  JOIN res_partner p ON p.id = c.partner_id
                """
            ),
            "visit": SQL(
                """
                SELECT v.partner_id, u.company_id, e.start AS date, 1 AS quantity,
                       NULL::numeric AS amount
                  FROM (
                      SELECT DISTINCT r.calendar_event_id AS event_id,
                             p.commercial_partner_id AS partner_id
                        FROM calendar_event_res_partner_rel r
                        JOIN res_partner p ON p.id = r.res_partner_id
                       WHERE p.partner_share
                  ) v
                  JOIN calendar_event e ON e.id = v.event_id
                  JOIN res_users u ON u.id = e.user_id
                 WHERE e.active AND e.start <= now() AT TIME ZONE 'UTC'
                """
            ),
        }

    @api.model
    def _customer_pickings_sql(self, code):
        """Give the transfers of orders that are done.

        :param code: ``outgoing`` to customers or ``incoming`` from them
        """
        return SQL(
            """
            SELECT p.commercial_partner_id AS partner_id, t.company_id,
                   t.date_done AS date, 1 AS quantity, NULL::numeric AS amount
              FROM stock_picking t
              JOIN stock_picking_type k ON k.id = t.picking_type_id
              JOIN sale_order o ON o.id = t.sale_id
              JOIN res_partner p ON p.id = o.partner_id
             WHERE t.state = 'done' AND k.code = %s
            """,
            code,
        )

    @api.model
    def _customer_effort_kinds(self):
        """Say what the activities of `_customer_efforts_sql` are called.

        Override with ``super()`` and add an activity beside its statement.

        :return: ``{activity: dict}`` with ``label`` (of one unit), ``sequence``,
            ``model``, ``partner`` (path to the customer) and ``date`` (field) of the
            documents, optionally ``domain``, and ``is_deduction`` where the amount is a
            part of the revenue already, taken off
        """
        done = [("state", "=", "done")]
        return {
            "order_line": {
                "label": self.env._("Order line"),
                "sequence": 10,
                "model": "sale.order.line",
                "partner": "order_partner_id",
                "date": "order_id.date_order",
                "domain": [("state", "=", "sale"), ("display_type", "=", False)],
            },
            "delivery": {
                "label": self.env._("Delivery"),
                "sequence": 20,
                "model": "stock.picking",
                "partner": "sale_id.partner_id",
                "date": "date_done",
                "domain": [*done, ("picking_type_code", "=", "outgoing")],
            },
            "return": {
                "label": self.env._("Return"),
                "sequence": 30,
                "model": "stock.picking",
                "partner": "sale_id.partner_id",
                "date": "date_done",
                "domain": [*done, ("picking_type_code", "=", "incoming")],
            },
            "visit": {
                "label": self.env._("Visit or meeting"),
                "sequence": 40,
                "model": "calendar.event",
                "partner": "partner_ids",
                "date": "start",
            },
            "collection": {
                "label": self.env._("Collection"),
                "sequence": 50,
                "model": "crm.collection",
                "partner": "partner_id",
                "date": "create_date",
            },
        }

    @api.model
    def _customer_peers_sql(self):
        """Give the groups that a customer is compared with.

        Override with ``super()`` and ``UNION ALL`` to add one; who has none is compared
        with the customers of the same value.

        :return: SQL that yields ``partner_id`` (commercial entity), ``peer`` (text,
            ``model,id`` of the record that names the group) and ``rank`` (integer, once
            for a customer: the lowest is the group that comes first)
        """
        return SQL(
            "SELECT NULL::integer AS partner_id, NULL AS peer, 0 AS rank WHERE FALSE"
        )
