from odoo import models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def send_mail_batch(self, res_ids, *args, **kwargs):
        if self.model == "sale.order":
            self.env["sale.order"].browse(res_ids)._sfa_check_gate()
        return super().send_mail_batch(res_ids, *args, **kwargs)
