from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal


class QuotationHeld(AccessError):
    """A quotation that its customer may not see yet."""

    def __init__(self, order):
        super().__init__(order._sfa_neutral_message([order]))
        self.order = order


class QuotationPortal(CustomerPortal):
    """A customer sees and accepts a quotation only when it may leave."""

    def _sfa_held_order(self, order_id, access_token):
        """Give the order when the visitor may see it and it is held back, else none."""
        try:
            self._document_check_access("sale.order", order_id, access_token)
        except QuotationHeld as held:
            return held.order
        except (AccessError, MissingError):
            return request.env["sale.order"]
        return request.env["sale.order"]

    def _document_check_access(self, model_name, document_id, access_token=None):
        document = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "sale.order" and request.env.user.share:
            blocked = document._sfa_gate_blocked()
            if blocked:
                raise QuotationHeld(document)
        return document

    @http.route()
    def portal_order_page(self, order_id, access_token=None, **kwargs):
        held = self._sfa_held_order(order_id, access_token)
        if held:
            return request.render(
                "crm_sfa.portal_quotation_held",
                {
                    "sale_order": held,
                    "page_name": "quote",
                    "no_breadcrumbs": False,
                },
            )
        return super().portal_order_page(order_id, access_token=access_token, **kwargs)

    @http.route()
    def portal_quote_accept(self, order_id, access_token=None, **kwargs):
        token = access_token or request.httprequest.args.get("access_token")
        held = self._sfa_held_order(order_id, token)
        if held:
            return {"error": held._sfa_neutral_message(held)}
        return super().portal_quote_accept(
            order_id, access_token=access_token, **kwargs
        )

    def _prepare_sale_portal_rendering_values(self, quotation_page=False, **kwargs):
        values = super()._prepare_sale_portal_rendering_values(
            quotation_page=quotation_page, **kwargs
        )
        quotations = values["quotations"]
        blocked = quotations._sfa_gate_blocked()
        values["quotations"] = quotations.filtered(lambda order: order not in blocked)
        return values
