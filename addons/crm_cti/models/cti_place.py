from odoo import api, models


class CtiPlace(models.AbstractModel):
    """Where a call may be; what it is found by is kept in memory."""

    _name = "cti.place"
    _description = "Place of a Call"

    #: Names of the fields by which calls find it.
    _found_by = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if self._found_by & set(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_from_places(self):
        self.env.registry.clear_cache()
