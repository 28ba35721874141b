import logging

from odoo.tools import SQL

from .tools import vat as vat_rules

_logger = logging.getLogger(__name__)


def post_init_hook(env):
    """Take in the customers and leads that were there before the addon."""
    for model_name in ("res.partner", "crm.lead"):
        env["crm.phone.number"]._rebuild(model_name)
    _fill_contact_issues(env)


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
