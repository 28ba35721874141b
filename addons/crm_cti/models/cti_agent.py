from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

AGENT = "crm_cti.crm_cti_group_user"
SUPERVISOR = "crm_cti.crm_cti_group_manager"


class CtiAgent(models.Model):
    """A user with a telephone on an exchange, and what he or she does now."""

    _name = "cti.agent"
    _inherit = ["crm.remembered"]
    _description = "Call Agent"
    _rec_name = "user_id"
    _order = "extension, id"
    _check_company_auto = True
    _remembered_fields = {"extension", "pbx_id", "active"}

    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    pbx_id = fields.Many2one(
        "cti.pbx", "Exchange", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(related="pbx_id.company_id", store=True, index=True)
    extension = fields.Char(
        required=True,
        help="Number of the telephone inside the exchange: 2 to 8 digits.",
    )
    active = fields.Boolean(default=True)

    # what steps write: see `cti_agent_state.py`
    state = fields.Selection(
        [
            ("offline", "Offline"),
            ("ready", "Ready"),
            ("offered", "Ringing"),
            ("talking", "Talking"),
            ("wrapup", "Wrap-up"),
            ("away", "Away"),
        ],
        required=True,
        default="offline",
        readonly=True,
        copy=False,
    )
    reason_id = fields.Many2one(
        "cti.reason", "Away For", readonly=True, copy=False, ondelete="restrict"
    )
    since = fields.Datetime(
        required=True, default=fields.Datetime.now, readonly=True, copy=False
    )
    resume = fields.Char(
        readonly=True, copy=False, help="Technical: the state after the current call."
    )
    call_id = fields.Many2one(
        "cti.call", "Current Call", readonly=True, copy=False, index="btree_not_null"
    )
    wrapup_until = fields.Datetime(readonly=True, copy=False)

    _user_once = models.UniqueIndex(
        "(user_id, pbx_id)", "This user is an agent of this exchange already."
    )
    _extension_once = models.UniqueIndex(
        "(pbx_id, extension)",
        "Another agent of this exchange has this extension. Choose a free one.",
    )

    @api.constrains("extension")
    def _check_extension(self):
        for agent in self:
            extension = agent.extension or ""
            if not (
                extension.isascii() and extension.isdigit() and 2 <= len(extension) <= 8
            ):
                raise ValidationError(
                    self.env._(
                        "Extension %(extension)s is not 2 to 8 digits. Ask who looks "
                        "after the exchange for the right one.",
                        extension=agent.extension,
                    )
                )

    @api.constrains("user_id")
    def _check_user(self):
        for agent in self:
            # Groups of other users are settings; only whether they suffice is said.
            if not agent.user_id.sudo().has_group(AGENT):
                raise ValidationError(
                    self.env._(
                        "%(user)s has no right to the call centre. Give it in the "
                        "settings of users first.",
                        user=agent.user_id.name,
                    )
                )

    # ---------------------------------------------------------------- who is it

    @api.model
    def _own(self):
        """Give the agent that the current user is, or none.

        Who has telephones on several exchanges is where he or she works now.
        """
        agents = self.search([("user_id", "=", self.env.uid)], order="id")
        return agents.sorted(lambda agent: agent.state == "offline")[:1]

    @api.model
    def _check_own(self):
        """Give the agent that the current user is.

        :raise AccessError: the user is none
        """
        self._check_role(AGENT)
        agent = self._own()
        if not agent:
            raise AccessError(
                self.env._(
                    "You have no telephone on an exchange. Ask a supervisor of the "
                    "call centre to make you an agent."
                )
            )
        return agent

    @api.model
    def _check_role(self, group):
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This is for people of the call centre. Ask an administrator for "
                    "the right you need."
                )
            )

    def _check_choice(self, model, record_id):
        """Give a record that a user chose from a list.

        :raise UserError: it is no such record, or not the user's to choose
        """
        if not record_id:
            return self.env[model]
        if type(record_id) is not int or record_id < 0:
            raise UserError(self.env._("Choose from the list."))
        record = self.env[model].search([("id", "=", record_id)])
        if not record:
            raise UserError(
                self.env._("What you chose is not there any more. Reload the page.")
            )
        return record
