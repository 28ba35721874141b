from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.guard import Guard, given

PHONE = Guard("cti_agent_phone")


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
        return super().write(vals)

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
        with PHONE.open():
            own.phone_change += 1
        own.env["cti.command"]._request(
            "password",
            own,
            {"change": own.phone_change},
            f"password-{agent.id}-{own.phone_change}",
        )
        return {
            "url": pbx.phone_url,
            "uri": f"sip:{agent.extension}@{urlsplit(pbx.phone_url).hostname}",
            "user": agent.extension,
            "password": pbx._get_phone_password(agent.extension, own.phone_change),
        }
