from odoo import fields, models


class SfaTerritoryMove(models.Model):
    """A customer who changes territory in a realignment."""

    _name = "sfa.territory.move"
    _description = "Move between Territories"
    _order = "revenue desc, id"
    _rec_name = "partner_id"
    _log_access = False

    run_id = fields.Many2one(
        "sfa.territory.run", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id")
    currency_id = fields.Many2one(related="run_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    from_id = fields.Many2one("sfa.territory", readonly=True, ondelete="cascade")
    to_id = fields.Many2one("sfa.territory", readonly=True, ondelete="cascade")
    rule_id = fields.Many2one("sfa.territory.rule", readonly=True, ondelete="set null")
    user_id = fields.Many2one(related="partner_id.user_id")
    revenue = fields.Monetary("Revenue (12 Months)", readonly=True)
    pipeline = fields.Monetary("Open Pipeline", readonly=True)
    done = fields.Boolean("Moved", readonly=True, default=False)

    _of_run = models.UniqueIndex("(run_id, partner_id)")
    _of_partner = models.Index("(partner_id)")
