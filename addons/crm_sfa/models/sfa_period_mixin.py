from odoo import api, fields, models
from odoo.fields import Domain


class SfaPeriodMixin(models.AbstractModel):
    """What a person does from a day until a day."""

    _name = "sfa.period.mixin"
    _description = "From a Day until a Day"

    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Until", help="The last day; empty: until further notice.")
    is_current = fields.Boolean(
        "Today", compute="_compute_is_current", search="_search_is_current"
    )

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.is_current = bool(
                record.date_from
                and record.date_from <= today
                and (not record.date_to or record.date_to >= today)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_day_domain(fields.Date.context_today(self))
        return domain if True in value else ~domain

    @api.model
    def _get_day_domain(self, day):
        """Give the domain of what holds on a day."""
        return Domain("date_from", "<=", day) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", day)
        )
