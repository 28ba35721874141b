"""Rules and arithmetic of the analyses, without Odoo."""
