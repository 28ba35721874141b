from odoo import models
from odoo.exceptions import AccessError

from ..tools.posting import posting
from ..tools.refusal import refused


class LoyaltyGenerateWizard(models.TransientModel):
    _inherit = "loyalty.generate.wizard"

    def generate_coupons(self):
        self.env["loyalty.card"].check_access("create")
        self._check_value()
        with posting("open", note=", ".join(filter(None, self.mapped("description")))):
            return super().generate_coupons()

    def _check_value(self):
        """Cards that hold points or money are made by loyalty managers.

        :raise AccessError: somebody else wants to make them
        """
        manager = self.env.user.has_group("crm_loyalty.crm_loyalty_group_manager")
        valued = self.program_id.filtered(
            lambda program: program.program_type in ("loyalty", "ewallet", "gift_card")
        )
        if valued and not (manager or self.env.su):
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "Only a loyalty manager may make cards of program %(program)s "
                        "with points on them. Ask one.",
                        program=valued[0].name,
                    ),
                )
            )
