from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import LazyTranslate

from ..tools import tracking

_lt = LazyTranslate(__name__)

STAGE_SELECTION = [
    ("quoted", "Quoted"),
    ("confirmed", "Confirmed"),
    ("in_production", "In Production"),
    ("produced", "Produced"),
    ("part_delivered", "Partly Delivered"),
    ("delivered", "Delivered"),
    ("invoiced", "Invoiced"),
    ("part_paid", "Partly Paid"),
    ("paid", "Paid"),
    ("cancelled", "Cancelled"),
]
TURN_SELECTION = [
    ("sales", "Sales"),
    ("purchasing", "Purchasing"),
    ("production", "Production"),
    ("warehouse", "Warehouse"),
    ("accounting", "Accounting"),
    ("customer", "Customer"),
    ("nobody", "Nobody"),
]
#: The customer in the portal gets the steps without whose turn it is.
EMPLOYEES = "base.group_user"
#: Written by the events of the ERP alone, see sale_order_refresh.
DERIVED = {"tracking_stage", "tracking_late"}
#: A step has one name, whether it is done or still to come.
STEP_LABELS = {
    "ordered": _lt("Ordered"),
    "production": _lt("Production"),
    "ready": _lt("Ready"),
    "shipped": _lt("Shipping"),
    "invoiced": _lt("Invoicing"),
    "paid": _lt("Payment"),
}


class SaleOrder(models.Model):
    """An order that knows how far it is from quotation to cash."""

    _inherit = "sale.order"

    # Order to cash, stored: what lists filter and group by
    tracking_stage = fields.Selection(
        STAGE_SELECTION,
        string="Progress",
        default="quoted",
        readonly=True,
        copy=False,
        index=True,
        help="How far the order is: goods decide until they left, then the money.",
    )
    tracking_late = fields.Boolean(
        string="Late",
        readonly=True,
        copy=False,
        groups=EMPLOYEES,
        help="Goods are past their promised day, or an invoice is past its due day.",
    )

    # Order to cash, read when shown
    tracking_turn = fields.Selection(
        TURN_SELECTION,
        string="Whose Turn",
        compute="_compute_tracking",
        groups=EMPLOYEES,
        help="Who has to act next for the order to go on.",
    )
    tracking_promised_date = fields.Date(
        "Promised", compute="_compute_tracking", groups=EMPLOYEES
    )
    tracking_next_date = fields.Date(
        "Next Date", compute="_compute_tracking", groups=EMPLOYEES
    )
    tracking_paid_share = fields.Float(
        "Paid (%)",
        compute="_compute_tracking",
        groups=EMPLOYEES,
        aggregator=None,
        help="Part of the order's total that is settled, from 0 to 1.",
    )
    tracking_steps = fields.Json(
        "Order Tracking", compute="_compute_tracking", groups=EMPLOYEES
    )

    def _compute_tracking(self):
        data = self._tracking_data()
        steps = self._tracking_steps_of(data)
        for order in self:
            # A draft on the screen stands for the stored order it comes from.
            figures = data.get(order._origin.id) or {}
            order.tracking_turn = figures.get("turn", False)
            order.tracking_promised_date = figures.get("promised_date")
            order.tracking_next_date = figures.get("next_date")
            order.tracking_paid_share = figures.get("paid_share", 0.0)
            order.tracking_steps = steps.get(order._origin.id, [])

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_tracking_typed(vals)
        orders = super().create(vals_list)
        # A quotation is born with the right stage; an import may bring later states.
        orders.filtered(lambda order: order.state != "draft")._tracking_touch()
        return orders

    def write(self, vals):
        self._check_tracking_typed(vals)
        result = super().write(vals)
        if not {"state", "commitment_date", "picking_policy"}.isdisjoint(vals):
            self._tracking_touch()
        return result

    def _check_tracking_typed(self, vals):
        """Keep the stage to the events of the ERP.

        :raise AccessError: somebody types it
        """
        if DERIVED.intersection(vals) and not self.env.su:
            raise AccessError(
                self.env._(
                    "The progress of order %(order)s follows from its deliveries and "
                    "invoices. Record those instead.",
                    order=", ".join(filter(None, self.mapped("name")))
                    or vals.get("name", ""),
                )
            )

    def _tracking_steps(self, for_customer=False):
        """Give the progress line of each order.

        :param for_customer: leave out what is the company's own business (whose turn
            it is); internal document names are never given
        :return: ``{order_id: [step]}``; a step is a JSON-able dict: ``key``, ``label``,
            ``state`` (``done``, ``now``, ``late`` or ``todo``), ``hint`` (text or
            empty), ``date`` (ISO day or False) and ``url`` (tracking link or False)
        :raise AccessError: when the reader may not read one of the orders
        """
        return self._tracking_steps_of(self._tracking_data(), for_customer)

    def _tracking_steps_of(self, data, for_customer=False):
        today = self._tracking_today()
        turns = dict(self._fields["tracking_turn"]._description_selection(self.env))
        result = {}
        for order_id, row in data.items():
            states = tracking.step_states(row["figures"], today)
            result[order_id] = [
                {
                    "key": key,
                    "label": self._tracking_step_label(key, row),
                    "state": state,
                    "hint": self._tracking_step_hint(key, state, row),
                    "date": fields.Date.to_string(self._tracking_step_date(key, row)),
                    "url": row.get("tracking_url") or False
                    if key == "shipped"
                    else False,
                    "turn": turns[row["turn"]]
                    if state in ("now", "late") and not for_customer
                    else False,
                }
                for key, state in states.items()
            ]
        return result

    def _tracking_step_label(self, key, row):
        if row["state"] == "cancel":
            return self.env._("Cancelled")
        if key == "ordered" and row["state"] != "sale":
            return self.env._("Quoted")
        return self.env._(STEP_LABELS[key])

    def _tracking_step_hint(self, key, state, row):
        counts = {
            "production": ("qty_produced", "qty_to_produce"),
            "shipped": ("qty_delivered", "qty_ordered"),
        }
        if key in counts and state != "done":
            part, whole = (row[name] for name in counts[key])
            if part > 0 or key == "production":
                return self.env._(
                    "%(part)s of %(whole)s", part=f"{part:g}", whole=f"{whole:g}"
                )
        if key == "paid" and 0 < row["paid_share"] < 1:
            return f"{row['paid_share']:.0%}"
        return ""

    def _tracking_step_date(self, key, row):
        """Give the actual day of a finished step, else the promised or due one."""
        return {
            "ordered": row["ordered_date"],
            "production": row["next_production"],
            "shipped": row["delivered_date"]
            if tracking.goods_done(row["figures"])
            else row["promised_date"],
            "paid": row["next_due"],
        }.get(key)
