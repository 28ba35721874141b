from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.section import link, section

MAX_DEPTH = 4
MAX_NODES = 200
#: Relations shown on the page; the rest is a click away.
MAX_ROWS = 8


class ResPartner(models.Model):
    """How a customer relates to others."""

    _inherit = "res.partner"

    relation_side_ids = fields.One2many(
        "crm.relation.side",
        "partner_id",
        "Relations",
        readonly=True,
        groups="crm_base.crm_base_group_user",
    )
    relation_count = fields.Integer(
        compute="_compute_relation_count", groups="crm_base.crm_base_group_user"
    )

    @api.depends("relation_side_ids")
    def _compute_relation_count(self):
        counts = dict(
            self.env["crm.relation.side"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.relation_count = counts.get(partner._origin, 0)

    @api.readonly
    def action_open_relations(self):
        """List the relations of this customer, both directions."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.relation",
            "name": self.env._("Relations of %(customer)s", customer=self.display_name),
            "views": [(False, "list"), (False, "form")],
            "domain": [
                "|",
                ("from_partner_id", "=", self.id),
                ("to_partner_id", "=", self.id),
            ],
            "context": {"default_from_partner_id": self.id},
        }

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        if not self.env["crm.relation"].has_access("read"):
            return sections
        sides = self.env["crm.relation.side"].search(
            Domain("partner_id.commercial_partner_id", "in", list(sections))
            & Domain("relation_id.is_current", "=", True)
        )
        by_owner = sides.grouped("partner_id")
        for owner in self.commercial_partner_id:
            found = by_owner.get(owner, self.env["crm.relation.side"])
            part = section(
                "relation",
                self.env._("Relations"),
                sequence=70,
                icon="fa-share-alt",
                empty=self.env._("No relation to another customer is recorded."),
                action=link(
                    self.env._("All relations"),
                    "crm.relation",
                    domain=[
                        "|",
                        ("from_partner_id", "=", owner.id),
                        ("to_partner_id", "=", owner.id),
                    ],
                    context={"default_from_partner_id": owner.id},
                ),
            )
            part["rows"] += [side._section_row() for side in found[:MAX_ROWS]]
            sections[owner.id].append(part)
        return sections

    # -------------------------------------------------------------- sell-through

    def _get_sell_through(self, date_from, date_to):
        """Sum the purchases of the customers for whom each dealer of ``self`` deals.

        Follows the relation types that count sell-through, also through sub-dealers,
        as far as they hold today. A customer who is reached twice counts once, and the
        dealer's own purchases do not count.

        :param date_from: first day, inclusive
        :param date_to: last day, inclusive
        :return: ``{partner_id: {"customers": int, "orders": int, "amount": float}}``,
            currency of the seller's company, tax excluded
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE reach (dealer_id, partner_id) AS (
                    SELECT d.id, d.id FROM unnest(%(ids)s::int[]) d(id)
                     UNION
                    SELECT reach.dealer_id, r.to_partner_id
                      FROM reach
                      JOIN crm_relation r ON r.from_partner_id = reach.partner_id
                      JOIN crm_relation_type t
                        ON t.id = r.type_id AND t.is_sell_through
                     WHERE coalesce(r.date_from, %(today)s) <= %(today)s
                       AND coalesce(r.date_to, %(today)s) >= %(today)s
                ), customer AS (
                    SELECT DISTINCT reach.dealer_id, p.commercial_partner_id AS id
                      FROM reach
                      JOIN res_partner p ON p.id = reach.partner_id
                      JOIN res_partner d ON d.id = reach.dealer_id
                     WHERE p.commercial_partner_id <> d.commercial_partner_id
                )
                SELECT c.dealer_id, count(DISTINCT c.id), count(s.partner_id),
                       coalesce(sum(s.amount), 0)
                  FROM customer c
                  LEFT JOIN (%(purchases)s) s
                    ON s.partner_id = c.id AND s.date BETWEEN %(start)s AND %(end)s
                 GROUP BY c.dealer_id
                """,
                ids=self.ids,
                today=fields.Date.context_today(self),
                purchases=self._customer_purchases_sql(),
                start=date_from,
                end=date_to,
            )
        )
        nothing = {"customers": 0, "orders": 0, "amount": 0.0}
        result = {partner_id: dict(nothing) for partner_id in self.ids}
        for dealer_id, customers, orders, amount in rows:
            result[dealer_id] = {
                "customers": customers,
                "orders": orders,
                "amount": float(round(amount, 2)),
            }
        return result

    # ------------------------------------------------------------------- the network

    @api.readonly
    def get_relation_network(self, depth=2, limit=60):
        """Give the customers around this one, as far as the current user may see.

        :param int depth: how many relations away, 1 to 4
        :param int limit: how many customers at most, 1 to 200
        :return: see :meth:`_get_relation_network`
        :raise AccessError: the user may not read this customer or relations
        """
        self.ensure_one()
        self.check_access("read")
        try:
            depth, limit = int(depth), int(limit)
        except (TypeError, ValueError, OverflowError) as error:
            raise UserError(
                self.env._("Depth and size of a network are whole numbers.")
            ) from error
        return self._get_relation_network(
            min(max(depth, 1), MAX_DEPTH), min(max(limit, 1), MAX_NODES)
        )

    def _get_relation_network(self, depth=2, limit=60):
        """Walk the relations of today in both directions, nearest customers first.

        A customer whom the reader may not see is left out, and so is whoever can be
        reached through that customer only. One query a step and three more, however
        many customers there are.

        :return: ``{"nodes": [{"id", "name", "is_company", "stage", "depth"}],
            "edges": [{"source", "target", "type", "label", "inverse"}],
            "truncated": bool}``; an edge runs from the first to the second customer of
            the relation, ``type`` is the id of its type, ``label`` and ``inverse`` name
            it from the source's and from the target's side; ``truncated`` says that
            more customers are within reach than ``limit``
        """
        self.env["crm.relation"].check_access("read")
        self.env["crm.relation"].flush_model()
        depths = dict.fromkeys(self.ids, 0)
        frontier, truncated = self, False
        for step in range(1, depth + 1):
            room = limit - len(depths)
            near = self._relation_neighbours(frontier.ids, list(depths))
            frontier = self.search([("id", "in", near)], limit=room + 1, order="id")
            truncated = truncated or len(frontier) > room
            frontier = frontier[:room]
            depths.update(dict.fromkeys(frontier.ids, step))
            if not frontier:
                break
        partners = self.browse(depths)
        return {
            "nodes": [
                {
                    "id": partner.id,
                    "name": partner.display_name,
                    "is_company": partner.is_company,
                    "stage": partner.lifecycle_stage,
                    "depth": depths[partner.id],
                }
                for partner in partners
            ],
            "edges": self._relation_edges(partners),
            "truncated": truncated,
        }

    def _relation_neighbours(self, partner_ids, known_ids):
        """Give a subquery of the customers one relation away, the known left out."""
        return SQL(
            """(
            SELECT other_id
              FROM (
                  SELECT to_partner_id AS other_id, date_from, date_to
                    FROM crm_relation WHERE from_partner_id = ANY(%(ids)s)
                   UNION ALL
                  SELECT from_partner_id, date_from, date_to
                    FROM crm_relation WHERE to_partner_id = ANY(%(ids)s)
              ) side
             WHERE coalesce(date_from, %(today)s) <= %(today)s
               AND coalesce(date_to, %(today)s) >= %(today)s
               AND other_id <> ALL(%(known)s)
            )""",
            ids=partner_ids,
            known=known_ids,
            today=fields.Date.context_today(self),
        )

    def _relation_edges(self, partners):
        relations = self.env["crm.relation"].search_fetch(
            Domain("from_partner_id", "in", partners.ids)
            & Domain("to_partner_id", "in", partners.ids)
            & Domain("is_current", "=", True),
            ["from_partner_id", "to_partner_id", "type_id"],
            order="id",
        )
        return [
            {
                "source": relation.from_partner_id.id,
                "target": relation.to_partner_id.id,
                "type": relation.type_id.id,
                "label": relation.type_id.name,
                "inverse": relation.type_id.inverse_name,
            }
            for relation in relations
        ]
