from .common import LoyaltyCase


class WalletCase(LoyaltyCase):
    """A wallet that its member can fill and spend."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.active = False
        cls.company._set_up_stored_value()
        programs = cls.env["loyalty.program"]
        cls.wallet_program = programs.create(
            {
                **programs._get_template_values()["ewallet"],
                "name": "Wallet",
                "company_id": cls.company.id,
            }
        )
        cls.wallet = cls.env["loyalty.card"].create(
            {"program_id": cls.wallet_program.id, "partner_id": cls.customer.id}
        )

        cls.cash, cls.bank = cls.env["account.journal"].create(
            [
                {"name": name, "type": name, "code": f"L{name}"[:5]}
                for name in ("cash", "bank")
            ]
        )

    @classmethod
    def _make_value_accounts(cls):
        """Choose accounts for bonuses and for money that expires."""
        cls.expense, cls.income = cls.env["account.account"].create(
            [
                {"name": "Bonuses", "code": "669901", "account_type": "expense"},
                {"name": "Unspent", "code": "409901", "account_type": "income"},
            ]
        )
        cls.company.loyalty_marketing_account_id = cls.expense
        cls.company.loyalty_breakage_account_id = cls.income

    def _line(self):
        """Give what the reconciliation of today says of stored value."""
        report = (
            self.env["loyalty.reconciliation"]
            .with_user(self.accountant)
            .create({"date": self._today()})
        )
        report.action_show()
        account = self.company.loyalty_value_account_id
        return report.line_ids.filtered(lambda line: line.account_id == account)

    def _check(self, carrying, general):
        line = self._line()
        self.assertEqual(
            (line.carrying, line.general_ledger, line.unposted, line.difference),
            (carrying, general, carrying - general, 0),
        )

    def _fill(self, principal=0, bonus=0, key="fill"):
        """Put money into the wallet as a deposit would."""
        if principal:
            self.wallet.book("deposit", principal, f"{key}/p", fund="principal")
        if bonus:
            self.wallet.book("bonus", bonus, f"{key}/b", fund="bonus")

    def _invoice(self, order):
        self.product.invoice_policy = "order"
        return super()._invoice(order)

    def _funds(self, card=None):
        """Give principal and bonus of a card."""
        card = card or self.wallet
        card.invalidate_recordset(["loyalty_principal", "loyalty_bonus"])
        return card.loyalty_principal, card.loyalty_bonus
