from odoo import api, fields, models


class ServiceTeam(models.Model):
    """A team answers what comes by the form on the web."""

    _inherit = "service.team"

    web_form = fields.Boolean(
        help="Anybody can send a request to this team at /service/request; where "
        "several teams of a company do so, the first one gets it.",
    )

    @api.model
    def _get_web_team(self, company):
        return self.search(
            [("web_form", "=", True), ("company_id", "=", company.id)], limit=1
        )
