from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.timeline import MAX_ID


class CrmRelation(models.Model):
    """One customer's relation to another, while the dates say."""

    _name = "crm.relation"
    _description = "Customer Relation"
    _order = "date_from desc, id desc"

    from_partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    type_id = fields.Many2one(
        "crm.relation.type", "Relation", required=True, index=True, ondelete="restrict"
    )
    to_partner_id = fields.Many2one(
        "res.partner", "Other Customer", required=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date(
        "Since", help="First day; empty: as far as we know, always."
    )
    date_to = fields.Date("Until", help="Last day; empty: still so.")
    note = fields.Text()
    is_current = fields.Boolean(
        compute="_compute_is_current", search="_search_is_current"
    )

    _two_customers = models.Constraint(
        "CHECK (from_partner_id <> to_partner_id)",
        "A customer has no relation to itself. Choose another customer.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A relation ends on the day it starts, or later. Correct the dates.",
    )

    @api.depends("from_partner_id", "type_id", "to_partner_id")
    def _compute_display_name(self):
        for relation in self:
            relation.display_name = (
                f"{relation.from_partner_id.display_name or ''} "
                f"{relation.type_id.name or ''} "
                f"{relation.to_partner_id.display_name or ''}"
            )

    @api.depends("date_from", "date_to")
    @api.depends_context("tz")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for relation in self:
            relation.is_current = (
                (relation.date_from or today) <= today <= (relation.date_to or today)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domain = fields.Domain.AND(
            fields.Domain(name, "=", False) | fields.Domain(name, comparison, today)
            for name, comparison in (("date_from", "<="), ("date_to", ">="))
        )
        return domain if True in value else ~domain

    # ------------------------------------------------------------------ constraints

    @api.constrains("from_partner_id", "to_partner_id", "type_id")
    def _check_sides(self):
        for relation in self:
            for partner, side in (
                (relation.from_partner_id, relation.type_id.from_side),
                (relation.to_partner_id, relation.type_id.to_side),
            ):
                if side == "company" and not partner.is_company:
                    raise ValidationError(
                        self.env._(
                            "%(customer)s is a person, but “%(type)s” needs a company "
                            "there. Choose a company or another relation.",
                            customer=partner.display_name,
                            type=relation.type_id.name,
                        )
                    )
                if side == "person" and partner.is_company:
                    raise ValidationError(
                        self.env._(
                            "%(customer)s is a company, but “%(type)s” needs a person "
                            "there. Choose a person or another relation.",
                            customer=partner.display_name,
                            type=relation.type_id.name,
                        )
                    )

    @api.constrains(
        "from_partner_id", "to_partner_id", "type_id", "date_from", "date_to"
    )
    def _check_overlap(self):
        """Refuse the same relation twice at the same time, read from either side."""
        self.flush_model()
        self.env["crm.relation.type"].flush_model(["is_symmetric"])
        double = self.env.execute_query(
            SQL(
                """
                SELECT r.id
                  FROM crm_relation r
                  JOIN crm_relation_type t ON t.id = r.type_id
                  JOIN crm_relation o
                    ON o.type_id = r.type_id AND o.id <> r.id
                   AND (
                       (o.from_partner_id, o.to_partner_id)
                       = (r.from_partner_id, r.to_partner_id)
                       OR t.is_symmetric
                       AND (o.to_partner_id, o.from_partner_id)
                         = (r.from_partner_id, r.to_partner_id)
                   )
                   AND daterange(o.date_from, o.date_to, '[]')
                    && daterange(r.date_from, r.date_to, '[]')
                 WHERE r.id = ANY(%s)
                 LIMIT 1
                """,
                self.ids,
            )
        )
        if double:
            raise ValidationError(
                self.env._(
                    "“%(relation)s” is already recorded for that time. "
                    "Change the dates of the relation that is there.",
                    relation=self.browse(double[0][0]).display_name,
                )
            )

    @api.constrains(
        "from_partner_id", "to_partner_id", "type_id", "date_from", "date_to"
    )
    def _check_cycles(self):
        """Refuse a chain that leads back to its start on any one day."""
        self.flush_model()
        self.env["crm.relation.type"].flush_model(["forbids_cycles"])
        circle = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE walk (relation_id, start_id, type_id, node_id, period)
                AS (
                    SELECT r.id, r.from_partner_id, r.type_id, r.to_partner_id,
                           daterange(r.date_from, r.date_to, '[]')
                      FROM crm_relation r
                      JOIN crm_relation_type t ON t.id = r.type_id AND t.forbids_cycles
                     WHERE r.id = ANY(%s)
                     UNION
                    SELECT w.relation_id, w.start_id, w.type_id, r.to_partner_id,
                           w.period * daterange(r.date_from, r.date_to, '[]')
                      FROM walk w
                      JOIN crm_relation r
                        ON r.from_partner_id = w.node_id AND r.type_id = w.type_id
                       AND w.period && daterange(r.date_from, r.date_to, '[]')
                     WHERE w.node_id <> w.start_id
                )
                SELECT relation_id FROM walk WHERE node_id = start_id LIMIT 1
                """,
                self.ids,
            )
        )
        if circle:
            relation = self.browse(circle[0][0])
            raise ValidationError(
                self.env._(
                    "“%(relation)s” would close a circle: a chain of “%(type)s” "
                    "already leads from %(end)s back to %(start)s. End one of its "
                    "relations first.",
                    relation=relation.display_name,
                    type=relation.type_id.name,
                    end=relation.to_partner_id.display_name,
                    start=relation.from_partner_id.display_name,
                )
            )

    # ------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._lock_types([vals.get("type_id") for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        self._lock_types([*self.type_id.ids, vals.get("type_id")])
        result = super().write(vals)
        if not {"from_partner_id", "to_partner_id"}.isdisjoint(vals):
            # The platform checks before; the new customer must be one's own as well.
            self.check_access("write")
        return result

    def _lock_types(self, type_ids):
        """Make concurrent changes of relations of these types wait, then start over.

        A lock alone is not enough: under repeatable read the second transaction would
        go on with an old snapshot. Updating the row makes PostgreSQL refuse it with a
        serialization failure, on which the platform retries the whole request.
        """
        wrong = [value for value in type_ids if value and type(value) is not int]
        if wrong or not all(0 <= (value or 0) <= MAX_ID for value in type_ids):
            raise UserError(self.env._("Choose a relation type from the list."))
        type_ids = sorted(set(filter(None, type_ids)))
        if type_ids:
            self.env.execute_query(
                SQL(
                    "UPDATE crm_relation_type SET revision = revision + 1"
                    " WHERE id = ANY(%s) RETURNING id",
                    type_ids,
                )
            )
            self.env["crm.relation.type"].invalidate_model(["revision"], flush=False)

    def action_end(self):
        """End relations today; what has not begun yet is left alone."""
        today = fields.Date.context_today(self)
        self.filtered(
            lambda relation: relation.is_current and relation.date_to != today
        ).write({"date_to": today})

    # ------------------------------------------------------------------------- merge

    @api.model
    def _merge_partners(self, src_partners, dst_partner):
        """Move the relations of merged customers to the one that is kept.

        A relation between them is dropped, and of the same relation at overlapping
        times one remains, over the whole time.

        :raise ValidationError: the merge would close a circle that the type forbids
        """
        everybody = src_partners | dst_partner
        relations = self.search(
            [
                "|",
                ("from_partner_id", "in", everybody.ids),
                ("to_partner_id", "in", everybody.ids),
            ],
            order="date_from nulls first, id",
        )
        double, kept = self.browse(), {}
        for relation in relations:
            ends = [
                dst_partner.id if partner in everybody else partner.id
                for partner in (relation.from_partner_id, relation.to_partner_id)
            ]
            pair = sorted(ends) if relation.type_id.is_symmetric else ends
            place = kept.setdefault((relation.type_id, *pair), [])
            if ends[0] == ends[1]:
                double += relation
            elif place and relation._continues(place[-1]):
                relation._merge_into(place[-1])
                double += relation
            else:
                place.append(relation._merge_vals(ends))
        double.unlink()
        for values in (values for place in kept.values() for values in place):
            values.pop("record").write(values)
        self.env.flush_all()

    def _merge_vals(self, ends):
        return {
            "record": self,
            "from_partner_id": ends[0],
            "to_partner_id": ends[1],
            "date_to": self.date_to,
            "note": self.note,
        }

    def _continues(self, before):
        """Tell whether this relation begins before another one is over."""
        end = before["date_to"]
        return not end or not self.date_from or self.date_from <= end

    def _merge_into(self, before):
        """Let another relation last as long as this one does, and keep the note."""
        if before["date_to"] and (not self.date_to or self.date_to > before["date_to"]):
            before["date_to"] = self.date_to
        if self.note and self.note != before["note"]:
            before["note"] = "\n".join(filter(None, (before["note"], self.note)))
