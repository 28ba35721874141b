from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.guard import Guard, given

PHONE = Guard("cti_agent_phone")
#: Whoever had a telephone has it no more when one of these changes.
WHOSE = ("user_id", "pbx_id", "extension")


class CtiAgent(models.Model):
    """The phone in the browser: whose it is and by what the exchange knows it."""

    _inherit = "cti.agent"

    phone_change = fields.Integer(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Technical: how often the password of the telephone changed.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if "phone_change" in given(vals_list, self.env.context):
            raise self._prepare_state_error()
        return super().create(vals_list)

    def write(self, vals):
        if "phone_change" in vals and not PHONE.is_open():
            raise self._prepare_state_error()
        self.filtered(lambda agent: agent._passes_on(vals))._revoke_phone()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known(self):
        # The exchange would keep a telephone of which nobody knows any more.
        for agent in self.sudo().filtered("phone_change")[:1]:
            raise UserError(
                self.env._(
                    "The exchange knows telephone %(extension)s of %(agent)s. Archive "
                    "the agent: that ends its password.",
                    extension=agent.extension,
                    agent=agent.user_id.name,
                )
            )

    def _passes_on(self, vals):
        """Tell whether somebody loses a telephone by what is about to be written."""
        if vals.get("active") is False and self.active:
            return True
        values = {name: vals[name] for name in WHOSE if name in vals}
        return any(
            self._fields[name].convert_to_write(self[name], self) != value
            for name, value in values.items()
        )

    def _revoke_phone(self):
        """Let the exchange know telephones by passwords that nobody has.

        What was shown to a browser opens nothing any more.
        """
        # Whoever manages agents or users need not see the counts.
        for agent in self.sudo().filtered("phone_change"):
            agent._change_password(extension=agent.extension)

    def _change_password(self, **values):
        """Let the exchange know the telephone by a new password."""
        with PHONE.open():
            self.phone_change = max(self.phone_change, self._get_last_change()) + 1
        self.env["cti.command"]._request(
            "password",
            self,
            {"change": self.phone_change, **values},
            f"password-{self.id}-{self.phone_change}",
        )

    def _get_last_change(self):
        """Give the last change of the telephone under agents who had it before."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT max((c.values->>'change')::int) FROM cti_command c
                 WHERE c.pbx_id = %s AND c.kind = 'password'
                   AND c.values->>'extension' = %s
                """,
                self.pbx_id.id,
                self.extension,
            )
        )
        return rows[0][0] or 0

    @api.model
    def get_phone(self):
        """Give the current user's own telephone a new password, and all it needs.

        The old password is void as soon as the exchange has the new one.

        :return: ``{"url", "uri", "user", "password"}``
        :raise UserError: the exchange has no browser phone
        """
        agent = self._check_own()
        # The address is no secret; an agent may not read exchanges.
        pbx = agent.pbx_id.sudo()
        if not pbx.phone_url:
            raise UserError(
                self.env._(
                    "%(pbx)s has no browser phone. Use the telephone on your desk.",
                    pbx=pbx.name,
                )
            )
        own = agent.sudo()  # it is the user's own; only the count is written
        own._change_password()
        return {
            "url": pbx.phone_url,
            "uri": f"sip:{agent.extension}@{urlsplit(pbx.phone_url).hostname}",
            "user": agent.extension,
            "password": pbx._get_phone_password(agent.extension, own.phone_change),
        }
