from odoo import fields, models


class CtiDialLog(models.Model):
    """Somebody dialled, or tried to: what an enquiry about a telephone bill reads."""

    _name = "cti.dial.log"
    _inherit = ["cti.log"]
    _description = "Dialled Number"
    _order = "id desc"
    _rec_name = "number"

    agent_id = fields.Many2one(
        "cti.agent", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True, index=True)
    number = fields.Char(readonly=True, help="In E.164; as typed where it was refused.")
    day = fields.Date(
        required=True, readonly=True, help="In the time zone of the rule."
    )
    key = fields.Char(required=True, readonly=True)
    refusal = fields.Selection(
        [
            ("bad", "No Number"),
            ("country", "Country"),
            ("premium", "Expensive"),
            ("night", "Night"),
            ("agent_cap", "Cap of the Agent"),
            ("company_cap", "Cap of All"),
        ],
        "Refused For",
        readonly=True,
    )

    _once = models.UniqueIndex("(agent_id, key)")
    _dialled = models.Index("(agent_id, day) WHERE refusal IS NULL")
