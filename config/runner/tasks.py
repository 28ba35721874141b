"""Small tasks that need an Odoo environment."""


def build_assets(env):
    """Build the web client's bundles once for every copy of a database."""
    env["ir.qweb"]._pregenerate_assets_bundles()


def set_languages(env, language):
    """Let every internal user and the company speak one language."""
    env["res.users"].search([]).write({"lang": language})
    env["res.company"].search([]).partner_id.write({"lang": language})


def uninstall(env, modules):
    """Uninstall modules as the Apps screen does."""
    found = env["ir.module.module"].search([("name", "in", modules)])
    found.button_immediate_uninstall()
