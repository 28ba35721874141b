from odoo import api, fields, models

from .cti_agent import SUPERVISOR


class CtiOffer(models.Model):
    """A caller who was offered to an agent, why to that one, and what came of it.

    Written by the distribution alone, one statement a decision.
    """

    _name = "cti.offer"
    _description = "Offered Call"
    _order = "made desc, id desc"
    _rec_name = "agent_id"
    _log_access = False

    call_id = fields.Many2one(
        "cti.call", required=True, index=True, readonly=True, ondelete="cascade"
    )
    agent_id = fields.Many2one(
        "cti.agent", required=True, index=True, readonly=True, ondelete="cascade"
    )
    queue_id = fields.Many2one(
        "cti.queue", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    state = fields.Selection(
        [
            ("ringing", "Ringing"),
            ("answered", "Answered"),
            ("missed", "Missed"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
    )
    made = fields.Datetime("Offered", required=True, readonly=True)
    settled = fields.Datetime("Until", readonly=True)
    waited = fields.Integer(
        readonly=True, aggregator="avg", help="Seconds in the queue until the offer."
    )
    points = fields.Integer(readonly=True, aggregator="avg", groups=SUPERVISOR)
    signs = fields.Json(readonly=True, groups=SUPERVISOR)
    reason = fields.Char(compute="_compute_reason")

    _one_call = models.UniqueIndex("(agent_id) WHERE state = 'ringing'")
    _one_agent = models.UniqueIndex("(call_id) WHERE state = 'ringing'")

    @api.depends("signs", "agent_id")
    @api.depends_context("lang", "uid")
    def _compute_reason(self):
        wanted = {int(skill) for offer in self for skill in offer._get_skills()}
        # A name of a skill is no secret to who may read the offer.
        skills = self.env["cti.skill"].sudo().browse(wanted).exists()
        names = {skill.id: skill.name for skill in skills}
        for offer in self:
            parts = [
                f"{names[int(skill)]} {level}"
                for skill, level in offer._get_skills().items()
                if int(skill) in names
            ]
            parts += offer._get_sign_texts()
            offer.reason = self.env._(
                "Offered to %(agent)s: %(reasons)s",
                agent=offer.agent_id.sudo().user_id.name,
                reasons=", ".join(parts) or self.env._("longest free"),
            )

    def _get_skills(self):
        # Skills of who has the call are no secret to who may read the offer.
        return (self.sudo().signs or {}).get("skills") or {}

    def _get_sign_texts(self):
        # Why a call came is for who may read the offer; what is owed, for who may read
        # that.
        signs = self.sudo().signs or {}
        texts = {
            "last": self.env._("last agent"),
            "value": self.env._("good customer"),
            "repeat": self.env._("called before"),
        }
        if self.env["crm.collection"].has_access("read"):
            texts["overdue"] = self.env._("overdue invoices")
        return [text for name, text in texts.items() if signs.get(name)]

    def _settle(self, state):
        """Note what came of offers that still ring."""
        ringing = self.filtered(lambda offer: offer.state == "ringing")
        ringing.write({"state": state, "settled": fields.Datetime.now()})
        return ringing
