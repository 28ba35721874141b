from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("refund", "Refund"),
    ("price_reduction", "Price Reduction"),
    ("return", "Return"),
    ("replacement", "Replacement"),
    ("repair", "Repair"),
    ("apology", "Apology"),
]
STEPS = [
    ("draft", "Draft"),
    ("waiting", "Waiting for Approval"),
    ("approved", "Approved"),
    ("executing", "In Execution"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
#: Remedies that give money back for a line of an invoice.
MONEY = ("refund", "price_reduction")
#: Not wanted any more: offers nothing, counts nowhere.
DROPPED = ("refused", "cancelled")


class ServiceRemedy(models.Model):
    """What makes a complaint good: a document of the ERP, or words that were sent.

    Its state is what the document says; nobody writes that it is done.
    """

    _name = "service.remedy"
    _description = "Remedy"
    _rec_name = "number"
    _order = "id"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, default="/")
    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="complaint_id.commercial_partner_id")
    kind = fields.Selection(KINDS, required=True)
    note = fields.Text("In Words", help="The customer reads this.")

    # of what
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    invoice_line_id = fields.Many2one(
        "account.move.line",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('move_id.move_type', '=', 'out_invoice'), "
        "('parent_state', '=', 'posted'), ('display_type', '=', 'product'), "
        "('partner_id', 'child_of', partner_id)]",
    )
    delivery_id = fields.Many2one(
        "stock.picking",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('picking_type_code', '=', 'outgoing'), ('state', '=', 'done'), "
        "('partner_id', 'child_of', partner_id)]",
    )
    take_back = fields.Boolean(
        default=True, help="The customer sends the first one back."
    )
    under_warranty = fields.Boolean(default=True)

    # for how much
    reduction = fields.Monetary(
        "Price Reduction By", help="In the company's currency, tax included."
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        help="What it costs us, in the company's currency: the money given back, tax "
        "included, or the value of the replacement.",
    )

    # by whom
    user_id = fields.Many2one("res.users", "Requested by", readonly=True, copy=False)
    approver_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False)
    date_decided = fields.Datetime("Decided on", readonly=True, copy=False)

    # how far
    step = fields.Selection(
        STEPS, required=True, default="draft", readonly=True, copy=False
    )
    state = fields.Selection(
        [*STEPS, ("done", "Done")], compute="_compute_state", store=True
    )
    credit_note_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    return_id = fields.Many2one(
        "stock.picking",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    replacement_id = fields.Many2one(
        "stock.picking",
        "Replacement Delivery",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    repair_id = fields.Many2one(
        "repair.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    message_id = fields.Many2one(
        "mail.message", "Letter", readonly=True, copy=False, ondelete="restrict"
    )

    _positive = models.Constraint(
        "CHECK (quantity > 0 AND reduction >= 0)",
        "The quantity of a remedy is above zero, its price reduction not below.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("complaint_id", "invoice_line_id")
    def _compute_product_id(self):
        for remedy in self:
            remedy.product_id = (
                remedy.invoice_line_id.product_id
                or remedy.product_id
                or remedy.complaint_id.product_id
            )

    @api.depends("kind", "quantity", "invoice_line_id", "reduction", "product_id")
    def _compute_amount(self):
        for remedy in self:
            currency = remedy.company_id.currency_id
            remedy.amount = currency.round(remedy._get_amount())

    def _get_amount(self):
        """Give what a remedy costs us, in the company's currency."""
        self.ensure_one()
        if self.kind == "refund":
            return self._get_claim() / self._get_rate()
        if self.kind == "price_reduction":
            return self.reduction
        if self.kind == "replacement":
            product = self.product_id.with_company(self.company_id)
            return product.standard_price * self.quantity
        return 0

    def _get_rate(self):
        """Give the units of the invoice's currency for one of the company's."""
        invoice = self.sudo().invoice_line_id.move_id
        value = abs(invoice.amount_total_signed)
        return invoice.amount_total / value if value else 1

    def _get_claim(self):
        """Give what is given back, tax included, in the currency of the invoice."""
        self.ensure_one()
        # Whoever may see the remedy may see its amount.
        line = self.sudo().invoice_line_id
        if not line:
            return 0
        if self.kind == "refund":
            share = self.quantity / line.quantity if line.quantity else 0
            return line.currency_id.round(line.price_total * share)
        if self.kind == "price_reduction":
            return line.currency_id.round(self.reduction * self._get_rate())
        return 0

    @api.depends(
        "step",
        "kind",
        "credit_note_id.state",
        "credit_note_id.payment_state",
        "return_id.state",
        "replacement_id.state",
        "repair_id.state",
        "message_id",
    )
    def _compute_state(self):
        for remedy in self:
            remedy.state = remedy.step
            if remedy.step == "executing":
                # The documents belong to other departments; only how far they are
                # is told.
                remedy.state = remedy.sudo()._get_document_state()

    def _get_document_state(self):
        """Say how far the documents are: executing, done or cancelled."""
        states = self._get_document_states()
        if "cancel" in states:
            return "cancelled"
        return "done" if states == {"done"} else "executing"

    def _get_document_states(self):
        """Give the states of all documents, among them ``done`` and ``cancel``."""
        self.ensure_one()
        pickings = self.return_id | self.replacement_id
        states = set(pickings.mapped("state")) | set(self.repair_id.mapped("state"))
        if self.credit_note_id:
            states.add(self._get_credit_note_state())
        if self.message_id:
            states.add("done")
        return states

    def _get_credit_note_state(self):
        """A price reduction is done when it is booked, a refund when it is paid."""
        note = self.credit_note_id
        paid = note.payment_state in ("paid", "in_payment", "reversed")
        if note.state == "posted" and (self.kind == "price_reduction" or paid):
            return "done"
        return note.state

    @api.depends("number", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for remedy in self:
            remedy.display_name = f"{remedy.number} {kinds.get(remedy.kind, '')}"

    # ---------------------------------------------------------------- checks

    @api.constrains("kind", "invoice_line_id", "quantity", "reduction")
    def _check_invoice_line(self):
        for remedy in self.filtered(lambda one: one.kind in MONEY):
            line = remedy.sudo().invoice_line_id
            if not line:
                continue
            invoice, customer = line.move_id, remedy.partner_id
            if (
                invoice.move_type != "out_invoice"
                or invoice.state != "posted"
                or line.display_type != "product"
                or line.company_id != remedy.company_id
                or invoice.commercial_partner_id != customer
            ):
                raise ValidationError(
                    self.env._(
                        "Choose a line of a posted invoice of %(customer)s for remedy "
                        "%(remedy)s.",
                        customer=customer.display_name,
                        remedy=remedy.display_name,
                    )
                )
            if remedy.kind == "refund" and remedy.quantity > line.quantity:
                raise ValidationError(
                    self.env._(
                        "Invoice %(invoice)s has %(most)s of “%(line)s”. Refund no "
                        "more.",
                        invoice=invoice.name,
                        most=line.quantity,
                        line=line.name,
                    )
                )

    @api.constrains("kind", "delivery_id")
    def _check_delivery(self):
        for remedy in self.filtered("delivery_id"):
            delivery = remedy.sudo().delivery_id
            customer = delivery.partner_id.commercial_partner_id
            if (
                delivery.state != "done"
                or delivery.picking_type_code != "outgoing"
                or delivery.company_id != remedy.company_id
                or customer != remedy.partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "Choose a finished delivery to %(customer)s for remedy "
                        "%(remedy)s.",
                        customer=remedy.partner_id.display_name,
                        remedy=remedy.display_name,
                    )
                )
