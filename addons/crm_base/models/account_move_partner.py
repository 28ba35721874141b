from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # What a customer owes is read on every page about the customer.
    _commercial_partner_idx = models.Index("(commercial_partner_id, move_type)")
