from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.term import follow


class ServiceContract(models.Model):
    """A contract that ends is followed by another one, with the same promises."""

    _inherit = "service.contract"

    renewed_from_id = fields.Many2one(
        "service.contract", "Renewal of", readonly=True, copy=False, check_company=True
    )
    renewal_ids = fields.One2many(
        "service.contract",
        "renewed_from_id",
        "Renewed by",
        domain=[("state", "!=", "cancelled")],
    )

    _renewed_once = models.UniqueIndex(
        "(renewed_from_id) WHERE renewed_from_id IS NOT NULL AND state <> 'cancelled'",
        "A contract is renewed once. Open its renewal.",
    )

    def action_renew(self):
        """Draft the contract of the next term and open it.

        :return: the action; the renewal that is there already, if there is one
        :raise UserError: the contract is not agreed on
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "running":
            raise UserError(
                self.env._(
                    "Contract %(contract)s is not agreed on. Only a contract that "
                    "holds or held is renewed.",
                    contract=self.number,
                )
            )
        renewal = self.renewal_ids or self._draft_renewal()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": renewal.id,
            "views": [(False, "form")],
        }

    def _draft_renewal(self):
        first, last = follow(self.date_first, self.date_last)
        return self.copy(
            {"date_first": first, "date_last": last, "renewed_from_id": self.id}
        )
