from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give every company the analysis of profit, which it did not have before."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["mining.model"]._make_defaults(env["res.company"].search([]))
