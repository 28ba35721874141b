from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..tools.section import link, row


class CrmRelationSide(models.Model):
    """A relation as one of its two customers sees it."""

    _name = "crm.relation.side"
    _description = "Customer Relation Seen From One Side"
    _auto = False
    _order = "date_to desc, date_from desc, id"
    _depends = {
        "crm.relation": [
            "from_partner_id",
            "to_partner_id",
            "type_id",
            "date_from",
            "date_to",
            "note",
        ],
    }

    relation_id = fields.Many2one("crm.relation", "Relation Record", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    other_partner_id = fields.Many2one("res.partner", "Other Customer", readonly=True)
    type_id = fields.Many2one("crm.relation.type", "Relation Type", readonly=True)
    is_inverse = fields.Boolean(readonly=True)
    date_from = fields.Date("Since", readonly=True)
    date_to = fields.Date("Until", readonly=True)
    note = fields.Text(readonly=True)
    label = fields.Char("Relation", compute="_compute_label")
    is_current = fields.Boolean(related="relation_id.is_current")

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._side(False), self._side(True))

    def _side(self, is_inverse):
        names = [SQL.identifier("from_partner_id"), SQL.identifier("to_partner_id")]
        own, other = reversed(names) if is_inverse else names
        return SQL(
            """
            SELECT 2 * id + %(number)s AS id, id AS relation_id, %(own)s AS partner_id,
                   %(other)s AS other_partner_id, type_id, %(inverse)s AS is_inverse,
                   date_from, date_to, note
              FROM crm_relation
            """,
            number=int(is_inverse),
            own=own,
            other=other,
            inverse=is_inverse,
        )

    @api.depends("type_id", "is_inverse")
    def _compute_label(self):
        for side in self:
            side.label = (
                side.type_id.inverse_name if side.is_inverse else side.type_id.name
            )

    def action_open_relation(self):
        """Open the relation itself, where it can be changed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.relation",
            "res_id": self.relation_id.id,
            "views": [(False, "form")],
            "target": "new",
            "name": self.env._("Relation"),
        }

    def _section_row(self):
        """Show the relation as a line of a section on the customer's page."""
        return row(
            self.other_partner_id.display_name,
            subtitle=self.label,
            value=format_date(self.env, self.date_from) if self.date_from else None,
            action=link(
                self.other_partner_id.display_name,
                "res.partner",
                res_id=self.other_partner_id.id,
            ),
        )
