from datetime import timedelta

from odoo import fields, models


class ResCompany(models.Model):
    """Where the provision for points is booked unless a program says otherwise."""

    _inherit = "res.company"

    loyalty_liability_account_id = fields.Many2one(
        "account.account", "Deferred Revenue of Points", check_company=True
    )
    loyalty_revenue_account_id = fields.Many2one(
        "account.account", "Revenue of Points", check_company=True
    )
    loyalty_breakage_account_id = fields.Many2one(
        "account.account",
        "Breakage",
        check_company=True,
        help="Revenue of points and of money paid in that expire unused.",
    )
    loyalty_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Points",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )

    def _get_loyalty_tz(self):
        """Give the time zone in which a day of the company begins and ends."""
        self.ensure_one()
        # Whoever values points may not read the address of the company.
        return self.sudo().partner_id.tz or self.env.user.tz or "UTC"

    def _get_open_loyalty_day(self, day, journal):
        """Give the first day from this one on for which the books are open."""
        self.ensure_one()
        # Whoever posts may not read the lock dates.
        lock = self.sudo()._get_user_fiscal_lock_date(journal)
        return max(day, lock + timedelta(days=1))
