from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.assignment import BALANCED, ROUND_ROBIN, SKILL, assign

BATCH = 500
#: Tickets without room that are looked at in a run.
MOST = 20 * BATCH
METHODS = [
    ("manual", "By Hand"),
    (ROUND_ROBIN, "By Turns"),
    (BALANCED, "By Load"),
    (SKILL, "By Skill, then by Load"),
]


class ServiceTeam(models.Model):
    """How a team shares its tickets."""

    _inherit = "service.team"

    assignment = fields.Selection(
        METHODS,
        required=True,
        default="manual",
        help="Who gets a ticket that nobody has. By turns: who has waited longest. By "
        "load: who has the least work for his capacity; urgent tickets count more. By "
        "skill: who knows the category best. Only members at work, with room for it.",
    )
    unassigned_count = fields.Integer(
        "Not Assigned", compute="_compute_unassigned_count"
    )

    def _compute_unassigned_count(self):
        groups = self.env["service.ticket"]._read_group(
            self._get_unassigned_domain(), ["team_id"], ["__count"]
        )
        counts = dict(groups)
        for team in self:
            team.unassigned_count = counts.get(team, 0)

    def _get_unassigned_domain(self):
        return [
            ("team_id", "in", self.ids),
            ("user_id", "=", False),
            ("is_active", "=", True),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        # Agents are the manager's to make; who makes a team is one.
        self.env["service.agent"].sudo()._ensure(teams.member_ids)
        return teams

    def write(self, vals):
        result = super().write(vals)
        if "member_ids" in vals:
            # As above.
            self.env["service.agent"].sudo()._ensure(self.member_ids)
        return result

    # -------------------------------------------------------------------- assigning

    def action_assign(self):
        """Give the tickets that nobody has to the members, by the rule of the team.

        :raise AccessError: the user is no service manager
        """
        self.check_access("write")
        self._check_rule()
        tickets = self.env["service.ticket"].search(
            self._get_unassigned_domain(), limit=BATCH
        )
        return self._notify_assigned(tickets, self._assign(tickets))

    def _check_rule(self):
        """Refuse to assign for a team without a rule.

        :raise UserError: names the teams
        """
        manual = self.filtered(lambda team: team.assignment == "manual")
        if manual:
            raise UserError(
                self.env._(
                    "%(teams)s assigns tickets by hand. Choose an agent on the ticket, "
                    "or a rule on the team.",
                    teams=", ".join(manual.mapped("name")),
                )
            )

    def _notify_assigned(self, tickets, assigned):
        left = len(tickets) - len(assigned)
        message = self.env._("%(count)s tickets were assigned.", count=len(assigned))
        if left:
            message += " " + self.env._(
                "%(count)s wait: no member at work has room for them.", count=left
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _assign(self, tickets):
        """Share tickets of these teams that nobody has.

        :return: the tickets that have an agent now
        """
        assigned = tickets.browse()
        for team in self:
            mine = tickets.filtered(
                lambda ticket, team=team: ticket.team_id == team and not ticket.user_id
            )
            assigned |= team._assign_batch(mine)
        return assigned

    def _assign_batch(self, tickets):
        self.ensure_one()
        # Turns and the load in all companies decide, whatever the user may read.
        team = self.sudo()
        users = team._get_users_at_work(fields.Datetime.now()) if tickets else None
        if not users:
            return tickets.browse()
        agents = team.env["service.agent"]._lock(users)
        figures = agents._prepare_agents()
        before = {figure.id: figure.tickets for figure in figures}
        jobs = tickets._prepare_jobs()
        turns = assign(jobs, figures, team.assignment)
        for figure, agent in zip(figures, agents, strict=True):
            agent.last_turn = figure.last
        tickets._take_turns(turns, before, agents, team.assignment)
        return tickets.browse([turn.job for turn in turns])

    def _get_users_at_work(self, moment):
        """Give the members who work at a moment, by their hours and their leave.

        :param moment: naive UTC
        """
        self.ensure_one()
        start = pytz.utc.localize(moment)
        stop = start + timedelta(minutes=1)
        users = self.member_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )
        resources = self.env["resource.resource"].search(
            [("user_id", "in", users.ids), ("company_id", "=", self.company_id.id)]
        )
        default = self.calendar_id or self.company_id.resource_calendar_id
        of_calendar = resources.grouped(lambda one: one.calendar_id or default)
        of_calendar.setdefault(default, resources.browse())
        present = users.browse()
        for calendar, group in of_calendar.items():
            hours = calendar._work_intervals_batch(start, stop, resources=group)
            present |= group.filtered(lambda one, hours=hours: hours[one.id]).user_id
            if calendar == default and hours[False]:
                present |= users - resources.user_id
        return present

    @api.model
    def _cron_assign(self):
        """Assign for all teams with a rule."""
        for team in self.search([("assignment", "!=", "manual")]):
            team._assign_waiting()

    def _assign_waiting(self):
        """Assign the tickets that nobody has, a batch in a transaction.

        Those for which nobody has room, or the skill, do not stop the others.
        """
        tickets = self.env["service.ticket"]
        left, waiting = 1, []
        while left and len(waiting) < MOST and self.try_lock_for_update():
            batch = tickets.search(
                [*self._get_unassigned_domain(), ("id", "not in", waiting)], limit=BATCH
            )
            assigned = self._assign(batch)
            waiting += (batch - assigned).ids
            left = self.env["ir.cron"]._commit_progress(len(assigned))
            if len(batch) < BATCH:
                break
