from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceEntitlementUse(models.Model):
    """That some of an entitlement was used; a mistake is given back by another row."""

    _name = "service.entitlement.use"
    _description = "Use of an Entitlement"
    _log_access = False
    _order = "id desc"
    _rec_name = "entitlement_id"

    entitlement_id = fields.Many2one(
        "service.entitlement", required=True, index=True, ondelete="cascade"
    )
    quantity = fields.Float(required=True)
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", required=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference("For", model_field="res_model", required=True)
    note = fields.Char()

    def write(self, vals):
        raise self._prepare_final_error()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        raise self._prepare_final_error()

    def _prepare_final_error(self):
        return UserError(
            self.env._(
                "What was used of %(plan)s stays as it is. Give it back by "
                "another use.",
                plan=self.entitlement_id[:1].display_name,
            )
        )
