from odoo import api, fields, models

from ..tools.ticket import ACTIVE

KINDS = [
    ("question", "Question"),
    ("incident", "Incident"),
    ("request", "Request"),
    ("return", "Return"),
    ("complaint", "Complaint"),
    ("suggestion", "Suggestion"),
]
STATES = [
    ("new", "New"),
    ("open", "Open"),
    ("waiting_customer", "Waiting for Customer"),
    ("waiting_internal", "Waiting Internally"),
    ("resolved", "Resolved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
    ("merged", "Merged"),
]
PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]
CHANNELS = [
    ("mail", "Mail"),
    ("web", "Web Form"),
    ("portal", "Portal"),
    ("chat", "Chat"),
    ("phone", "Phone"),
    ("desk", "Walk-in"),
]


class ServiceTicket(models.Model):
    """What a customer asked for, from the first word to the confirmed end."""

    _name = "service.ticket"
    _description = "Ticket"
    _inherit = ["mail.thread.cc", "mail.activity.mixin"]
    _order = "priority desc, id desc"
    _rec_names_search = ["number", "name"]
    _mail_post_access = "read"
    _primary_email = "email"
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, default="/", index="trigram")
    name = fields.Char("Subject", required=True, tracking=True, index="trigram")
    description = fields.Html()
    kind = fields.Selection(KINDS, required=True, default="question", tracking=True)
    channel = fields.Selection(CHANNELS, required=True, default="desk")
    category_id = fields.Many2one("service.category", index="btree_not_null")
    priority = fields.Selection(PRIORITIES, required=True, default="1", tracking=True)

    # for whom
    partner_id = fields.Many2one("res.partner", "Customer", index=True, tracking=True)
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    email = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )

    # by whom
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "service.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Agent",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        tracking=True,
    )

    # how far
    state = fields.Selection(
        STATES, required=True, default="new", readonly=True, copy=False, tracking=True
    )
    is_active = fields.Boolean(compute="_compute_is_active", search="_search_is_active")
    date_resolved = fields.Datetime("Resolved on", readonly=True, copy=False)
    date_closed = fields.Datetime("Closed on", readonly=True, copy=False)
    merged_into_id = fields.Many2one(
        "service.ticket", readonly=True, copy=False, index="btree_not_null"
    )

    _number = models.UniqueIndex("(number)", "Two tickets have the same number.")
    _urgent = models.Index(
        "(priority DESC, id DESC) "
        "WHERE state IN ('new', 'open', 'waiting_customer', 'waiting_internal')"
    )

    @api.depends("partner_id")
    def _compute_contact(self):
        for ticket in self:
            ticket.email = ticket.partner_id.email or ticket.email
            ticket.phone = ticket.partner_id.phone or ticket.phone

    @api.depends("category_id")
    def _compute_team_id(self):
        for ticket in self:
            ticket.team_id = ticket.category_id.team_id or ticket.team_id

    @api.depends("state")
    def _compute_is_active(self):
        for ticket in self:
            ticket.is_active = ticket.state in ACTIVE

    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in" if True in value else "not in", ACTIVE)]

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            ticket.display_name = f"{ticket.number} {ticket.name or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"].sudo()  # an agent may not read sequences
        for vals in vals_list:
            vals["number"] = numbers.next_by_code("service.ticket") or "/"
        return super().create(vals_list)
