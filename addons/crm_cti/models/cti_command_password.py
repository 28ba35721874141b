from odoo import fields, models


class CtiCommand(models.Model):
    """A telephone gets a new password: the command says which change, not the word."""

    _inherit = "cti.command"

    kind = fields.Selection(
        selection_add=[("password", "New Password")], ondelete={"password": "cascade"}
    )

    def _check_values(self, kind, agent, values):
        if kind == "password":
            return {"change": int(values["change"])}
        return super()._check_values(kind, agent, values)
