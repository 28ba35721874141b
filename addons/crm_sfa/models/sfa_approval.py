import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..tools import margin

#: So many approvers get an activity at most; the others see the list.
MOST_ASKED = 5


class SfaApproval(models.Model):
    """A request to let a quotation leave out of its bounds, and what became of it."""

    _name = "sfa.approval"
    _description = "Quotation Approval"
    _order = "id desc"
    _rec_name = "order_id"

    # what for
    order_id = fields.Many2one(
        "sale.order", "Quotation", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Customer", store=True
    )
    user_id = fields.Many2one(
        related="order_id.user_id", string="Salesperson", store=True
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_untaxed = fields.Monetary(related="order_id.amount_untaxed")
    margin_percent = fields.Float(related="order_id.margin_percent", aggregator=None)
    reasons = fields.Text(readonly=True, help="What held the quotation back.")
    level_id = fields.Many2one("sfa.approval.level", readonly=True, ondelete="restrict")

    # who asked, who decided
    state = fields.Selection(
        [("waiting", "Waiting"), ("approved", "Approved"), ("refused", "Refused")],
        "Status",
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    requested_by_id = fields.Many2one("res.users", "Asked by", readonly=True)
    requested_on = fields.Datetime("Asked on", readonly=True)
    request_note = fields.Text("Why", readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decision_note = fields.Text("Reason of the Decision", readonly=True)
    is_outdated = fields.Boolean(
        "Lines Changed Since",
        compute="_compute_is_outdated",
        help="An approval holds for the lines that the approver saw.",
    )
    may_decide = fields.Boolean(compute="_compute_may_decide")

    # what the approver sees, and saw
    fingerprint = fields.Char(readonly=True, groups="base.group_system")
    found = fields.Text(readonly=True, groups="base.group_system")
    line_ids = fields.One2many(
        "sfa.approval.line", "approval_id", "Figures", readonly=True
    )

    _one_waiting = models.UniqueIndex(
        "(order_id) WHERE state = 'waiting'",
        "Somebody asked already for the approval of this quotation.",
    )
    _of_order = models.Index("(order_id, id)")

    def _compute_is_outdated(self):
        for approval in self:
            # The digest is for comparing only; who reads the approval may know.
            stored = approval.sudo().fingerprint
            approval.is_outdated = stored != approval.sudo().order_id._sfa_fingerprint()

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_decide(self):
        for approval in self:
            approval.may_decide = (
                approval.state == "waiting" and not approval._get_refusal(self.env.user)
            )

    # ------------------------------------------------------------ asking

    @api.model
    def _ask(self, order, note):
        """Make the request for a quotation that is held back, and tell the approvers.

        :param order: one quotation that the user may change
        :param note: why it should leave all the same
        :return: the request; the open one, brought up to date, when there is one
        """
        reasons = order._sfa_gate_findings()[order]
        level = self._get_level(order, reasons)
        # People ask by this method alone; the table is read-only for them.
        requests = self.sudo()
        request = requests.search(
            [("order_id", "=", order.id), ("state", "=", "waiting")]
        ) or requests.create({"order_id": order.id})
        request.write(
            {
                "requested_by_id": self.env.uid,
                "requested_on": fields.Datetime.now(),
                "request_note": note,
                "level_id": level.id,
                **self._prepare_figures(order, reasons),
            }
        )
        request._tell_approvers()
        return request.with_env(self.env)

    @api.model
    def _get_level(self, order, reasons):
        levels = self.env["sfa.approval.level"]
        needed = margin.needed_level(reasons, levels._get_levels(order.company_id))
        if needed is None:
            raise UserError(
                self.env._(
                    "Nobody may approve quotations yet. Ask a sales manager to set "
                    "up approval levels in the configuration."
                )
            )
        return levels.sudo().browse(needed.key)

    @api.model
    def _prepare_figures(self, order, reasons):
        lines = order.sudo().order_line
        figures = lines._sfa_gate_lines()
        kept = margin.kept_part(list(figures.values()))
        kinds = {}
        for finding in reasons:
            kinds.setdefault(finding.key, set()).add(finding.kind)
        return {
            "reasons": "\n".join(order._sfa_gate_sentences(reasons)),
            "fingerprint": order._sfa_fingerprint(),
            "found": json.dumps([[f.key, f.kind, f.value] for f in reasons]),
            "line_ids": [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        self._prepare_line_vals(line, row, kept, kinds.get(line.id))
                    )
                    for line, row in figures.items()
                    if row.checked or row.subtotal < 0
                ),
            ],
        }

    @api.model
    def _prepare_line_vals(self, line, row, kept, kinds):
        return {
            "product_id": line.product_id.id,
            "quantity": line.product_uom_qty,
            "uom_id": line.product_uom_id.id,
            "price_unit": line.price_unit,
            "discount": margin.discount(row, kept) if row.listed else line.discount,
            "discount_limit": row.limit,
            "cost": row.cost or 0.0,
            "cost_known": not row.checked or row.cost is not None,
            "subtotal": row.subtotal,
            "margin": (margin.margin(row, kept) or 0.0) if row.checked else 0.0,
            "floor": row.floor,
            "is_reason": bool(kinds),
        }

    def _tell_approvers(self):
        self.ensure_one()
        order = self.order_id
        order.activity_unlink(["crm_sfa.mail_activity_data_approval"])
        approvers = self.level_id._get_approvers(order.company_id)
        asked = approvers - self.user_id - self.requested_by_id
        # the nearest people alone: who is only on a higher level is not disturbed
        nearest = asked & self.level_id.group_id.all_user_ids
        for user in (nearest or asked)[:MOST_ASKED]:
            order.activity_schedule(
                "crm_sfa.mail_activity_data_approval",
                user_id=user.id,
                note=Markup("%s<br/>%s") % (self.request_note, self.reasons),
            )

    # ------------------------------------------------------------ deciding

    def _get_refusal(self, user):
        """Say why a user may not decide on this request; ``False`` when they may."""
        self.ensure_one()
        # Facts of the request that its reader sees anyway.
        request = self.sudo()
        if user in (request.user_id, request.requested_by_id):
            return self.env._(
                "Quotation %(order)s is your own. Somebody else has to decide.",
                order=request.order_id.name,
            )
        if user not in request.level_id._get_approvers(request.company_id):
            return self.env._(
                "Quotation %(order)s needs an approval of the level %(level)s. "
                "Ask one of its approvers.",
                order=request.order_id.name,
                level=request.level_id.name,
            )
        return False

    def _check_may_decide(self):
        self.check_access("read")
        refusal = self._get_refusal(self.env.user)
        if refusal:
            raise AccessError(refusal)

    def action_approve(self):
        """Open the question for the reason of an approval."""
        return self._open_decision("approved", self.env._("Approve"))

    def action_refuse(self):
        """Open the question for the reason of a refusal."""
        return self._open_decision("refused", self.env._("Refuse"))

    def _open_decision(self, decision, name):
        self.ensure_one()
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "sfa.approval.decide",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_approval_id": self.id,
                "default_decision": decision,
                "default_fingerprint": self.sudo().order_id._sfa_fingerprint(),
            },
        }

    def decide(self, decision, note, fingerprint=None):
        """Approve or refuse a request.

        :param decision: ``approved`` or ``refused``
        :param note: reason, needed for a refusal
        :param fingerprint: digest of the lines that the approver saw; the request's own
            by default
        :raise AccessError: the user is not an approver, or it is their own quotation
        :raise UserError: it is decided already, or the lines changed meanwhile
        """
        self.ensure_one()
        self._check_may_decide()
        note = (note or "").strip()
        if decision not in ("approved", "refused"):
            raise ValidationError(
                self.env._("Choose whether to approve or to refuse the quotation.")
            )
        if decision == "refused" and not note:
            raise UserError(
                self.env._("Say why you refuse, so that the salesperson can act on it.")
            )
        # Approvers have no right to the table itself: they decide by this method.
        request = self.sudo()
        # Of two who decide at once, the second is turned away here.
        request.lock_for_update()
        request.invalidate_recordset(["state", "decided_by_id", "decided_on"])
        request._check_still_open()
        order = request.order_id
        current = order._sfa_fingerprint()
        if current != request.fingerprint or (fingerprint or current) != current:
            raise UserError(
                self.env._(
                    "The lines of quotation %(order)s changed since the request. "
                    "The salesperson has to ask again.",
                    order=order.name,
                )
            )
        request.write(
            {
                "state": decision,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "decision_note": note,
            }
        )
        request._tell_decision(self.env.user)
        return True

    def _check_still_open(self):
        if self.state != "waiting":
            raise UserError(
                self.env._(
                    "%(user)s decided on quotation %(order)s already, on %(date)s.",
                    user=self.decided_by_id.name,
                    order=self.order_id.name,
                    date=format_date(self.env, self.decided_on),
                )
            )

    def _tell_decision(self, user):
        order = self.order_id
        order.activity_unlink(["crm_sfa.mail_activity_data_approval"])
        if self.state == "approved":
            text = self.env._("Approved: the quotation may leave as it is.")
        else:
            text = self.env._("Approval refused.")
        order.message_post(
            body=Markup("%s<br/>%s") % (text, self.decision_note or ""),
            author_id=user.partner_id.id,
            partner_ids=self.requested_by_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    # ------------------------------------------------------------ the gate

    @api.model
    def _get_covered(self, held):
        """Give the quotations whose findings are approved, lines unchanged.

        :param held: ``{order: [tools.margin.Finding]}``
        :return: set of orders
        """
        orders = {order.id: order for order in held}
        approvals = self.search(
            [("order_id", "in", list(orders)), ("state", "=", "approved")]
        )
        covered = set()
        for approval in approvals:
            order = orders[approval.order_id.id]
            approved = {
                (key, kind): value
                for key, kind, value in json.loads(approval.found or "[]")
            }
            if approval.fingerprint == order._sfa_fingerprint() and (
                margin.still_covered(approved, held[order])
            ):
                covered.add(order)
        return covered
