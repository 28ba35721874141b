from odoo import models


class CtiPbx(models.Model):
    """What an exchange has to know to serve callers without us."""

    _inherit = "cti.pbx"

    def _get_orders(self):
        """Give what the exchange is told.

        :return: ``{name of a global variable: text}``
        """
        queues = self.env["cti.queue"].search([("pbx_id", "=", self.id)])
        return {
            f"CRM_ORDER_{queue.code}": order
            for queue, order in queues._get_orders().items()
        }
