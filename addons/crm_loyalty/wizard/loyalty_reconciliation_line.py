from odoo import fields, models


class LoyaltyReconciliationLine(models.TransientModel):
    """What the books of points and the general ledger say of one program on a day."""

    _name = "loyalty.reconciliation.line"
    _description = "Loyalty Reconciliation Line"
    _rec_name = "program_id"

    reconciliation_id = fields.Many2one(
        "loyalty.reconciliation", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(related="reconciliation_id.date", string="As of")
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    program_id = fields.Many2one(
        "loyalty.program", help="Empty: entries on the account that no program made."
    )
    program_type = fields.Selection(related="program_id.program_type")
    account_id = fields.Many2one("account.account")

    # the books of points
    cards = fields.Integer()
    points_ledger = fields.Float("Ledger", digits=(16, 4))
    points_lots = fields.Float("Lots", digits=(16, 4))
    points_cards = fields.Float("Card Balances", digits=(16, 4))
    cards_wrong = fields.Integer("Differing Cards")

    # the books of money
    carrying = fields.Monetary("Owed")
    general_ledger = fields.Monetary()
    unposted = fields.Monetary(
        "Not Posted Yet",
        help="What invoices, the next valuation and the next entry of stored value "
        "book, up to this day.",
    )
    exchange = fields.Monetary(
        "Exchange Difference",
        help="Of programs in another currency: what rates moved since it was booked.",
    )
    difference = fields.Monetary(
        help="What somebody else booked on the account; 0 when it agrees."
    )

    def action_open_cards(self):
        """Show the cards that differ, or all cards of the program."""
        self.ensure_one()
        wrong = self.reconciliation_id._find_wrong_cards(
            self.company_id, self.program_id
        )
        domain = [("id", "in", wrong)] if wrong else []
        name = self.env._("Cards")
        return self._open(
            "loyalty.card",
            name,
            [("program_id", "=", self.program_id.id), *domain],
            {"active_test": False, "create": False},
        )

    def action_open_ledger(self):
        """Show the rows of the ledger up to the day."""
        self.ensure_one()
        until = self.env["loyalty.provision"]._get_end_of_day(
            self.date, self.company_id._get_loyalty_tz()
        )
        name = self.env._("Points Ledger")
        return self._open(
            "loyalty.ledger",
            name,
            [("program_id", "=", self.program_id.id), ("date", "<", until)],
            {"search_default_group_kind": 1},
        )

    def action_open_entries(self):
        """Show the journal items of the account up to the day."""
        self.ensure_one()
        name = self.env._("Journal Items")
        return self._open(
            "account.move.line",
            name,
            [
                ("account_id", "=", self.account_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", self.date),
            ],
            {"create": False},
        )

    def _open(self, model, name, domain, context):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": context,
        }
