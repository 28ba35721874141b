from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

RELEASE = {"credit_released_amount", "credit_released_by_id"}


class SaleOrder(models.Model):
    """A quotation that minds what the customer already owes."""

    _inherit = "sale.order"

    # A customer in the portal reads the order, not what we think of its payment.
    partner_credit_warning = fields.Text(groups="base.group_user")
    credit_released_amount = fields.Monetary(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Order total up to which a credit approver let this order pass.",
    )
    credit_released_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, groups="base.group_user"
    )
    is_on_credit_hold = fields.Boolean(
        compute="_compute_is_on_credit_hold",
        compute_sudo=True,
        groups="base.group_user",
        help="The customer is overdue or over the limit and the company holds orders.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # Looked at afterwards: a default or a copy can bring a release as well. Who
        # makes an order may have no right to the field, which is then looked at all
        # the more.
        if any(order.sudo().credit_released_amount for order in orders) or any(
            RELEASE.intersection(vals) for vals in vals_list
        ):
            orders._check_credit_release()
        return orders

    def write(self, vals):
        if RELEASE.intersection(vals):
            self._check_credit_release()
            return super().write(vals)
        # A release is for what one customer owes, and for an amount in one currency.
        # Whoever may change these takes the release off the order.
        released = self.sudo().browse()
        if {"partner_id", "pricelist_id", "currency_id"}.intersection(vals):
            released = self.sudo().filtered("credit_released_amount")
        before = {order: (order.partner_id, order.currency_id) for order in released}
        res = super().write(vals)
        released.filtered(
            lambda order: before[order] != (order.partner_id, order.currency_id)
        ).write({"credit_released_amount": 0, "credit_released_by_id": False})
        return res

    def _check_credit_release(self):
        """Let credit approvers alone release orders, by whatever way.

        :raise AccessError: the user is none
        """
        if not self.env.su and not self.env.user.has_group(
            "crm_base.crm_base_group_credit_approver"
        ):
            raise AccessError(
                self.env._(
                    "Only a credit approver may release order %(order)s. Ask one.",
                    order=", ".join(filter(None, self.mapped("name"))),
                )
            )

    def _compute_partner_credit_warning(self):
        """Add what is overdue to the platform's sentence about the limit."""
        res = super()._compute_partner_credit_warning()
        for order, sentence in self._get_overdue_sentences().items():
            order.partner_credit_warning = "\n".join(
                filter(None, [order.partner_credit_warning, sentence])
            )
        return res

    @api.depends(
        "state", "company_id", "partner_id", "amount_total", "credit_released_amount"
    )
    def _compute_is_on_credit_hold(self):
        for order in self:
            order.is_on_credit_hold = bool(
                order.state in ("draft", "sent")
                and order.company_id.crm_credit_policy == "hold"
                and order.partner_credit_warning
                and order.credit_released_amount < order.amount_total
            )

    def _get_overdue_sentences(self):
        """Give ``{order: sentence}`` of open quotations whose customer is overdue."""
        sentences = {}
        today = fields.Date.context_today(self)
        open_orders = self.filtered(lambda o: o.state in ("draft", "sent"))
        for company, orders in open_orders.grouped("company_id").items():
            standings = orders.partner_id._get_credit_standing(company)
            for order in orders:
                known = standings.get(order.partner_id.commercial_partner_id.id)
                days = known.days_overdue(today) if known else 0
                if days > company.crm_credit_overdue_days:
                    sentences[order] = order._prepare_overdue_sentence(known, days)
        return sentences

    def _prepare_overdue_sentence(self, known, days):
        self.ensure_one()
        return self.env._(
            "%(customer)s has %(amount)s overdue, the oldest since %(date)s"
            " (%(days)s days).",
            customer=self.partner_id.commercial_partner_id.name,
            amount=format_amount(self.env, known.overdue, self.company_id.currency_id),
            date=format_date(self.env, known.oldest_due),
            days=days,
        )

    def _confirmation_error_message(self):
        return super()._confirmation_error_message() or self._get_credit_hold_message()

    def _get_credit_hold_message(self):
        """Give the reason why this order waits for a credit approver, or ``False``."""
        self.ensure_one()
        if not self.is_on_credit_hold:
            return False
        if not self.env.user._is_internal():
            return self.env._(
                "Order %(order)s cannot be confirmed online. Please contact us.",
                order=self.name,
            )
        return self.env._(
            "Order %(order)s is on credit hold. %(reason)s\n"
            "Collect the payment first, or ask a credit approver to release the order.",
            order=self.name,
            reason=self.partner_credit_warning,
        )

    def action_release_credit_hold(self):
        """Let the order pass up to its present total; credit approvers only."""
        self.ensure_one()
        self.check_access("write")
        self._check_credit_release()
        if not self.is_on_credit_hold:
            raise UserError(
                self.env._("Order %(order)s is not on credit hold.", order=self.name)
            )
        self.write(
            {
                "credit_released_amount": self.amount_total,
                "credit_released_by_id": self.env.uid,
            }
        )
        self.message_post(
            body=self.env._(
                "Credit hold released up to %(amount)s. Reason of the hold: %(reason)s",
                amount=format_amount(self.env, self.amount_total, self.currency_id),
                reason=self.partner_credit_warning,
            )
        )
