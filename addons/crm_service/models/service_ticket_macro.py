from odoo import models


class ServiceTicket(models.Model):
    """What a macro may say about a ticket."""

    _inherit = "service.ticket"

    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.number",
            "object.category_id.name",
            "object.team_id.name",
            "object.company_id.name",
        )
