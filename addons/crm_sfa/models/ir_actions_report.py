from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _sfa_check_printing(self, report, res_ids):
        """Let no quotation be printed that is held back."""
        if report.model == "sale.order" and res_ids:
            ids = [res_ids] if isinstance(res_ids, int) else res_ids
            self.env["sale.order"].browse(ids).exists()._sfa_check_gate()

    def _get_rendering_context(self, report, docids, data):
        self._sfa_check_printing(report, docids)
        return super()._get_rendering_context(report, docids, data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        # A stored print would come back without being rendered.
        self._sfa_check_printing(self._get_report(report_ref), res_ids)
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
