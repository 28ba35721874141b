from odoo import fields, models


class CtiCommand(models.Model):
    """A telephone gets a new password: the command says which change, not the word."""

    _inherit = "cti.command"

    kind = fields.Selection(
        selection_add=[("password", "New Password")], ondelete={"password": "cascade"}
    )

    _passwords = models.Index("(pbx_id) WHERE kind = 'password'")

    def _check_values(self, kind, agent, values):
        if kind == "password":
            known = {"change": int(values["change"])}
            if values.get("extension"):
                # The agent may have another one, or be another one, before it is said.
                known["extension"] = str(values["extension"])
            return known
        return super()._check_values(kind, agent, values)

    def _keeps(self):
        # Else who had the telephone before would keep it.
        is_waiting = self.kind == "password" and self.state == "waiting"
        return is_waiting or super()._keeps()
