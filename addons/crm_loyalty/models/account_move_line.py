from odoo import fields, models

from .loyalty_ledger import FUNDS


class AccountMoveLine(models.Model):
    """Which fund of a card a line of an invoice was paid out of."""

    _inherit = "account.move.line"

    loyalty_fund = fields.Selection(FUNDS, "Stored Value", readonly=True)
