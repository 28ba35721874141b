from odoo import models
from odoo.exceptions import UserError

from .service_remedy import DROPPED, MONEY


class ServiceRemedy(models.Model):
    """Nobody gets back more than was invoiced, whoever writes the credit note."""

    _inherit = "service.remedy"

    def _check_compensation(self):
        """Hold compensation of the invoice against what was invoiced.

        Called under the lock of the invoice.

        :raise UserError: a line, or the invoice, would be exceeded
        """
        for remedy in self.filtered(lambda one: one.kind in MONEY):
            # The agent sees no invoice; the answer is about this line only.
            invoice = remedy.sudo().invoice_line_id.move_id
            invoice._check_service_compensation()

    def _get_open_claims(self):
        """Give what was asked for and has no credit note yet, in invoice currency."""
        return sum(
            remedy._get_claim()
            for remedy in self
            if remedy.step in ("waiting", "approved")
        )

    def _is_compensating(self):
        """Tell whether a remedy takes, or will take, something off its invoice."""
        self.ensure_one()
        if self.kind not in MONEY or self.step in ("draft", *DROPPED):
            return False
        return self.credit_note_id.state != "cancel"

    def _prepare_compensation_error(self, invoice, about, taken, invoiced):
        currency = invoice.currency_id
        return UserError(
            self.env._(
                "For “%(about)s” of invoice %(invoice)s %(invoiced)s was invoiced, and "
                "%(taken)s would be given back, credit notes included. Ask for less.",
                about=about,
                invoice=invoice.name,
                invoiced=currency.format(invoiced),
                taken=currency.format(taken),
            )
        )
