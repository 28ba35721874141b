from odoo import models


class AccountJournal(models.Model):
    """Where money that comes in or goes out stands until the bank confirms it."""

    _inherit = "account.journal"

    def _get_money_account(self, inbound=True):
        """Give the account of cash or bank for a deposit or a refund.

        Cash is there at once. Money on a bank account is outstanding until its
        statement arrives and is matched with it.

        :param inbound: money comes in
        """
        self.ensure_one()
        if self.type == "cash":
            return self.default_account_id
        lines = (
            self.inbound_payment_method_line_ids
            if inbound
            else self.outbound_payment_method_line_ids
        )
        payments = self.env["account.payment"].new({"journal_id": self.id})
        return lines.payment_account_id[:1] or payments._get_outstanding_account(
            "inbound" if inbound else "outbound"
        )
