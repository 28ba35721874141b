from odoo import api, fields, models

#: Months of the picture of revenue and margin.
MONTHS = 24


class MiningModel(models.Model):
    """The pages of analytics read their figures here."""

    _inherit = "mining.model"

    @api.model
    @api.readonly
    def get_dashboard(self):
        """Give what the page of the current company shows.

        :return: ``company``, ``currency_id``, ``months`` as ``[month, revenue, margin,
            revenue with cost]``, ``analyses``, and ``value``: the published run of
            value tiers with its pictures, or False
        :raise AccessError: the user is no analyst
        """
        self.check_access("read")
        company = self.env.company
        analyses = self.search_fetch(
            [("company_id", "=", company.id)], ["name", "kind"]
        )
        value = analyses.published_run_id.filtered(lambda run: run.kind == "rfm")
        return {
            "company": company.name,
            "currency_id": company.currency_id.id,
            "may_run": self.has_access("write"),
            "months": self._dashboard_months(company),
            "analyses": [
                {
                    "id": model.id,
                    "name": model.display_name,
                    "kind": model.kind,
                    "state": model.last_state or "none",
                    "verdict": model.verdict or "",
                    "published": model.published_run_id.id,
                }
                for model in analyses
            ],
            "value": value
            and {
                "id": value.id,
                "date_from": fields.Date.to_string(value.date_from),
                "date_to": fields.Date.to_string(value.date_to),
                **value.pictures,
            },
        }

    def _dashboard_months(self, company):
        """Give the last full months, oldest first."""
        rows = self.env["mining.month"]._last_months(
            company, MONTHS, ["revenue", "margin", "revenue_costed"]
        )
        return [[str(month)[:7], *sums] for month, *sums in rows]
