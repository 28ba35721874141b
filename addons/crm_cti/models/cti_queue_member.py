from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CtiQueueMember(models.Model):
    """An agent who takes the calls of a queue."""

    _name = "cti.queue.member"
    _description = "Queue Member"
    _order = "queue_id, penalty, id"
    _rec_name = "agent_id"

    queue_id = fields.Many2one(
        "cti.queue", required=True, index=True, ondelete="cascade"
    )
    agent_id = fields.Many2one(
        "cti.agent", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="queue_id.company_id", store=True)
    penalty = fields.Integer(
        "Rank", default=0, help="Callers are offered to lower ranks first."
    )

    _once = models.UniqueIndex(
        "(queue_id, agent_id)", "This agent is in the queue already."
    )
    _penalty_range = models.Constraint(
        "CHECK (penalty BETWEEN 0 AND 100)", "The rank is between 0 and 100."
    )

    @api.constrains("queue_id", "agent_id")
    def _check_pbx(self):
        for member in self:
            if member.queue_id.pbx_id != member.agent_id.pbx_id:
                raise ValidationError(
                    self.env._(
                        "%(agent)s has no phone at the exchange of %(queue)s. Choose "
                        "an agent of that exchange.",
                        agent=member.agent_id.display_name,
                        queue=member.queue_id.display_name,
                    )
                )
