from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.crm_service.tools.guard import REMEDY

GIFTS = ("points", "voucher")


def _keep_as_apology(remedies):
    """Without this addon, what was given stays as words."""
    with REMEDY.open():
        remedies.write({"kind": "apology"})


class ServiceRemedy(models.Model):
    """Points on a card of the customer, or a new voucher, make a complaint good."""

    _inherit = "service.remedy"

    kind = fields.Selection(
        selection_add=[("points", "Points"), ("voucher", "Voucher")],
        ondelete={"points": _keep_as_apology, "voucher": _keep_as_apology},
    )
    loyalty_card_id = fields.Many2one(
        "loyalty.card",
        "Member Card",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('partner_id', 'child_of', partner_id), "
        "('program_type', '=', 'loyalty')]",
    )
    loyalty_points = fields.Float("Points to Give", digits=(16, 2))
    loyalty_program_id = fields.Many2one(
        "loyalty.program",
        "Voucher Program",
        domain="[('program_type', '=', 'gift_card'), "
        "('company_id', 'in', (company_id, False)), "
        "('currency_id', '=', currency_id)]",
    )
    loyalty_amount = fields.Monetary("Value of the Voucher")
    loyalty_ledger_id = fields.Many2one(
        "loyalty.ledger", "Booked", readonly=True, copy=False, ondelete="restrict"
    )

    _gift_positive = models.Constraint(
        "CHECK (loyalty_points >= 0 AND loyalty_amount >= 0)",
        "Points and vouchers cannot be below zero.",
    )

    @api.depends("loyalty_card_id", "loyalty_points", "loyalty_amount")
    def _compute_amount(self):
        return super()._compute_amount()

    def _get_amount(self):
        """Give the value of points as the provision of their program has it.

        Without a provision a point counts as one unit of the company's currency, so
        that nobody goes around an approval.
        """
        if self.kind == "voucher":
            return self.loyalty_amount
        if self.kind == "points":
            # Whoever asks for points is told what they are worth.
            provision = (
                self.env["loyalty.provision"]
                .sudo()
                .search([("program_id", "=", self.loyalty_card_id.program_id.id)])
            )
            return self.loyalty_points * (provision.point_value or 1)
        return super()._get_amount()

    @api.model
    def _get_guarded(self):
        return super()._get_guarded() | {"loyalty_ledger_id"}

    def _get_needs(self):
        needs = {
            "points": ["loyalty_card_id", "loyalty_points"],
            "voucher": ["loyalty_program_id", "loyalty_amount"],
        }
        return needs.get(self.kind) or super()._get_needs()

    @api.constrains("kind", "loyalty_card_id", "loyalty_program_id")
    def _check_gift(self):
        for remedy in self.filtered(lambda one: one.kind in GIFTS):
            # The agent may not see all cards; the answer is about this one.
            gift = remedy.sudo()
            card, program = gift.loyalty_card_id, gift.loyalty_program_id
            wrong_card = (
                remedy.kind == "points"
                and card
                and (
                    card.program_type != "loyalty"
                    or card.partner_id.commercial_partner_id != remedy.partner_id
                )
            )
            wrong_program = program and (
                program.program_type != "gift_card"
                or program.currency_id != remedy.company_id.currency_id
            )
            company = (card.program_id | program).company_id
            if wrong_card or wrong_program or company - remedy.company_id:
                raise ValidationError(
                    self.env._(
                        "Choose a member card of %(customer)s, or a gift card program, "
                        "of this company for remedy %(remedy)s.",
                        customer=remedy.partner_id.display_name,
                        remedy=remedy.display_name,
                    )
                )

    def _execute_points(self):
        row = self.loyalty_card_id.book(
            "gift",
            self.loyalty_points,
            f"service.remedy,{self.id}",
            source=self,
            note=self.number,
        )
        return {"loyalty_ledger_id": row.id}

    def _execute_voucher(self):
        card = self.env["loyalty.card"].create(
            {
                "program_id": self.loyalty_program_id.id,
                "partner_id": self.complaint_id.partner_id.id,
            }
        )
        row = card.book(
            "bonus",
            self.loyalty_amount,
            f"service.remedy,{self.id}",
            source=self,
            note=self.number,
            fund="bonus",
        )
        return {"loyalty_card_id": card.id, "loyalty_ledger_id": row.id}

    @api.depends("loyalty_ledger_id")
    def _compute_state(self):
        return super()._compute_state()

    def _get_document_states(self):
        states = super()._get_document_states()
        return states | {"done"} if self.loyalty_ledger_id else states
