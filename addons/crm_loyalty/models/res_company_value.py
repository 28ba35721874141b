from datetime import timedelta

from odoo import Command, fields, models
from odoo.exceptions import RedirectWarning


class ResCompany(models.Model):
    """Where the money of members stands in the books."""

    _inherit = "res.company"

    loyalty_value_account_id = fields.Many2one(
        "account.account",
        "Stored Value Account",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', "
        "'liability_non_current'))]",
        help="Liability: what members paid in and have not spent. "
        "Empty: stored value is not set up, and top-ups are treated as any sale.",
    )
    loyalty_marketing_account_id = fields.Many2one(
        "account.account",
        "Bonus Expense Account",
        check_company=True,
        domain="[('internal_group', '=', 'expense')]",
        help="Expense of bonuses of programs that book them when they are given.",
    )

    loyalty_value_date = fields.Date(
        readonly=True,
        copy=False,
        help="Up to this day it was looked for what no document books.",
    )

    loyalty_refund_limit = fields.Float(
        "Refund Alone up to",
        digits=(16, 2),
        default=1000,
        help="Money that one loyalty manager may pay back on a card within 24 hours; "
        "beyond that another one approves. 0: always.",
    )

    _loyalty_refund_limit = models.Constraint(
        "CHECK (loyalty_refund_limit >= 0)", "The limit of refunds is 0 or more."
    )

    def _set_up_stored_value(self):
        """Give companies an account for stored value.

        From then on what members pay in is a liability, and value that is sold on an
        order can be spent when it is paid. Until then the platform's ways hold.
        """
        # Branches share the account of their company, which comes first.
        for company in self.sorted("parent_path"):
            if not company.loyalty_value_account_id:
                company.loyalty_value_account_id = (
                    company.parent_id.root_id.loyalty_value_account_id
                    or company.root_id._make_value_account()
                )

    def _make_value_account(self):
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self)
        liabilities = accounts.search(
            [
                *accounts._check_company_domain(self),
                ("account_type", "=", "liability_current"),
            ]
        )
        # After the last of its kind, so that no code of the chart is taken.
        start = liabilities[-1:].code or "220000"
        account = accounts.create(
            {
                "name": "Stored Value of Members",
                "code": accounts._search_new_account_code(start),
                "account_type": "liability_current",
                "company_ids": [Command.link(self.id)],
            }
        )
        for lang, _name in self.env["res.lang"].get_installed():
            translated = account.with_context(lang=lang)
            translated.name = translated.env._("Stored Value of Members")
        return account

    def _get_value_account(self, field="loyalty_value_account_id"):
        """Give an account of stored value.

        :raise RedirectWarning: the company has none yet
        """
        self.ensure_one()
        account = self[field]
        if not account:
            raise RedirectWarning(
                self.env._(
                    "Company %(company)s has no account in %(field)s. "
                    "Choose one in the settings of Sales.",
                    company=self.name,
                    field=self._fields[field]._description_string(self.env),
                ),
                self.env.ref("crm_loyalty.res_config_settings_action_value").id,
                self.env._("Settings"),
            )
        return account

    def _get_loyalty_today(self):
        """Give the day of now where the company is."""
        self.ensure_one()
        here = self.with_context(tz=self._get_loyalty_tz())
        return fields.Date.context_today(here)

    def _get_loyalty_yesterday(self):
        """Give the last whole day where the company is."""
        return self._get_loyalty_today() - timedelta(days=1)

    def _is_value_unposted(self):
        """Tell whether the programs of the company were not looked at today."""
        self.ensure_one()
        last = self.loyalty_value_date
        return not last or last < self._get_loyalty_yesterday()

    def _get_value_journal(self):
        """Give the journal of entries for which no money comes or goes."""
        journals = self.env["account.journal"]
        return journals.search(
            [*journals._check_company_domain(self), ("type", "=", "general")], limit=1
        )

    def _post_value_entry(self, journal, partner, ref, amounts, currency, day=None):
        """Post an entry of money of members.

        :param amounts: ``[(account, amount)]`` in ``currency``, above 0: debit
        :param day: of the entry; today when missing
        :return: the posted `account.move`
        """
        self.ensure_one()
        day = day or self._get_loyalty_today()
        lines = [
            Command.create(
                {
                    "account_id": account.id,
                    "partner_id": partner.id,
                    "name": ref,
                    "currency_id": currency.id,
                    "amount_currency": amount,
                    "balance": currency._convert(amount, self.currency_id, self, day),
                }
            )
            for account, amount in amounts
        ]
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "company_id": self.id,
                "date": day,
                "ref": ref,
                "line_ids": lines,
            }
        )
        move.action_post()
        return move
