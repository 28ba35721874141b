from datetime import date, datetime

from odoo import Command

from .common import LoyaltyCase


class ProvisionCase(LoyaltyCase):
    """A program whose points are provided for, and the people who keep the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.company_id = cls.company
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.liability, cls.revenue, cls.breakage = cls._make_accounts(cls.company)
        cls.journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.company.write(
            {
                "loyalty_liability_account_id": cls.liability.id,
                "loyalty_revenue_account_id": cls.revenue.id,
                "loyalty_breakage_account_id": cls.breakage.id,
                "loyalty_journal_id": cls.journal.id,
            }
        )
        cls.provision = (
            cls.env["loyalty.provision"]
            .with_user(cls.adviser)
            .create(
                {
                    "program_id": cls.program.id,
                    # Makes 9,000 of 100,000 belong to 10,000 points.
                    "point_value": 1.019599,
                    "expected_percent": 97,
                }
            )
        )

    @classmethod
    def _make_users(cls):
        super()._make_users()
        cls.adviser = cls._new_user("loyalty_adviser", "account.group_account_manager")
        cls.auditor = cls._new_user("loyalty_auditor", "account.group_account_readonly")

    @classmethod
    def _make_accounts(cls, company):
        accounts = cls.env["account.account"].with_company(company)
        return [
            accounts.create(
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "company_ids": [Command.link(company.id)],
                }
            )
            for name, code, kind in (
                ("Points to Use", "229901", "liability_current"),
                ("Revenue of Points", "409901", "income"),
                ("Breakage of Points", "409902", "income"),
            )
        ]

    def _buy(self, price, points=None, at="2023-03-01"):
        """Sell goods and give points for them on a day, as a seller's order does."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": price})
                ],
            }
        )
        self._earn(points or price / 10, at, order)
        return order

    def _earn(self, points, at, source=None, card=None):
        self.book_number = getattr(self, "book_number", 0) + 1
        return (card or self.card).book(
            "earn", points, f"earn {self.book_number}", source, date=self._noon(at)
        )

    def _book(self, kind, points, at, source=None, card=None):
        self.book_number = getattr(self, "book_number", 0) + 1
        return (card or self.card).book(
            kind, points, f"{kind} {self.book_number}", source, date=self._noon(at)
        )

    @staticmethod
    def _noon(day):
        return datetime.combine(date.fromisoformat(day), datetime.min.time()).replace(
            hour=4
        )

    def _preview(self, day, user=None, provision=None):
        valuation = (
            self.env["loyalty.valuation"]
            .with_user(user or self.accountant)
            .create({"provision_id": (provision or self.provision).id, "date": day})
        )
        valuation.action_compute()
        return valuation

    def _value(self, day, user=None, provision=None):
        valuation = self._preview(day, user, provision)
        valuation.action_post()
        return valuation

    def _balance(self, account, day=None):
        """Give the balance of an account in posted entries, credit above 0."""
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        if day:
            domain.append(("date", "<=", day))
        lines = self.env["account.move.line"].search(domain)
        return round(-sum(lines.mapped("balance")), 2)
