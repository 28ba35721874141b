from markupsafe import Markup

from odoo import api, fields, models

from ..tools.assignment import WEIGHTS, Job


class ServiceTicket(models.Model):
    """Who got a ticket, and why."""

    _inherit = "service.ticket"

    assignment_facts = fields.Json(readonly=True, copy=False)
    assignment_reason = fields.Char(
        "Why This Agent", compute="_compute_assignment_reason"
    )

    _unassigned = models.Index(
        "(team_id, priority DESC, id DESC) WHERE user_id IS NULL AND state IN "
        "('new', 'open', 'waiting_customer', 'waiting_internal')"
    )

    @api.depends("assignment_facts", "user_id")
    def _compute_assignment_reason(self):
        methods = dict(
            self.env["service.team"]
            ._fields["assignment"]
            ._description_selection(self.env)
        )
        for ticket in self:
            facts = ticket.assignment_facts
            reason = False
            if facts and facts["user"] == ticket.user_id.id:
                reason = self.env._(
                    "%(method)s: one of %(present)s at work, had %(tickets)s of "
                    "%(capacity)s tickets.",
                    **{**facts, "method": methods[facts["method"]]},
                )
            ticket.assignment_reason = reason

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if tickets.filtered(
            lambda ticket: (
                not ticket.user_id
                and ticket.team_id.assignment not in (False, "manual")
            )
        ):
            # Whoever makes a ticket may not start jobs; this one is made for it.
            self.env.ref("crm_service.service_team_cron_assign").sudo()._trigger()
        return tickets

    def action_assign(self):
        """Give tickets that nobody has to members of their teams, by their rules.

        :raise AccessError: the user may not change one of them
        :raise UserError: a team assigns by hand
        """
        self.check_access("write")
        tickets = self.filtered(lambda one: not one.user_id and one.is_active)
        tickets.team_id._check_rule()
        assigned = tickets.team_id._assign(tickets)
        return tickets.team_id._notify_assigned(tickets, assigned)

    def _prepare_jobs(self):
        """Say what there is to do: list of `tools.assignment.Job`."""
        above = {
            category: tuple(map(int, reversed(category.parent_path.split("/")[:-1])))
            for category in self.category_id
        }
        return [
            Job(ticket.id, WEIGHTS[ticket.priority], above.get(ticket.category_id, ()))
            for ticket in self
        ]

    def _take_turns(self, turns, before, agents, method):
        """Give tickets to agents, one write for those with the same reason."""
        of_agent = {agent.id: agent for agent in agents}
        groups = {}
        for turn in turns:
            groups.setdefault((turn.agent, turn.level), []).append(turn.job)
        for (agent_id, level), ids in groups.items():
            agent = of_agent[agent_id]
            facts = {
                "user": agent.user_id.id,
                "method": method,
                "level": level,
                "present": len(agents),
                "tickets": before[agent_id],
                "capacity": agent.capacity,
            }
            # Tracking makes two queries for each ticket; a note in batch says the same.
            tickets = self.browse(ids).with_context(tracking_disable=True)
            tickets.write({"user_id": agent.user_id.id, "assignment_facts": facts})
            tickets.message_subscribe(agent.user_id.partner_id.ids)
            tickets._note_agent()
            self.browse(ids)._tell_agent(agent.user_id)

    def _note_agent(self):
        self._message_log_batch(
            {
                ticket.id: self.env._(
                    "Assigned to %(agent)s. %(reason)s",
                    agent=ticket.user_id.name,
                    reason=ticket.assignment_reason,
                )
                for ticket in self
            }
        )

    def _tell_agent(self, user):
        if user == self.env.user:
            return
        links = [ticket._link() for ticket in self[:20]]
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("%(count)s tickets for you", count=len(self)),
            body=self.env._(
                "Assigned to you: %(tickets)s", tickets=Markup(", ").join(links)
            ),
        )
