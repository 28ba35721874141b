from odoo import api, models


class CrmRemembered(models.AbstractModel):
    """What is kept in memory of such records is forgotten when one of them changes."""

    _name = "crm.remembered"
    _description = "Kept in Memory"

    #: Fields that what is kept depends on; empty: all.
    _remembered_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        if not self._remembered_fields or self._remembered_fields & set(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
