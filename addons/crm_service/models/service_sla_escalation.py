from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .service_sla_target import METRICS
from .service_ticket import PRIORITIES

#: Escalations between two commits.
BATCH = 500


class ServiceSlaEscalation(models.Model):
    """Who is told when a promise is about to be broken, or has been."""

    _name = "service.sla.escalation"
    _description = "Escalation"
    _order = "policy_id, minutes, id"

    policy_id = fields.Many2one(
        "service.sla.policy", required=True, index=True, ondelete="cascade"
    )
    metric = fields.Selection(METRICS, "Promise", help="Empty: each of them.")
    minutes = fields.Integer(
        "Minutes after", help="After the deadline; a number below 0 warns before it."
    )
    in_hours = fields.Boolean(
        "In Working Hours",
        help="Wait until the hours begin by which the ticket counts.",
    )
    to = fields.Selection(
        [("agent", "Agent"), ("leader", "Team Leader"), ("user", "Colleague")],
        "Tell",
        required=True,
        default="leader",
    )
    user_id = fields.Many2one(
        "res.users", "Colleague", domain="[('share', '=', False)]"
    )
    priority = fields.Selection(PRIORITIES, "Raise Priority to")

    @api.constrains("to", "user_id")
    def _check_user(self):
        for escalation in self:
            if escalation.to == "user" and not escalation.user_id:
                raise ValidationError(
                    self.env._(
                        "An escalation of %(policy)s tells a colleague. Choose who.",
                        policy=escalation.policy_id.name,
                    )
                )

    @api.depends("metric", "minutes")
    def _compute_display_name(self):
        metrics = dict(self._fields["metric"]._description_selection(self.env))
        for escalation in self:
            escalation.display_name = self.env._(
                "%(metric)s: %(minutes)s minutes after the deadline",
                metric=metrics.get(escalation.metric) or self.env._("Each promise"),
                minutes=escalation.minutes,
            )

    # --------------------------------------------------------- scheduled, each minute

    @api.model
    def _cron_escalate(self):
        """Tell about every promise that is due to be told about, each once."""
        self.env["service.sla.clock"]._cron_follow_calendars()
        while True:
            done = self._escalate(BATCH)
            left = self.env["ir.cron"]._commit_progress(
                done, remaining=BATCH if done == BATCH else 0
            )
            if done < BATCH or not left:
                return

    @api.model
    def _escalate(self, limit):
        """Escalate so many clocks in one transaction: noted and told, or neither.

        :return: number of escalations
        """
        self.env["service.sla.clock"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_sla_escalated
                       (clock_id, escalation_id, ticket_id, date)
                SELECT c.id, e.id, c.ticket_id, %(now)s
                  FROM service_sla_escalation e
                  JOIN service_sla_policy p ON p.id = e.policy_id AND p.active
                  JOIN service_sla_clock c ON c.policy_id = e.policy_id
                   AND (e.metric IS NULL OR c.metric = e.metric)
                   AND c.state = 'running'
                   AND c.date_deadline <= %(now)s - e.minutes * interval '1 minute'
                 WHERE (NOT coalesce(e.in_hours, FALSE) OR c.hours_id IS NULL
                        OR c.hours_id = ANY(%(open)s))
                   AND NOT EXISTS (
                       SELECT FROM service_sla_escalated d
                        WHERE d.clock_id = c.id AND d.escalation_id = e.id)
                 ORDER BY c.date_deadline, c.id, e.id
                 LIMIT %(limit)s
                    ON CONFLICT (clock_id, escalation_id) DO NOTHING
             RETURNING escalation_id, clock_id
                """,
                now=fields.Datetime.now(),
                open=self.env["service.hours"]._get_open_ids(),
                limit=limit,
            )
        )
        due = {}
        for escalation, clock in rows:
            due.setdefault(escalation, []).append(clock)
        clocks = self.env["service.sla.clock"].browse(clock for _e, clock in rows)
        for escalation, ids in due.items():
            self.browse(escalation)._tell(clocks.browse(ids))
        return len(rows)

    def _tell(self, clocks):
        """Put an activity on the tickets, and raise their priority."""
        self.ensure_one()
        kind = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id("service.ticket")
        metrics = dict(self._fields["metric"]._description_selection(self.env))
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": clock.ticket_id.id,
                    "activity_type_id": kind.id,
                    "user_id": user.id,
                    "date_deadline": fields.Date.context_today(self),
                    "summary": self.env._(
                        "%(metric)s of %(ticket)s is due",
                        metric=metrics[clock.metric],
                        ticket=clock.ticket_id.number,
                    ),
                }
                for clock in clocks
                if (user := self._get_colleague(clock.ticket_id))
            ]
        )
        if self.priority:
            lower = clocks.ticket_id.filtered(lambda t: t.priority < self.priority)
            lower.write({"priority": self.priority})

    def _get_colleague(self, ticket):
        """Give who is told: the leader where nobody has the ticket."""
        leader = ticket.team_id.user_id
        return {"agent": ticket.user_id or leader, "user": self.user_id}.get(
            self.to, leader
        )
