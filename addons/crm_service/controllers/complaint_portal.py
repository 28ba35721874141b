from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

#: Letters of a counter-proposal.
LONGEST = 2000


class ComplaintPortal(CustomerPortal):
    """A customer's own complaints: phases, promised dates, the proposal.

    Pages only read; an answer is a form that is posted.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            complaints = request.env["service.complaint"]
            values["complaint_count"] = len(complaints._get_portal_complaints())
        return values

    def _get_complaint(self, complaint_id):
        """Give a complaint of the customer; another's does not exist, for them."""
        complaints = request.env["service.complaint"]
        complaint = complaints._get_portal_complaints(complaint_id)
        if not complaint:
            raise NotFound()
        return complaint

    def _render_complaint(self, template, **values):
        return request.render(
            f"crm_service.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "complaint",
                **values,
            },
        )

    @route("/my/complaints", type="http", auth="user", website=True, readonly=True)
    def complaints(self, **kwargs):
        complaints = request.env["service.complaint"]._get_portal_complaints()
        return self._render_complaint("portal_complaints", complaints=complaints)

    @route(
        "/my/complaints/<int:complaint_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def complaint(self, complaint_id, done=None, **kwargs):
        complaint = self._get_complaint(complaint_id)
        return self._render_complaint(
            "portal_complaint", complaint=complaint, done=done
        )

    @route(
        "/my/complaints/<int:complaint_id>/accept",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def complaint_accept(self, complaint_id, **kwargs):
        complaint = self._get_complaint(complaint_id)
        return self._answer_complaint(
            complaint, complaint._accept_in_portal, "accepted"
        )

    @route(
        "/my/complaints/<int:complaint_id>/counter",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def complaint_counter(self, complaint_id, words="", **kwargs):
        complaint = self._get_complaint(complaint_id)
        words = words[:LONGEST]
        return self._answer_complaint(
            complaint,
            lambda: complaint._counter_in_portal(words),
            "countered",
            words=words,
        )

    def _answer_complaint(self, complaint, act, done, **retry):
        """Do what the customer answers, or show the page with what is wrong."""
        try:
            with request.env.cr.savepoint():
                act()
        except UserError as error:
            complaint.invalidate_recordset()
            return self._render_complaint(
                "portal_complaint", complaint=complaint, error=error.args[0], **retry
            )
        return request.redirect(f"/my/complaints/{complaint.id}?done={done}")
