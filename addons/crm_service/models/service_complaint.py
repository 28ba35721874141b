from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.complaint import ACTIVE
from .service_ticket import CHANNELS, PRIORITIES

STATES = [
    ("intake", "Intake"),
    ("acknowledged", "Acknowledged"),
    ("investigating", "Investigation"),
    ("proposal", "Proposal"),
    ("awaiting", "Awaiting Customer"),
    ("executing", "Executing"),
    ("call_back", "Call-back"),
    ("closed", "Closed"),
    ("withdrawn", "Withdrawn"),
    ("not_upheld", "Not Upheld"),
]
LIABILITIES = [
    ("company", "Our Company"),
    ("supplier", "Supplier"),
    ("carrier", "Carrier"),
    ("customer", "Customer"),
    ("shared", "Shared"),
    ("nobody", "Nobody"),
]
OUTCOMES = [
    ("upheld", "Upheld"),
    ("partly", "Partly Upheld"),
    ("rejected", "Not Upheld"),
]


class ServiceComplaint(models.Model):
    """A dispute with a customer, followed from the intake to the call-back.

    A model of its own beside the ticket, since rights, deadlines and evidence differ.
    """

    _name = "service.complaint"
    _description = "Complaint"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "priority desc, id desc"
    _rec_names_search = ["number", "name", "body_number"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, default="/", index="trigram")
    name = fields.Char("Subject", required=True, index="trigram")
    description = fields.Text("In the Customer's Words")
    wish = fields.Char("What the Customer Asks For")
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    category_id = fields.Many2one("service.category", index="btree_not_null")
    priority = fields.Selection(PRIORITIES, required=True, default="1")

    # for whom and about what
    partner_id = fields.Many2one("res.partner", "Customer", index=True)
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    ticket_id = fields.Many2one(
        "service.ticket", index="btree_not_null", check_company=True, copy=False
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Order Line",
        index="btree_not_null",
        check_company=True,
        domain="[('order_partner_id', 'child_of', commercial_partner_id), "
        "('state', '=', 'sale'), ('display_type', '=', False)]",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
    )

    # by whom
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "service.team", index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Officer",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        copy=False,
    )
    accused_user_id = fields.Many2one(
        "res.users",
        "Accused Colleague",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        copy=False,
        help="This person can neither read nor find the complaint.",
    )

    # how far
    state = fields.Selection(
        STATES,
        "Phase",
        required=True,
        default="intake",
        readonly=True,
        copy=False,
        group_expand="_expand_states",
    )
    is_active = fields.Boolean(compute="_compute_is_active", search="_search_is_active")
    date_received = fields.Datetime(
        "Received on", required=True, default=fields.Datetime.now, copy=False
    )
    date_acknowledged = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    date_decided = fields.Datetime("Decided on", readonly=True, copy=False)
    date_accepted = fields.Datetime("Accepted on", readonly=True, copy=False)
    date_remedied = fields.Datetime("Remedied on", readonly=True, copy=False)
    date_closed = fields.Datetime("Closed on", readonly=True, copy=False)
    days_taken = fields.Float(
        "Days to the End",
        compute="_compute_days_taken",
        store=True,
        aggregator="avg",
        digits=(16, 1),
        help="From the day received to the end.",
    )
    reopen_count = fields.Integer("Reopened", readonly=True, copy=False)

    # what we found and decided
    finding = fields.Text(copy=False)
    root_cause_id = fields.Many2one(
        "service.root.cause", index="btree_not_null", copy=False
    )
    liability = fields.Selection(LIABILITIES, copy=False)
    outcome = fields.Selection(OUTCOMES, copy=False)
    proposal = fields.Text(
        "Proposal in Words", copy=False, help="The customer reads this."
    )
    refusal = fields.Text(
        "Written Refusal",
        copy=False,
        help="Why nothing is offered. The customer reads this.",
    )
    counter = fields.Text("Customer's Counter-Proposal", readonly=True, copy=False)
    call_back_result = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("unsatisfied", "Not Satisfied"),
            ("unreached", "Not Reached"),
        ],
        copy=False,
    )
    call_back_note = fields.Text("Call-back Notes", copy=False)

    # an ending that another person confirms
    ending = fields.Selection(
        [("withdrawn", "Withdrawn"), ("not_upheld", "Not Upheld")],
        "Ending Asked For",
        readonly=True,
        copy=False,
    )
    ending_user_id = fields.Many2one(
        "res.users", "Ending Asked For by", readonly=True, copy=False
    )
    ending_reason = fields.Text("Reason of the Ending", readonly=True, copy=False)

    # what happened
    event_ids = fields.One2many("service.event", "complaint_id", readonly=True)

    _number = models.UniqueIndex("(number)", "Two complaints have the same number.")

    @api.model
    def _expand_states(self, states, domain):
        """Show every phase in which somebody has to do something, and those found."""
        return [state for state, _name in STATES if state in ACTIVE or state in states]

    @api.depends("sale_line_id")
    def _compute_product_id(self):
        for complaint in self:
            complaint.product_id = (
                complaint.sale_line_id.product_id or complaint.product_id
            )

    @api.depends("state")
    def _compute_is_active(self):
        for complaint in self:
            complaint.is_active = complaint.state in ACTIVE

    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in" if True in value else "not in", ACTIVE)]

    @api.depends("date_received", "date_closed")
    def _compute_days_taken(self):
        for complaint in self:
            ended = complaint.date_closed
            taken = ended - complaint.date_received if ended else None
            complaint.days_taken = taken.total_seconds() / 86_400 if taken else 0

    @api.depends("number", "name")
    def _compute_display_name(self):
        for complaint in self:
            complaint.display_name = (
                f"{complaint.number} {complaint.name or ''}".strip()
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        raise UserError(
            self.env._(
                "Complaint %(complaint)s is evidence and is kept. End it as withdrawn "
                "instead.",
                complaint=", ".join(self.mapped("number")),
            )
        )

    def action_view_events(self):
        """Show what happened to a complaint, newest first."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Events of %(complaint)s", complaint=self.number),
            "res_model": "service.event",
            "view_mode": "list,form",
            "domain": [("complaint_id", "=", self.id)],
        }
