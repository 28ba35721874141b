from odoo import fields, models


class CtiLeg(models.Model):
    """One phone or line in a call; follows from the facts and is never written."""

    _name = "cti.leg"
    _description = "Call Leg"
    _order = "started, id"
    _rec_name = "endpoint"
    _log_access = False

    call_id = fields.Many2one("cti.call", required=True, ondelete="cascade")
    uid = fields.Char("Channel", required=True)
    endpoint = fields.Char("Phone or Line")
    agent_id = fields.Many2one("cti.agent", ondelete="set null")
    started = fields.Datetime()
    answered = fields.Datetime()
    ended = fields.Datetime()
    cause = fields.Char(help="Why it ended: a cause of ITU-T Q.850.")

    _once = models.UniqueIndex("(call_id, uid)")
