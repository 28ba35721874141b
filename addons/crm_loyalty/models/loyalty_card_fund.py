from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.posting import current, exact
from ..tools.refusal import refused


class LoyaltyCard(models.Model):
    """What a balance of money is made of: paid in, or given."""

    _inherit = "loyalty.card"
    # At the desk a member is known by the name as often as by the card.
    _rec_names_search = ["code", "partner_id"]

    loyalty_principal = fields.Monetary(
        "Principal", compute="_compute_loyalty_funds", help="Paid in and not yet spent."
    )
    loyalty_bonus = fields.Monetary(
        "Bonus", compute="_compute_loyalty_funds", help="Given and not yet spent."
    )

    @api.depends("loyalty_lot_ids.remaining", "loyalty_lot_ids.fund")
    def _compute_loyalty_funds(self):
        kept = self._get_funds()
        for card in self:
            card.loyalty_principal = kept.get((card, "principal"), 0)
            card.loyalty_bonus = kept.get((card, "bonus"), 0)

    def _prepare_ledger_rows(self, wanted):
        rows = super()._prepare_ledger_rows(wanted)
        fund = current() and current().fund
        need = exact(self.points) - wanted
        if fund and need > 0:
            kept = self._get_funds().get((self, fund), 0)
            if exact(kept) < need:
                raise UserError(
                    self.env._(
                        "Card %(card)s has %(have)s of this kind, %(need)s are "
                        "needed. Take a smaller amount.",
                        card=self.code,
                        have=self._format_points(kept),
                        need=self._format_points(float(need)),
                    )
                )
        return rows

    def _post(self, rows_by_card):
        ids = super()._post(rows_by_card)
        # The database moved the lots; what was computed from them is old.
        self.invalidate_model(["loyalty_principal", "loyalty_bonus"])
        return ids

    def unlink(self):
        self._check_no_money()
        return super().unlink()

    def _check_no_money(self):
        """Keep cards whose money stands in the books.

        What was paid in and wholly taken back is as if it had not been.

        :raise UserError: a card holds money, or paid with it
        """
        # Whoever deletes cards may not read lots.
        money = self.sudo().loyalty_lot_ids.filtered(
            lambda lot: lot.fund == "principal"
        )
        moved = self.env["loyalty.allocation"].sudo()
        moved = moved.search(
            [("lot_id", "in", money.ids), ("ledger_id.kind", "!=", "claw_back")]
        )
        kept = money.filtered("remaining") | moved.lot_id
        if kept:
            raise UserError(
                refused(
                    self,
                    self.env._(
                        "Card %(card)s holds or held money that stands in the books. "
                        "Close it instead of deleting it.",
                        card=", ".join(kept.card_id.mapped("code")),
                    ),
                )
            )

    def _get_funds(self):
        """Give what is left of each fund.

        :return: ``{(card, fund): amount}``
        """
        groups = self.env["loyalty.lot"]._read_group(
            [("card_id", "in", self.ids), ("remaining", ">", 0)],
            ["card_id", "fund"],
            ["remaining:sum"],
        )
        return {(card, fund): amount for card, fund, amount in groups}
