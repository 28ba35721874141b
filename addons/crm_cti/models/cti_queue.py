from odoo import api, fields, models


class CtiQueue(models.Model):
    """Callers who wait for one of several agents."""

    _name = "cti.queue"
    _inherit = ["crm.remembered"]
    _description = "Call Queue"
    _order = "sequence, name, id"
    _check_company_auto = True
    _remembered_fields = {"code", "pbx_id"}

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="The name of the queue in the exchange.")
    extension = fields.Char(help="What callers and colleagues dial.")
    pbx_id = fields.Many2one(
        "cti.pbx", "Exchange", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="pbx_id.company_id", store=True)
    active = fields.Boolean(default=True)
    member_ids = fields.One2many("cti.queue.member", "queue_id", "Agents")
    supervisor_ids = fields.Many2many(
        "res.users",
        string="Supervisors",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Managers who see the calls of this queue. Empty: all managers.",
    )

    # promises
    service_seconds = fields.Integer(
        "Answer within",
        default=20,
        required=True,
        help="Seconds; calls answered within them count as served in time.",
    )
    wrapup_seconds = fields.Integer(
        "After-Call Work",
        default=30,
        required=True,
        help="Seconds that an agent has after a call before the next one.",
    )

    _code_once = models.UniqueIndex(
        "(pbx_id, code)", "Another queue of this exchange has this code."
    )
    _code_plain = models.Constraint(
        "CHECK (code ~ '^[a-z0-9_]{1,32}$')",
        "The code has up to 32 small letters, digits and underscores.",
    )
    _extension_plain = models.Constraint(
        "CHECK (extension ~ '^[0-9]{1,8}$')", "The extension has up to 8 digits."
    )
    _seconds_positive = models.Constraint(
        "CHECK (service_seconds >= 0 AND wrapup_seconds >= 0)",
        "Seconds are 0 or more.",
    )

    @api.depends("name", "extension")
    def _compute_display_name(self):
        for queue in self:
            extension = f" ({queue.extension})" if queue.extension else ""
            queue.display_name = f"{queue.name or ''}{extension}"
