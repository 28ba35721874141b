from odoo import api, fields, models
from odoo.tools.misc import format_date

from ..tools import guarantee


class ServiceComplaint(models.Model):
    """What the customer may choose by law, and why."""

    _inherit = "service.complaint"

    date_delivered = fields.Date(
        "Delivered on",
        compute="_compute_date_delivered",
        store=True,
        readonly=False,
        help="Or the day of the invoice, where that is later.",
    )
    failed_repairs = fields.Integer(
        compute="_compute_repairs",
        store=True,
        readonly=False,
        help="Repairs of this product in the warranty that did not help.",
    )
    repair_days = fields.Integer(
        "Days in Repair",
        compute="_compute_repairs",
        store=True,
        readonly=False,
        help="The warranty gets longer by them.",
    )
    guarantee_text = fields.Text("By Law", compute="_compute_guarantee_text")

    @api.depends("sale_line_id")
    def _compute_date_delivered(self):
        for complaint in self:
            # The agent need not see transfers; only the day is told.
            moves = complaint.sudo().sale_line_id.move_ids.filtered(
                lambda move: (
                    move.state == "done" and move.location_dest_usage == "customer"
                )
            )
            complaint.date_delivered = (
                min(
                    fields.Datetime.context_timestamp(complaint, move.date).date()
                    for move in moves
                )
                if moves
                else complaint.date_delivered
            )

    @api.depends("product_id", "date_delivered")
    def _compute_repairs(self):
        for complaint in self:
            repairs = complaint._get_repairs()
            complaint.failed_repairs = len(repairs)
            complaint.repair_days = sum(
                max((repair.move_id.date - repair.create_date).days, 0)
                for repair in repairs
                if repair.move_id
            )

    def _get_repairs(self):
        """Give the finished repairs of this product since its delivery."""
        self.ensure_one()
        # The agent need not see repairs; only their number is told.
        repairs = self.env["repair.order"].sudo()
        if not (self.product_id and self.date_delivered and self.partner_id):
            return repairs
        return repairs.search(
            [
                ("product_id", "=", self.product_id.id),
                ("partner_id", "child_of", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("create_date", ">=", self.date_delivered),
            ]
        )

    @api.depends("product_id", "date_delivered", "failed_repairs", "repair_days")
    @api.depends_context("lang")
    def _compute_guarantee_text(self):
        today = fields.Date.context_today(self)
        for complaint in self:
            complaint.guarantee_text = complaint._say_guarantee(today)

    def _say_guarantee(self, today):
        """Say in words what the customer may choose today."""
        product, delivered = self.product_id, self.date_delivered
        if not product or not delivered or delivered > today:
            return self.env._("Choose the product and the day of its delivery.")
        rules = product.categ_id._get_guarantee()
        if not rules:
            return self.env._(
                "The category “%(category)s” has no rules for repair, exchange and "
                "refund.",
                category=product.categ_id.display_name,
            )
        found = guarantee.options(
            rules, delivered, today, self.failed_repairs, self.repair_days
        )
        if not found:
            return self.env._("The warranty is over; the law gives nothing more.")
        kinds = dict(
            self.env["service.remedy"]._fields["kind"]._description_selection(self.env)
        )
        reasons = self._get_guarantee_reasons()
        return "\n".join(
            self.env._(
                "%(kind)s, until %(date)s: %(reason)s",
                kind=kinds[option.kind],
                date=format_date(self.env, option.until),
                reason=reasons[option.why],
            )
            for option in found
        )

    def _get_guarantee_reasons(self):
        return {
            guarantee.EARLY: self.env._("the fault appeared in the first days"),
            guarantee.FAILED: self.env._(
                "%(count)s repairs in the warranty did not help",
                count=self.failed_repairs,
            ),
            guarantee.WARRANTY: self.env._("the product is in its warranty"),
        }
