from odoo import fields, models


class SfaTerritoryClosure(models.Model):
    """A territory that stands below another one, or is that one itself."""

    _name = "sfa.territory.closure"
    _description = "Territory below a Territory"
    _log_access = False

    above_id = fields.Many2one("sfa.territory", required=True, ondelete="cascade")
    territory_id = fields.Many2one(
        "sfa.territory", required=True, ondelete="cascade", index=True
    )

    _pair_unique = models.UniqueIndex("(above_id, territory_id)")
