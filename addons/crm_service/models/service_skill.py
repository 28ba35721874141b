from odoo import fields, models


class ServiceSkill(models.Model):
    """What an agent knows about."""

    _name = "service.skill"
    _description = "Skill of an Agent"
    _rec_name = "category_id"
    _order = "level desc, id"

    agent_id = fields.Many2one("service.agent", required=True, ondelete="cascade")
    category_id = fields.Many2one(
        "service.category",
        required=True,
        index=True,
        ondelete="cascade",
        help="Counts for the categories below it, too.",
    )
    level = fields.Selection(
        [("1", "Basic"), ("2", "Good"), ("3", "Expert")], required=True, default="2"
    )

    _category_once = models.UniqueIndex(
        "(agent_id, category_id)", "An agent has each skill once."
    )
