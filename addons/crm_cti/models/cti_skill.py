from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: How well something is mastered, and how well it has to be.
LEVELS = range(1, 6)


class CtiSkill(models.Model):
    """Something that callers need and agents are good at: a language, a product, …"""

    _name = "cti.skill"
    _description = "Call Skill"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies."
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        help="Customers with this language are offered first to those who speak it.",
    )
    agent_ids = fields.One2many("cti.agent.skill", "skill_id", "Agents")

    @api.constrains("lang", "company_id")
    def _check_lang(self):
        for skill in self.filtered("lang"):
            others = [("lang", "=", skill.lang), ("id", "!=", skill.id)]
            if skill.company_id:
                others.append(("company_id", "in", (False, skill.company_id.id)))
            if other := self.search(others, limit=1):
                raise ValidationError(
                    self.env._(
                        "“%(other)s” stands for this language already. Use that one.",
                        other=other.name,
                    )
                )
