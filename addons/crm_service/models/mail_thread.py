from odoo import api, models

from ..tools.mail import wants_no_automatic_answer


class MailThread(models.AbstractModel):
    """Mail for tickets is routed by the rules of tickets."""

    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        return self.env["service.ticket"]._route_mail(message, message_dict, routes)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        thread_id = super()._message_route_process(message, message_dict, routes)
        model, old_id = routes[-1][:2] if routes else (None, None)
        is_new = model == "service.ticket" and not old_id
        if is_new and not wants_no_automatic_answer(message):
            self.env[model].browse(thread_id)._acknowledge()
        return thread_id
