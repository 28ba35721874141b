from odoo import api, fields, models


class CtiAgentLog(models.Model):
    """A stretch of an agent's time in one state, written once, when it ended."""

    _name = "cti.agent.log"
    _inherit = ["cti.log"]
    _description = "Agent Time"
    _order = "date_to desc, id desc"
    _rec_name = "agent_id"

    agent_id = fields.Many2one(
        "cti.agent", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True, index=True)
    state = fields.Selection(
        selection=lambda self: self._selection_state(),
        required=True,
        readonly=True,
    )
    next_state = fields.Selection(
        selection=lambda self: self._selection_state(),
        string="Then",
        required=True,
        readonly=True,
    )
    reason_id = fields.Many2one(
        "cti.reason", "Away For", readonly=True, ondelete="restrict"
    )
    call_id = fields.Many2one("cti.call", readonly=True, index="btree_not_null")
    date_from = fields.Datetime("From", required=True, readonly=True)
    date_to = fields.Datetime("To", required=True, readonly=True)
    seconds = fields.Integer("Length", readonly=True, help="In seconds.")
    user_id = fields.Many2one(
        "res.users",
        "Changed By",
        readonly=True,
        help="Who ended this state; empty: the exchange.",
    )

    @api.model
    def _selection_state(self):
        return self.env["cti.agent"]._fields["state"]._description_selection(self.env)
