from odoo import fields, models

from .service_remedy import MONEY


class AccountMove(models.Model):
    """Credit notes made by hand count as compensation, too."""

    _inherit = "account.move"

    def _post(self, soft=True):
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        # Accounting need see neither complaints nor orders; only amounts are compared.
        invoices = notes.sudo()._get_credited_invoices()
        # Also without a remedy: somebody may ask for the first one right now.
        invoices.env["service.remedy.lock"]._take([invoices])
        remedies = invoices.env["service.remedy"]
        for remedy in remedies.search([("credit_note_id", "in", notes.ids)]):
            remedy._check_credit_note(remedy.credit_note_id)
        posted = super()._post(soft)
        for invoice in invoices._filter_with_remedies():
            invoice._check_service_compensation()
        return posted

    def _get_credited_invoices(self):
        """Give the invoices that credit notes reverse, or of whose orders they are."""
        lines = self.invoice_line_ids.sale_line_ids.invoice_lines
        return self.reversed_entry_id | lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice"
        )

    def _filter_with_remedies(self):
        """Give the invoices with remedies for money."""
        groups = self.env["service.remedy"]._read_group(
            [
                ("invoice_line_id.move_id", "in", self.ids),
                ("kind", "in", MONEY),
                ("step", "in", ("waiting", "approved", "executing")),
            ],
            ["invoice_line_id"],
        )
        wanted = {line.move_id.id for (line,) in groups}
        return self.filtered(lambda move: move.id in wanted)

    # ------------------------------------------------------------ the balance

    def _check_service_compensation(self):
        """Hold what is given back against what was invoiced, by line and in all.

        :raise UserError: something is exceeded
        """
        self.ensure_one()
        remedies = (
            self.env["service.remedy"]
            .sudo()
            .search([("invoice_line_id", "in", self.invoice_line_ids.ids)])
        )
        remedies = remedies.filtered(lambda remedy: remedy._is_compensating())
        by_hand = self._get_credit_lines_by_hand(remedies.credit_note_id)
        families = self._get_service_families()
        by_key = remedies.grouped(lambda one: one.invoice_line_id._get_service_key())
        for key, of_lines in by_key.items():
            taken = of_lines._get_open_claims() + sum(
                of_lines.credit_note_id.mapped("amount_total")
            )
            taken += sum(
                self._convert_credit(line)
                for line in by_hand
                if line._get_service_key() == key
            )
            self._check_service_cap(families[key], taken)
        notes = self.reversal_move_ids.filtered(
            lambda move: move.move_type == "out_refund" and move.state != "cancel"
        )
        taken = remedies._get_open_claims() + sum(notes.mapped("amount_total"))
        if self.currency_id.compare_amounts(taken, self.amount_total) > 0:
            raise remedies._prepare_compensation_error(
                self, self.name, taken, self.amount_total
            )

    def _check_service_cap(self, lines, taken):
        invoiced = sum(lines.mapped("price_total"))
        if self.currency_id.compare_amounts(taken, invoiced) > 0:
            raise self.env["service.remedy"]._prepare_compensation_error(
                self, lines[0].name or lines[0].product_id.name, taken, invoiced
            )

    def _get_service_families(self):
        """Group the lines that a credit note cannot tell apart: ``{key: lines}``."""
        families = {}
        for line in self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ):
            key = line._get_service_key()
            families[key] = families.get(key, line.browse()) | line
        return families

    def _get_credit_lines_by_hand(self, own_notes):
        """Give lines of credit notes for this invoice that no remedy made.

        Those that reverse it, and those for the same order that reverse nothing.
        """
        notes = self.reversal_move_ids
        same_order = self.invoice_line_ids.sale_line_ids.invoice_lines.move_id
        notes |= same_order.filtered(lambda move: not move.reversed_entry_id)
        notes = notes.filtered(
            lambda move: move.move_type == "out_refund" and move.state != "cancel"
        )
        return (notes - own_notes).invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )

    def _convert_credit(self, line):
        """Give the amount of a line of a credit note in the currency of the invoice."""
        return line.currency_id._convert(
            line.price_total,
            self.currency_id,
            self.company_id,
            line.move_id.invoice_date or fields.Date.context_today(self),
        )
