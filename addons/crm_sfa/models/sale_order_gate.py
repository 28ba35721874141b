import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate
from odoo.tools.misc import formatLang

from ..tools import margin

_lt = LazyTranslate(__name__)

EMPLOYEES = "base.group_user"
#: States in which a quotation is still one.
OPEN = ("draft", "sent")
#: States that a quotation has when it has left.
LEFT = ("sent", "sale")
#: In the context while the platform records a payment. It is compared with ``is``:
#: whoever calls from outside can send a context, but never this object.
FROM_PAYMENT = object()
GATE_STATES = [
    ("free", "Free to Leave"),
    ("blocked", "Needs Approval"),
    ("waiting", "Waiting for Approval"),
    ("approved", "Approved"),
    ("refused", "Refused"),
]


class SaleOrder(models.Model):
    """A quotation that leaves the house only with costs and margins in order."""

    _inherit = "sale.order"

    sfa_approval_ids = fields.One2many(
        "sfa.approval", "order_id", "Approvals", groups=EMPLOYEES
    )
    sfa_gate_state = fields.Selection(
        GATE_STATES,
        "Quotation Control",
        compute="_compute_sfa_gate",
        groups=EMPLOYEES,
    )
    sfa_gate_message = fields.Text(
        "Held Back Because", compute="_compute_sfa_gate", groups=EMPLOYEES
    )

    # ------------------------------------------------------------- computes

    @api.depends(
        "state", "partner_id", "order_line.price_subtotal", "sfa_approval_ids.state"
    )
    def _compute_sfa_gate(self):
        stored = self._origin
        found = stored._sfa_gate_findings()
        blocked = stored._sfa_gate_blocked(found)
        latest = stored._sfa_latest_approvals()
        for order in self:
            origin = order._origin
            state = "free"
            if origin in blocked:
                state = latest.get(origin, "blocked")
                # what was approved before the lines changed is worth nothing now
                state = "blocked" if state == "approved" else state
            elif found.get(origin):
                state = "approved"
            order.sfa_gate_state = state
            order.sfa_gate_message = (
                "\n".join(origin._sfa_gate_sentences(found[origin]))
                if found.get(origin)
                else False
            )

    def _sfa_latest_approvals(self):
        """Give ``{order: state}`` of the latest request about the lines as they are."""
        latest = {}
        # A salesperson sees the state of the quotation, not whose request it was.
        approvals = self.env["sfa.approval"].sudo()
        for approval in approvals.search(
            [("order_id", "in", self.ids)], order="id desc"
        ):
            order = approval.order_id.with_env(self.env)
            if order in latest:
                continue
            current = approval.fingerprint == order._sfa_fingerprint()
            latest[order] = approval.state if current else "blocked"
            if approval.state == "waiting":
                latest[order] = "waiting"
        return latest

    # ------------------------------------------------------------ the check

    def _sfa_gate_orders(self):
        """Give the open quotations that the company controls."""
        # The customer who accepts in the portal cannot read the company's settings.
        return self.filtered(
            lambda order: order.company_id.sudo().sfa_quote_gate and order.order_line
        )

    def _sfa_gate_findings(self):
        """Give what holds back each quotation, approved or not.

        :return: ``{order: [tools.margin.Finding]}`` of controlled open quotations
        """
        orders = self.filtered(lambda order: order.state in OPEN)._sfa_gate_orders()
        return orders._sfa_findings()

    def _sfa_findings(self):
        # Costs are not for everybody who may let a quotation leave: the customer who
        # signs it, for one. They learn that it is held back, and no figure.
        lines = self.sudo().order_line._sfa_gate_lines() if self else {}
        by_order = {order: [] for order in self}
        for line, figures in lines.items():
            by_order[line.order_id.with_env(self.env)].append(figures)
        return {order: margin.findings(figures) for order, figures in by_order.items()}

    def _sfa_gate_blocked(self, found=None):
        """Give the quotations that are held back now, with the reasons.

        :param found: what :meth:`_sfa_gate_findings` gave, if it was asked already
        :return: ``{order: [tools.margin.Finding]}`` without those that are approved
        """
        found = self._sfa_gate_findings() if found is None else found
        held = {order: reasons for order, reasons in found.items() if reasons}
        if not held:
            return {}
        # Whether somebody approved is a fact about the quotation, whoever asks.
        approvals = self.env["sfa.approval"].sudo()
        covered = approvals._get_covered(held)
        return {
            order: reasons for order, reasons in held.items() if order not in covered
        }

    def _sfa_check_gate(self):
        """Let no quotation of ``self`` leave that is held back.

        :raise UserError: one sentence for each reason of each quotation
        """
        self._sfa_raise_blocked(self._sfa_gate_blocked())

    def _sfa_raise_blocked(self, blocked):
        if not blocked:
            return
        if not self.env.user._is_internal():
            raise UserError(self._sfa_neutral_message(blocked))
        parts = []
        for order, reasons in blocked.items():
            parts.append(
                self.env._("Quotation %(order)s cannot leave yet:", order=order.name)
            )
            parts += [f"- {text}" for text in order._sfa_gate_sentences(reasons)]
        parts.append(self.env._("Correct the lines, or ask for an approval."))
        raise UserError("\n".join(parts))

    def _sfa_neutral_message(self, blocked):
        """Say to a customer that the quotation is not ready, and nothing else."""
        return self.env._(
            "Quotation %(order)s is still being prepared. Please contact us.",
            order=", ".join(order.name for order in blocked),
        )

    def _sfa_gate_sentences(self, reasons):
        """Write what was found, one sentence each."""
        # The name of a line may come from a product the reader has no right to.
        lines = self.sudo().order_line.grouped("id")
        return [
            self._sfa_gate_sentence(finding, lines[finding.key]) for finding in reasons
        ]

    def _sfa_gate_sentence(self, finding, line):
        name = line.product_id.display_name
        numbers = {
            "product": name,
            "value": formatLang(self.env, finding.value, digits=1),
            "bound": formatLang(self.env, finding.bound, digits=1),
        }
        if finding.kind == margin.COST_MISSING:
            return self.env._("%(product)s: its cost is not calculated.", product=name)
        if finding.kind == margin.COST_EXPIRED:
            return self.env._(
                "%(product)s: its cost is older than %(days)s days.",
                product=name,
                days=line.product_id.categ_id.sfa_effective_cost_days,
            )
        if finding.kind == margin.MARGIN:
            return self.env._(
                "%(product)s: the margin of %(value)s%% is under the floor of "
                "%(bound)s%%.",
                **numbers,
            )
        return self.env._(
            "%(product)s: the discount of %(value)s%% is over the limit of "
            "%(bound)s%%.",
            **numbers,
        )

    def _sfa_fingerprint(self):
        """Give a digest of all that an approval is about: lines, prices, customer."""
        self.ensure_one()
        rows = [
            (
                line.id,
                line.product_id.id,
                line.product_uom_id.id,
                round(line.product_uom_qty, 6),
                round(line.price_unit, 6),
                round(line.discount, 6),
                round(line.price_subtotal, 6),
            )
            for line in self.sudo().order_line.sorted("id")
            if not line.display_type
        ]
        facts = (self.partner_id.commercial_partner_id.id, self.currency_id.id, rows)
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    # ------------------------------------------------------------ ways out

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # An import can bring quotations that have left already.
        orders._sfa_check_left({order: "draft" for order in orders})
        return orders

    def write(self, vals):
        if vals.get("state") not in LEFT:
            return super().write(vals)
        before = {order: order.state for order in self}
        result = super().write(vals)
        self._sfa_check_left(before)
        return result

    def _sfa_check_left(self, before):
        """Check the quotations that have just left, whatever wrote their state.

        :param before: ``{order: state}`` until now
        """
        leaving = self.filtered(
            lambda order: order.state in LEFT and order.state != before[order]
        )._sfa_gate_orders()
        if not leaving:
            return
        held = {order: why for order, why in leaving._sfa_findings().items() if why}
        self._sfa_raise_blocked(leaving._sfa_gate_blocked(held))

    def action_quotation_send(self):
        self._sfa_check_gate()
        return super().action_quotation_send()

    def action_quotation_sent(self):
        orders = self
        if self._sfa_is_from_payment():
            # The customer chose to pay by transfer: money on its way stops no work,
            # what is held back stays a draft.
            orders = self - self.browse([o.id for o in self._sfa_gate_blocked()])
            (self - orders)._sfa_note_paid()
        return super(SaleOrder, orders).action_quotation_sent()

    def message_post_with_source(self, source_ref, **kwargs):
        if isinstance(source_ref, str):
            source_ref = self.env.ref(source_ref)
        by_template = source_ref._name == "mail.template"
        if by_template and not self._sfa_is_from_payment():
            self._sfa_check_gate()
        return super().message_post_with_source(source_ref, **kwargs)

    def _sfa_is_from_payment(self):
        return self.env.context.get("sfa_from_payment") is FROM_PAYMENT

    def _sfa_note_paid(self):
        """Tell the salespeople that a quotation held back was paid."""
        for order in self:
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Paid online, but held back"),
                note=self.env._(
                    "The customer paid for this quotation, which quotation control "
                    "holds back. Correct or approve it, then confirm it."
                ),
                user_id=order.user_id.id or self.env.uid,
            )

    # ------------------------------------------------------------ approvals

    def action_sfa_ask_approval(self):
        """Open the question to the approvers.

        :raise UserError: nothing holds the quotation back
        """
        self.ensure_one()
        self.check_access("write")
        if not self._sfa_gate_blocked():
            raise UserError(
                self.env._(
                    "Quotation %(order)s needs no approval. Send or confirm it.",
                    order=self.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for Approval"),
            "res_model": "sfa.approval.ask",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_sfa_open_approvals(self):
        """Open the approvals of this quotation."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_sfa.sfa_approval_action"
        )
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}
