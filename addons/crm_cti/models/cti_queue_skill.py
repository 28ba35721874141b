from odoo import fields, models


class CtiQueueSkill(models.Model):
    """A skill that callers of a queue need, the less strictly the longer they wait."""

    _name = "cti.queue.skill"
    _description = "Skill Needed in a Queue"
    _order = "queue_id, level desc, id"
    _rec_name = "skill_id"
    _check_company_auto = True

    queue_id = fields.Many2one("cti.queue", required=True, ondelete="cascade")
    skill_id = fields.Many2one(
        "cti.skill", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="queue_id.company_id", store=True)
    level = fields.Integer(
        "At Least", required=True, default=3, help="1 (a little) to 5 (expert)."
    )
    relax_seconds = fields.Integer(
        "One Less after",
        required=True,
        default=30,
        help="Seconds of waiting after each of which a level less will do; 0: never.",
    )
    lowest = fields.Integer(
        "But at Least",
        required=True,
        default=1,
        help="What is needed however long somebody waits; 0: nothing.",
    )

    _once = models.UniqueIndex(
        "(queue_id, skill_id)", "The queue asks for this skill already."
    )
    _level_range = models.Constraint(
        "CHECK (level BETWEEN 1 AND 5 AND lowest BETWEEN 0 AND level)",
        "Levels are 1 to 5, and what is always needed is not more.",
    )
    _relax_positive = models.Constraint(
        "CHECK (relax_seconds >= 0)", "Seconds are 0 or more."
    )
