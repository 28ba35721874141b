from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import is_html_empty

from ..tools.ticket import WAYS
from .service_ticket import PRIORITIES, STATES

NEXT = [
    (state, label) for state, label in STATES if state in WAYS and state != "merged"
]


class ServiceMacro(models.Model):
    """What is often done with tickets, done with one click."""

    _name = "service.macro"
    _description = "Macro"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")

    # what is said
    body = fields.Html("Answer", translate=True, sanitize="email_outgoing")
    is_note = fields.Boolean(
        "Internal Note", help="Colleagues alone read it; the customer gets no mail."
    )
    render_model = fields.Char(compute="_compute_render_model")

    # what is set
    next_state = fields.Selection(NEXT, "Then")
    category_id = fields.Many2one("service.category")
    priority = fields.Selection(PRIORITIES)
    tag_ids = fields.Many2many("service.tag", string="Add Tags")
    team_id = fields.Many2one("service.team", check_company=True)
    assign = fields.Selection(
        [("me", "Myself"), ("nobody", "Nobody"), ("user", "A Colleague")], "Assign to"
    )
    user_id = fields.Many2one(
        "res.users", "Colleague", domain="[('share', '=', False)]"
    )
    line_ids = fields.One2many("service.checklist.line", "macro_id", "Checklist")

    _has_colleague = models.Constraint(
        "CHECK (assign IS DISTINCT FROM 'user' OR user_id IS NOT NULL)",
        "Choose the colleague to whom the macro assigns.",
    )

    def _compute_render_model(self):
        self.render_model = "service.ticket"

    @api.constrains("body")
    def _check_body(self):
        renderer = self.env["mail.render.mixin"]
        for macro in self:
            if renderer._has_unsafe_expression_template_qweb(
                macro.body, "service.ticket"
            ):
                allowed = self.env["service.ticket"].mail_allowed_qweb_expressions()
                raise ValidationError(
                    self.env._(
                        "The answer of macro %(macro)s has a placeholder that macros "
                        "do not know. Use these: %(allowed)s.",
                        macro=macro.name,
                        allowed=", ".join(allowed),
                    )
                )

    def action_apply(self):
        """Apply the macro to the tickets from which it was opened.

        The context names them in ``service_ticket_ids``; what the user may not do by
        hand is refused here, too.

        :raise AccessError: the user may not change one of them
        :raise UserError: no tickets, or one cannot take the next state
        """
        self.ensure_one()
        self.check_access("read")
        ids = self.env.context.get("service_ticket_ids")
        if not isinstance(ids, list) or not all(type(one) is int for one in ids):
            ids = []
        tickets = self.env["service.ticket"].browse(ids)
        tickets.check_access("write")
        if not tickets:
            raise UserError(
                self.env._(
                    "Apply macro %(macro)s from a ticket, or to tickets of the list.",
                    macro=self.name,
                )
            )
        self._apply(tickets)
        return {"type": "ir.actions.act_window_close"}

    def _apply(self, tickets):
        values = self._prepare_ticket_vals()
        if values:
            tickets.write(values)
        if self.line_ids:
            tickets._add_steps(self.line_ids)
        if not is_html_empty(self.body):
            self._say(tickets)
        if self.next_state:
            tickets._move(self.next_state)

    def _prepare_ticket_vals(self):
        """Give what the macro writes, beside what it says and the state."""
        values = {
            name: self[name].id if name.endswith("_id") else self[name]
            for name in ("category_id", "priority", "team_id")
            if self[name]
        }
        if self.tag_ids:
            values["tag_ids"] = [(4, tag.id) for tag in self.tag_ids]
        if self.assign:
            users = {"me": self.env.user, "user": self.user_id}
            values["user_id"] = users.get(self.assign, self.env["res.users"]).id
            values["handover"] = self.env._("Macro %(macro)s", macro=self.name)
        return values

    def _say(self, tickets):
        renderer = self.env["mail.render.mixin"]
        kind = "mail.mt_note" if self.is_note else "mail.mt_comment"
        by_language = tickets.grouped(lambda ticket: ticket.partner_id.lang)
        for lang, group in by_language.items():
            macro = self.with_context(lang=lang or self.env.lang)
            bodies = renderer._render_template_qweb(
                macro.body, "service.ticket", group.ids
            )
            for ticket in group:
                known = bool(ticket.partner_id)
                ticket.message_post(
                    body=Markup(bodies[ticket.id]),
                    message_type="comment",
                    subtype_xmlid=kind,
                    partner_ids=[] if self.is_note else ticket.partner_id.ids,
                    outgoing_email_to=not (self.is_note or known) and ticket.email,
                )
