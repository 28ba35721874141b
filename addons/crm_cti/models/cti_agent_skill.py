from odoo import fields, models


class CtiAgentSkill(models.Model):
    """How well an agent masters a skill."""

    _name = "cti.agent.skill"
    _description = "Skill of an Agent"
    _order = "agent_id, level desc, id"
    _rec_name = "skill_id"
    _check_company_auto = True

    agent_id = fields.Many2one("cti.agent", required=True, ondelete="cascade")
    skill_id = fields.Many2one(
        "cti.skill", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True)
    level = fields.Integer(required=True, default=3, help="1 (a little) to 5 (expert).")

    _once = models.UniqueIndex(
        "(agent_id, skill_id)", "The agent has this skill already."
    )
    _level_range = models.Constraint(
        "CHECK (level BETWEEN 1 AND 5)", "Levels are 1 to 5."
    )
