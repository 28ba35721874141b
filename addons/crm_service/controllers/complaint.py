import json

from odoo.http import Controller, request, route


class ComplaintController(Controller):
    """The record of a complaint as a file, for those who may read the complaint."""

    @route(
        "/crm_service/complaint/<int:complaint_id>/case.json",
        type="http",
        auth="user",
        readonly=True,
    )
    def case_file(self, complaint_id):
        complaint = request.env["service.complaint"].search([("id", "=", complaint_id)])
        if not complaint:
            return request.not_found()
        content = json.dumps(complaint._get_case_file(), ensure_ascii=False, indent=1)
        return request.make_response(
            content,
            [
                ("Content-Type", "application/json; charset=utf-8"),
                (
                    "Content-Disposition",
                    f'attachment; filename="{complaint.number}.json"',
                ),
                ("Cache-Control", "no-store"),
            ],
        )
