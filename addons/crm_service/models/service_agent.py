from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.assignment import WEIGHTS, Agent

CAPACITY = 20


class ServiceAgent(models.Model):
    """A user who answers tickets: how many at once, and what he knows."""

    _name = "service.agent"
    _description = "Service Agent"
    _rec_name = "user_id"
    _order = "id"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
    )
    capacity = fields.Integer(
        "Tickets at Once",
        required=True,
        default=CAPACITY,
        help="Assignment gives no more open tickets than these; 0: none.",
    )
    skill_ids = fields.One2many("service.skill", "agent_id", "Skills")
    last_turn = fields.Integer(
        readonly=True, help="Technical: place in the sequence of assigned tickets."
    )
    open_count = fields.Integer("Open Tickets", compute="_compute_open_count")

    _user_once = models.UniqueIndex("(user_id)", "This user is an agent already.")
    _capacity_positive = models.Constraint(
        "CHECK (capacity >= 0)", "The number of tickets at once is 0 or more."
    )

    @api.depends("user_id")
    def _compute_open_count(self):
        groups = self.env["service.ticket"]._read_group(
            [("user_id", "in", self.user_id.ids), ("is_active", "=", True)],
            ["user_id"],
            ["__count"],
        )
        counts = dict(groups)
        for agent in self:
            agent.open_count = counts.get(agent.user_id, 0)

    @api.model
    def _ensure(self, users):
        """Make an agent of each user who is none yet."""
        known = self.search([("user_id", "in", users.ids)]).user_id
        self.create([{"user_id": user.id} for user in users - known])

    @api.model
    def _lock(self, users):
        """Lock the agents of users, so that nobody else gives them tickets.

        :return: the agents with room for tickets; PostgreSQL ends the transaction with
            a serialization failure if they were given some since it began
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM service_agent
                 WHERE user_id = ANY(%s) AND capacity > 0
                 ORDER BY id FOR UPDATE
                """,
                users.ids,
            ),
            log_exceptions=False,
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _prepare_agents(self):
        """Read what agents have and know, in a constant number of queries.

        :return: list of `tools.assignment.Agent`, in the order of these records
        """
        groups = self.env["service.ticket"]._read_group(
            [("user_id", "in", self.user_id.ids), ("is_active", "=", True)],
            ["user_id", "priority"],
            ["__count"],
        )
        tickets, loads = {}, {}
        for user, priority, count in groups:
            tickets[user] = tickets.get(user, 0) + count
            loads[user] = loads.get(user, 0) + count * WEIGHTS[priority]
        return [
            Agent(
                agent.id,
                agent.capacity,
                tickets=tickets.get(agent.user_id, 0),
                load=loads.get(agent.user_id, 0),
                last=agent.last_turn,
                skills={
                    skill.category_id.id: int(skill.level) for skill in agent.skill_ids
                },
            )
            for agent in self
        ]
