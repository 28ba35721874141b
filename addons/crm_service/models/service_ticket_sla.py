from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools import promise as rules
from ..tools.ticket import ACTIVE
from .service_sla_clock import to_seconds

#: What decides which promises hold for a ticket.
DECIDES = {
    "partner_id",
    "team_id",
    "kind",
    "category_id",
    "priority",
    "company_id",
}
#: What only this file writes.
OURS = {"sla_policy_id", "sla_calendar_id", "sla_deadline", "sla_matched"}
#: Who comes this way is answered at once.
AT_ONCE = ("phone", "desk", "chat")


class ServiceTicket(models.Model):
    """Service levels: clocks that start, wait and end with what happens to a ticket."""

    _inherit = "service.ticket"

    sla_policy_id = fields.Many2one(
        "service.sla.policy",
        "Service Level",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    sla_calendar_id = fields.Many2one(
        "resource.calendar",
        "Counted by",
        readonly=True,
        copy=False,
        help="Empty: around the clock.",
    )
    sla_deadline = fields.Datetime(
        "Due", readonly=True, copy=False, help="The next promise that ends."
    )
    sla_matched = fields.Datetime(readonly=True, copy=False)
    sla_clock_ids = fields.One2many("service.sla.clock", "ticket_id", copy=False)
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )

    _sla_due = models.Index("(sla_deadline, id) WHERE sla_deadline IS NOT NULL")

    @api.depends("sla_deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.is_late = bool(ticket.sla_deadline and ticket.sla_deadline < now)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("sla_deadline", "<", fields.Datetime.now())
        return late if True in value else ~late

    # ------------------------------------------------------------------- what happens

    @api.model_create_multi
    def create(self, vals_list):
        self._check_sla_values(set().union(*vals_list))
        tickets = super().create(vals_list)
        tickets._apply_policies()
        return tickets

    def write(self, vals):
        self._check_sla_values(vals)
        before = dict(zip(self, self.mapped("state"), strict=True))
        result = super().write(vals)
        if "state" in vals:
            self._follow_state(before)
        if not DECIDES.isdisjoint(vals):
            self.filtered("is_active")._apply_policies()
        return result

    def _check_sla_values(self, names):
        if not OURS.isdisjoint(names) and not self.env.su:
            raise AccessError(
                self.env._(
                    "When ticket %(ticket)s is due follows from its service level. "
                    "Ask a manager to change the service level.",
                    ticket=", ".join(self.mapped("number")) or self.env._("new"),
                )
            )

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_said_to_customer(message):
            self._turn_clocks(rules.answered)
            self.filtered("is_active")._turn_clocks(rules.renew)
        elif self.is_active and self._is_said_by_customer(message):
            self._turn_clocks(rules.asked)
        return result

    def _is_said_to_customer(self, message):
        """Tell whether a message is a colleague's answer that the customer gets."""
        return self._is_said_aloud(message) and self._is_colleague(message.author_id)

    def _is_said_by_customer(self, message):
        return self._is_said_aloud(message) and not self._is_colleague(
            message.author_id
        )

    def _is_unanswered(self):
        """Tell whether the customer spoke last, or nobody spoke to him yet."""
        self.ensure_one()
        said = self.message_ids.filtered(self._is_said_aloud)[:1]
        if said:
            return self._is_said_by_customer(said)
        first = self._get_latest_clocks()[self].get(rules.FIRST)
        return bool(first) and first.state in ("running", "paused")

    def _is_said_aloud(self, message):
        return (
            message.message_type in ("comment", "email", "sms")
            and not message.is_internal
            and not message.subtype_id.internal
        )

    def _is_colleague(self, partner):
        # Who is a colleague may be asked by customers too.
        return any(not user.share for user in partner.sudo().user_ids)

    # ------------------------------------------------------------------------- clocks

    def _apply_policies(self):
        """Promise what the first fitting policy says; consumed time stays consumed."""
        policies = self.env["service.sla.policy"]._match(self)
        held = {ticket: ticket.sla_calendar_id for ticket in self}
        now = fields.Datetime.now()
        promised = {
            ticket: (policy, policy._get_calendar(ticket.team_id))
            for ticket, policy in policies.items()
        }
        for (policy, calendar), tickets in self.grouped(promised.get).items():
            # What holds for a ticket is not the agent's to say.
            tickets.sudo().write(
                {
                    "sla_policy_id": policy.id,
                    "sla_calendar_id": calendar.id,
                    "sla_matched": now,
                }
            )
        self._turn_clocks(rules.change, held)

    def _follow_state(self, before):
        """Let clocks wait, go on or end as the states say.

        :param before: ``{ticket: state before}``
        """
        moved = self.filtered(lambda ticket: before[ticket] != ticket.state)
        for state, tickets in moved.grouped("state").items():
            if state not in ACTIVE:
                done = state in ("resolved", "closed")
                tickets._turn_clocks(rules.finish if done else rules.drop)
                continue
            reopened = tickets.filtered(lambda ticket: before[ticket] not in ACTIVE)
            waiting = (tickets - reopened).filtered(lambda ticket: ticket._sla_waits())
            waiting._turn_clocks(rules.pause)
            (tickets - reopened - waiting)._turn_clocks(rules.resume)
            unmerged = reopened.filtered(lambda ticket: before[ticket] == "merged")
            unmerged._turn_clocks(rules.revive)
            reopened._apply_policies()
            reopened._turn_clocks(rules.reopen)

    def _sla_waits(self):
        policy = self.sla_policy_id.sudo()  # read by whoever works on the ticket
        return self.state == "waiting_customer" or (
            self.state == "waiting_internal" and policy.pause_internal
        )

    def _turn_clocks(self, rule, held=None):
        """Change the clocks of tickets by a rule of ``tools/promise.py``.

        :param held: ``{ticket: resource.calendar}`` by which time counted until now,
            when another one counts from now on
        """
        rows = self._get_latest_clocks()
        # Nobody else writes clocks, and whoever moves a ticket need not read policies.
        tickets = self.sudo()
        calendars = tickets.sla_calendar_id.union(*(held or {}).values())
        hours = self.env["service.hours"]._get_current(calendars)
        hours[calendars.browse()] = self.env["service.hours"]
        new = []
        for ticket in tickets:
            until_now = held[ticket] if held else ticket.sla_calendar_id
            now = ticket._prepare_now(hours[until_now]._get_time())
            promises = {m: row._to_promise() for m, row in rows[ticket].items()}
            turned = rule(promises, now)
            new += ticket._store_promises(
                rows[ticket], promises, turned, hours[ticket.sla_calendar_id]
            )
        self.env["service.sla.clock"].sudo().create(new)
        tickets._set_deadlines()

    def _get_latest_clocks(self):
        """Give ``{ticket: {metric: its latest clock}}``."""
        rows = {ticket: {} for ticket in self}
        clocks = self.env["service.sla.clock"].sudo()  # as above
        for clock in clocks.search([("ticket_id", "in", self.ids)], order="cycle, id"):
            rows[clock.ticket_id][clock.metric] = clock
        return rows

    def _prepare_now(self, hours):
        """Give the `Now` of this ticket."""
        targets = self.sla_policy_id._get_targets()
        if self.channel in AT_ONCE:
            targets.pop(rules.FIRST, None)
        return rules.Now(
            to_seconds(fields.Datetime.now()), targets, hours, self._sla_waits()
        )

    def _store_promises(self, rows, before, promises, hours):
        """Write what has changed.

        :return: values of clocks to create
        """
        clocks, new = self.env["service.sla.clock"], []
        for metric, promise in promises.items():
            row = rows.get(metric, clocks)
            if before.get(metric) == promise and (
                promise.is_over or row.hours_id == hours
            ):
                continue
            values = clocks._prepare_values(promise, hours)
            values["policy_id"] = self.sla_policy_id.id
            if promise.is_over and not self.env.user.share:
                values["user_id"] = self.env.uid
            if row.cycle == promise.cycle:
                row.write(values)
            else:
                new.append({**values, "ticket_id": self.id, "metric": metric})
        return new

    def _set_deadlines(self):
        for ticket in self:
            due = ticket.sla_clock_ids.filtered(lambda clock: clock.state == "running")
            dates = [date for date in due.mapped("date_deadline") if date]
            ticket.sla_deadline = min(dates, default=False)
