from odoo import fields, models


class CtiAgent(models.Model):
    """What an agent is good at."""

    _inherit = "cti.agent"

    skill_ids = fields.One2many("cti.agent.skill", "agent_id", "Skills")
