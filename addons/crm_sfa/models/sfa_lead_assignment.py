from odoo import fields, models


class SfaLeadAssignment(models.Model):
    """That a lead was given to a person, and why to that person."""

    _name = "sfa.lead.assignment"
    _description = "Lead Assignment"
    _order = "id desc"
    _rec_name = "lead_id"
    _log_access = False

    lead_id = fields.Many2one(
        "crm.lead", required=True, readonly=True, index=True, ondelete="cascade"
    )
    territory_id = fields.Many2one("sfa.territory", readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", "Person", required=True, readonly=True, index=True
    )
    date = fields.Datetime(required=True, readonly=True)
    load = fields.Integer(
        "Had Before", readonly=True, help="Leads of the last 30 days in the territory."
    )
    room = fields.Integer(
        "Room Before", readonly=True, help="Leads that the person could still take."
    )
    share = fields.Float("Share (%)", readonly=True)
    candidates = fields.Integer(readonly=True, help="Members who could take a lead.")
    is_backup = fields.Boolean("As Backup", readonly=True)
