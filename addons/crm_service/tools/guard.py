"""The guards of customer service, one for each record that only steps change."""

from odoo.addons.crm_base.tools.guard import Guard, given

__all__ = ["ARTICLE", "COMPLAINT", "REMEDY", "TICKET", "given"]

TICKET = Guard("service_ticket")
ARTICLE = Guard("service_article")
COMPLAINT = Guard("service_complaint")
REMEDY = Guard("service_remedy")
