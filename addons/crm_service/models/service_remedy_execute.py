from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class ServiceRemedy(models.Model):
    """Remedies become documents of the ERP, as the departments know them.

    An addon adds a kind by `selection_add` and a method `_execute_<kind>`, which runs
    with all rights in the transaction of the step and gives the values to write. It
    says what the kind needs in `_get_needs`, what it costs in `_get_amount` and how
    far its document is in `_get_document_states`.
    """

    _inherit = "service.remedy"

    def _lock_documents(self):
        """Take the turn with the documents that others might use at the same time."""
        self.ensure_one()
        documents = self.sudo()  # only their numbers are used
        self.env["service.remedy.lock"]._take(
            [documents.invoice_line_id.move_id, documents.delivery_id]
        )

    # ------------------------------------------------------------ credit notes

    def _execute_refund(self):
        line = self.invoice_line_id
        return self._make_credit_note(quantity=self.quantity, price=line.price_unit)

    def _execute_price_reduction(self):
        line = self.invoice_line_id
        share = self._get_claim() / line.price_total
        price = line.price_unit * line.quantity * (1 - line.discount / 100) * share
        # Goods stay with the customer: what was sold and invoiced does not change.
        return self._make_credit_note(
            quantity=1, price=price, discount=0, sale_line_ids=[Command.clear()]
        )

    def _make_credit_note(self, quantity, price, **changes):
        """Make the draft of a credit note for the line; accounting books and pays it.

        :return: values to write on the remedy
        """
        line = self.invoice_line_id
        invoice = line.move_id
        business = line.with_context(include_business_fields=True)
        (vals,) = business.copy_data({"quantity": quantity, "price_unit": price})
        vals.pop("move_id", None)
        vals.update(changes)
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "reversed_entry_id": invoice.id,
                "company_id": invoice.company_id.id,
                "journal_id": invoice.journal_id.id,
                "partner_id": invoice.partner_id.id,
                "currency_id": invoice.currency_id.id,
                "fiscal_position_id": invoice.fiscal_position_id.id,
                "invoice_user_id": invoice.invoice_user_id.id,
                "invoice_date": fields.Date.context_today(self),
                "invoice_origin": invoice.invoice_origin,
                "ref": f"{invoice.name}, {self.number}",
                "invoice_line_ids": [Command.create(vals)],
            }
        )
        self._check_credit_note(note)
        return {"credit_note_id": note.id}

    def _check_credit_note(self, note):
        """Refuse a credit note that is not about what was approved.

        Taxes of many rates may round a cent away.
        """
        claim = self._get_claim()
        if abs(note.amount_total - claim) > 1.5 * note.currency_id.rounding:
            raise UserError(
                self.env._(
                    "The credit note of remedy %(remedy)s amounts to %(amount)s, and "
                    "%(claim)s was approved. Keep it as it was made, or cancel it.",
                    remedy=self.number,
                    amount=note.currency_id.format(note.amount_total),
                    claim=note.currency_id.format(claim),
                )
            )

    # -------------------------------------------------------------- transfers

    def _execute_return(self):
        return {"return_id": self._make_return(to_refund=True).id}

    def _execute_replacement(self):
        vals = {"replacement_id": self._make_replacement().id}
        if self.take_back:
            vals["return_id"] = self._make_return(to_refund=False).id
        return vals

    def _make_return(self, to_refund):
        """Make the return of the real delivery.

        :param to_refund: whether the order counts the goods as not delivered
        """
        moves = self._get_delivered_moves()
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": self.delivery_id.id}
        )
        left = self._get_in_uom(moves[:1])
        for line in wizard.product_return_moves.filtered(
            lambda line: line.move_id in moves
        ):
            uom = line.move_id.product_uom
            back = min(left, self._get_not_returned(line.move_id))
            line.write({"quantity": uom.round(back), "to_refund": to_refund})
            left -= back
        if moves[:1].product_uom.compare(left, 0) > 0:
            raise self._prepare_quantity_error()
        picking = wizard._create_return()
        picking.origin = f"{picking.origin}, {self.number}"
        return picking

    def _make_replacement(self):
        """Make a delivery from where the first one came, without a price."""
        first, moves = self.delivery_id, self._get_delivered_moves()
        delivered = sum(
            move.product_uom._compute_quantity(move.quantity, self.product_id.uom_id)
            for move in moves
        )
        if self.product_id.uom_id.compare(self.quantity, delivered) > 0:
            raise self._prepare_quantity_error()
        goods = {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "product_uom": self.product_id.uom_id.id,
            "location_id": first.picking_type_id.default_location_src_id.id,
            "location_dest_id": first.location_dest_id.id,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": first.picking_type_id.id,
                "partner_id": first.partner_id.id,
                "company_id": first.company_id.id,
                "origin": self.number,
                "location_id": goods["location_id"],
                "location_dest_id": goods["location_dest_id"],
                "move_ids": [Command.create(goods)],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _get_delivered_moves(self):
        return self.delivery_id.move_ids.filtered(
            lambda move: move.product_id == self.product_id and move.state == "done"
        )

    def _get_in_uom(self, move):
        """Give the quantity of the remedy in the unit of a move."""
        return self.product_id.uom_id._compute_quantity(
            self.quantity, move.product_uom or self.product_id.uom_id
        )

    def _get_not_returned(self, move):
        """Give what the customer still has of a move, in the unit of the move."""
        back = move.returned_move_ids.filtered(lambda one: one.state != "cancel")
        return move.quantity - sum(
            one.product_uom._compute_quantity(one.product_uom_qty, move.product_uom)
            for one in back
        )

    def _prepare_quantity_error(self):
        return UserError(
            self.env._(
                "The customer has fewer than %(quantity)s of “%(product)s” from "
                "delivery %(delivery)s. Cancel remedy %(remedy)s and ask for fewer.",
                quantity=self.quantity,
                product=self.product_id.display_name,
                delivery=self.delivery_id.name,
                remedy=self.number,
            )
        )

    # --------------------------------------------------------- repair, letter

    def _execute_repair(self):
        repair = (
            self.env["repair.order"]
            .with_company(self.company_id)
            .create(
                {
                    "partner_id": self.complaint_id.partner_id.id,
                    "company_id": self.company_id.id,
                    "product_id": self.product_id.id,
                    "product_qty": self.quantity,
                    "under_warranty": self.under_warranty,
                    "internal_notes": plaintext2html(self.note or ""),
                }
            )
        )
        return {"repair_id": repair.id}

    def _execute_apology(self):
        complaint = self.complaint_id
        message = complaint.with_user(self.env.user).message_post(
            body=plaintext2html(self.note),
            subject=complaint.name,
            partner_ids=complaint.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return {"message_id": message.id}
