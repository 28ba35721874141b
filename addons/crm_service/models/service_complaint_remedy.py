from odoo import fields, models

from .service_remedy import DROPPED


class ServiceComplaint(models.Model):
    """What is offered to the customer, and how far it is carried out."""

    _inherit = "service.complaint"

    remedy_ids = fields.One2many("service.remedy", "complaint_id")

    def _get_offer(self):
        return self.remedy_ids.filtered(lambda remedy: remedy.state not in DROPPED)

    def _has_offer(self):
        return bool(self._get_offer()) or super()._has_offer()

    def _is_offer_approved(self):
        waiting = self._get_offer().filtered(
            lambda remedy: remedy.state in ("draft", "waiting")
        )
        return not waiting

    def _is_offer_executed(self):
        # A remedy whose document was cancelled is still owed to the customer.
        begun = self.remedy_ids.filtered(lambda remedy: remedy.step == "executing")
        return set((self._get_offer() | begun).mapped("state")) <= {"done"}
