from odoo import models
from odoo.exceptions import UserError

from ..tools.refusal import at_work, refused

#: What an entry goes with that follows from cards.
DOCUMENTS = (
    "loyalty.deposit",
    "loyalty.refund",
    "loyalty.value.entry",
    "loyalty.valuation",
)


class AccountMove(models.Model):
    """An entry that credited a card stays; a refund is its counter-entry."""

    _inherit = "account.move"

    def button_draft(self):
        self._check_value_entries()
        return super().button_draft()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        if not at_work(self.env):
            self._check_value_entries()
        return super()._reverse_moves(default_values_list, cancel)

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self._book_topups()
        return res

    def _book_topups(self):
        """Bring cards to what was paid for filling them on these invoices."""
        # An accountant may post without a right to orders.
        documents = self.filtered(lambda move: move.is_sale_document())
        orders = documents.sudo().invoice_line_ids.sale_line_ids.order_id
        orders.filtered(lambda order: order.state == "sale")._book_topups()

    def _get_money_share(self):
        """Give the part of the goods on an invoice that is paid with money.

        Nothing before the invoice is settled; less than 1 where something on the
        invoice lowers what is asked.
        """
        self.ensure_one()
        if self.payment_state not in ("paid", "in_payment"):
            return 0
        # A payment without an entry leaves the balance open, whatever it covers.
        loose = self.matched_payment_ids.filtered(
            lambda one: not one.move_id and one.state in ("in_process", "paid")
        )
        left = self.amount_residual - sum(loose.mapped("amount"))
        if self.currency_id.compare_amounts(left, 0) > 0:
            return 0
        goods = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.price_total > 0
        )
        asked = sum(goods.mapped("price_total"))
        return min(self.amount_total / asked, 1) if asked else 0

    def _check_value_entries(self):
        for model in DOCUMENTS:
            # An accountant may not read these documents.
            documents = self.env[model].sudo()
            known = documents.search([("move_id", "in", self.ids)], limit=1)
            if known:
                raise UserError(
                    refused(
                        known.move_id,
                        self.env._(
                            "Entry %(entry)s goes with %(document)s, which moved the "
                            "money of a card. Correct it by a refund or a deposit.",
                            entry=known.move_id.name,
                            document=known.display_name,
                        ),
                    )
                )
