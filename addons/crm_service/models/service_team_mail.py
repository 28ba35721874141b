from ast import literal_eval

from odoo import fields, models

REOPEN_DAYS = 14


class ServiceTeam(models.Model):
    """A team has an address; what is written to it becomes tickets."""

    _name = "service.team"
    _inherit = ["service.team", "mail.alias.mixin.optional"]

    acknowledgement_id = fields.Many2one(
        "mail.template",
        domain="[('model', '=', 'service.ticket')]",
        help="Sent once to who opens a ticket by mail; empty: nothing is sent.",
    )
    reopen_days = fields.Integer(
        "Reopen Within",
        default=REOPEN_DAYS,
        help="Days after the end of a ticket in which an answer opens it again. Later "
        "answers become new tickets. 0: always a new ticket.",
    )

    _reopen_days_positive = models.Constraint(
        "CHECK (reopen_days >= 0)", "Days in which a ticket reopens are 0 or more."
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("service.ticket")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {**defaults, "team_id": self.id}
        return values
