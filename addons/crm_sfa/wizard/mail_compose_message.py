from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        for wizard in self:
            if wizard.model == "sale.order" and (
                wizard.template_id or self.env.context.get("mark_so_as_sent")
            ):
                wizard._sfa_get_orders()._sfa_check_gate()
        return super()._action_send_mail(auto_commit=auto_commit)

    def _sfa_get_orders(self):
        orders = self.env["sale.order"]
        if self.res_domain:
            return orders.search(self._evaluate_res_domain())
        return orders.browse(self._evaluate_res_ids())
