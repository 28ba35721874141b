import time

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import api, models

from ..tools.mail import wants_no_automatic_answer

#: How often a mail that met another write is read, and the seconds between.
TRIES = 5
PAUSE = 0.5


class MailThread(models.AbstractModel):
    """Mail for tickets is routed by the rules of tickets."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Read a mail again that met another write on its ticket.

        The platform's servers for incoming mail read each mail once, in a transaction
        of its own; a mail that fails would be lost.
        """
        read = super().message_process
        values = (custom_values, save_original, strip_attachments, thread_id)
        if "default_fetchmail_server_id" not in self.env.context:
            return read(model, message, *values)
        for _attempt in range(TRIES - 1):
            try:
                result = read(model, message, *values)
                self.env.cr.flush()
                return result
            except (SerializationFailure, DeadlockDetected):
                self.env.cr.rollback()
                time.sleep(PAUSE)
        return read(model, message, *values)

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
