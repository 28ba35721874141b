from odoo import fields, models


class MiningRow(models.AbstractModel):
    """What a run found of a customer; written by the run, by nobody else."""

    _name = "mining.row"
    _description = "Finding of a Run"
    _rec_name = "partner_id"

    run_id = fields.Many2one(
        "mining.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
