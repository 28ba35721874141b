from odoo import api, fields, models


class SfaHandoverLine(models.Model):
    """A part of a hand-over: customers, leads, activities, and how many."""

    _name = "sfa.handover.line"
    _description = "Part of a Hand-Over"
    _order = "handover_id, sequence, id"

    handover_id = fields.Many2one(
        "sfa.handover", required=True, index=True, ondelete="cascade"
    )
    key = fields.Char(required=True, readonly=True)
    name = fields.Char("What", compute="_compute_name")
    sequence = fields.Integer(readonly=True)
    chosen = fields.Boolean("Hand Over", default=True)
    count = fields.Integer("Found", readonly=True)
    moved = fields.Integer("Handed Over", readonly=True)
    state = fields.Selection(related="handover_id.state")

    @api.depends("key")
    def _compute_name(self):
        for handover, lines in self.grouped("handover_id").items():
            parts = handover._get_parts()
            for line in lines:
                line.name = parts[line.key]["name"] if line.key in parts else line.key
