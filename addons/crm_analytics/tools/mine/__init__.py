"""The analyses over a file of anybody's sales, without Odoo."""
