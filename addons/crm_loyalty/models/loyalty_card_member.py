from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

ONE_CARD = "loyalty_card_loyalty_one_card"


class LoyaltyCard(models.Model):
    """A member has one open card of a program."""

    _inherit = "loyalty.card"

    loyalty_named = fields.Boolean(
        "Card of a Member",
        compute="_compute_loyalty_named",
        store=True,
        precompute=True,
        help="Points of many purchases gather on the card of one member.",
    )

    _loyalty_one_card = models.UniqueIndex(
        "(partner_id, program_id) WHERE loyalty_named AND active",
        "This member has an open card of the program. Use that one.",
    )

    def _auto_init(self):
        if not column_exists(self.env.cr, "loyalty_card", "loyalty_named"):
            create_column(self.env.cr, "loyalty_card", "loyalty_named", "boolean")
            self._take_over_members()
        return super()._auto_init()

    @api.model
    def _take_over_members(self):
        """Name the oldest open card of each member; further ones stay as they are."""
        self.env.execute_query(
            SQL(
                """
                WITH card AS (
                    SELECT c.id, c.partner_id IS NULL OR NOT c.active OR row_number()
                               OVER (PARTITION BY c.partner_id, c.program_id, c.active
                                     ORDER BY c.id) = 1 AS named
                      FROM loyalty_card c
                      JOIN loyalty_program p ON p.id = c.program_id
                     WHERE p.applies_on = 'both'
                        OR (p.program_type IN ('ewallet', 'loyalty')
                            AND p.applies_on = 'future')
                )
                UPDATE loyalty_card c SET loyalty_named = card.named
                  FROM card WHERE card.id = c.id
                RETURNING c.id
                """
            )
        )

    @api.depends("program_id.applies_on", "program_id.program_type")
    def _compute_loyalty_named(self):
        for card in self:
            card.loyalty_named = card.program_id.is_nominative

    @api.model_create_multi
    def create(self, vals_list):
        self._check_one_card(vals_list)
        try:
            return super().create(vals_list)
        except UniqueViolation as error:
            pairs = [(v.get("partner_id"), v.get("program_id")) for v in vals_list]
            if error.diag.constraint_name != ONE_CARD or len(set(pairs)) < len(pairs):
                raise
            # Another order made the first card since this one began: start again and
            # find it.
            raise ConcurrencyError(str(error)) from error

    @api.model
    def _check_one_card(self, vals_list):
        """Refuse a second card with words, before the database does it without.

        :raise UserError: a member would have two open cards of a program
        """
        wanted = {
            (vals["partner_id"], vals["program_id"])
            for vals in vals_list
            if vals.get("partner_id") and vals.get("program_id")
        }
        if not wanted:
            return
        # A card that the user may not read is in the way as well.
        found = self.sudo().search(
            [
                ("partner_id", "in", [partner for partner, _program in wanted]),
                ("program_id", "in", [program for _partner, program in wanted]),
                ("loyalty_named", "=", True),
            ]
        )
        for card in found:
            if (card.partner_id.id, card.program_id.id) in wanted:
                raise UserError(
                    self.env._(
                        "%(member)s has the open card %(card)s of program %(program)s. "
                        "Use that one, or close it first.",
                        member=card.partner_id.display_name,
                        card=card.code,
                        program=card.program_id.name,
                    )
                )
