from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ..tools.credit import Standing, standing


class ResPartner(models.Model):
    """A customer with a credit standing."""

    _inherit = "res.partner"

    def _get_credit_standing(self, company=None):
        """Give what customers owe to a company, from its posted ledger.

        The caller answers for the right to know: the figures come without access
        rules, as a salesperson sees the payments of a customer without asking.

        :param company: record of ``res.company``, the current one by default
        :return: ``{commercial partner id: Standing}`` for all of ``self``, one query
        """
        company = company or self.env.company
        partners = self.commercial_partner_id
        items = defaultdict(list)
        if partners.ids:
            for partner_id, due, residual in self._fetch_open_items(partners, company):
                items[partner_id].append((due, float(residual)))
        today = fields.Date.context_today(self)
        return {
            partner_id: standing(items[partner_id], today)
            if partner_id in items
            else Standing()
            for partner_id in partners.ids
        }

    def _fetch_open_items(self, partners, company):
        return self.env.execute_query(self._get_open_items_query(partners, company))

    def _get_open_items_query(self, partners, company):
        """Select ``(partner_id, due, residual)`` of what is open, by due date.

        An item counts for today's commercial entity of its partner, also when it was
        posted before the partner became a contact of that entity.
        """
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """
            SELECT debtor.commercial_partner_id AS partner_id,
                   COALESCE(line.date_maturity, line.date) AS due,
                   SUM(line.amount_residual) AS residual
              FROM account_move_line AS line
              JOIN account_account AS account ON account.id = line.account_id
              JOIN res_partner AS debtor ON debtor.id = line.partner_id
             WHERE debtor.commercial_partner_id IN %(partners)s
               AND account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.company_id IN (
                   SELECT id FROM res_company
                    WHERE split_part(parent_path, '/', 1) = %(root)s
               )
             GROUP BY 1, 2, SIGN(line.amount_residual)
            HAVING SUM(line.amount_residual) <> 0
            """,
            partners=tuple(partners.ids),
            root=str(company.root_id.id),
        )
