from odoo.tools import SQL

from .tools import vat as vat_rules


def post_init_hook(env):
    """Take in the customers, leads and orders that were there before the addon."""
    for model_name in ("res.partner", "crm.lead"):
        env["crm.phone.number"]._rebuild(model_name)
    _fill_contact_issues(env)
    env["sale.order"]._tracking_refresh_all()


def uninstall_hook(env):
    """Give the platform's menu of customers its own action back."""
    menu = env.ref("crm.res_partner_menu_customer", raise_if_not_found=False)
    action = env.ref("base.action_partner_form", raise_if_not_found=False)
    if menu and action:
        menu.action = f"{action._name},{action.id}"


def _fill_contact_issues(env):
    """Mark unusable phones, mails and tax numbers of existing customers, set-based."""
    taxed = env.execute_query(
        SQL(
            """
            SELECT p.id, p.vat, c.code
              FROM res_partner p LEFT JOIN res_country c ON c.id = p.country_id
             WHERE p.vat IS NOT NULL AND p.vat NOT IN ('', '/')
            """
        )
    )
    wrong = [id_ for id_, vat, code in taxed if vat_rules.looks_wrong(vat, code)]
    env.execute_query(
        SQL(
            """
            UPDATE res_partner p
               SET contact_issues = i.issues
              FROM (
                  SELECT id, nullif(concat_ws(
                      ',',
                      CASE WHEN phone <> '' AND phone_sanitized IS NULL
                           THEN 'phone' END,
                      CASE WHEN email <> '' AND email_normalized IS NULL
                           THEN 'mail' END,
                      CASE WHEN id = ANY(%(wrong)s) THEN 'vat' END
                  ), '') AS issues
                    FROM res_partner
              ) i
             WHERE i.id = p.id AND i.issues IS DISTINCT FROM p.contact_issues
            RETURNING 1
            """,
            wrong=wrong,
        )
    )
    env["res.partner"].invalidate_model(["contact_issues"])
