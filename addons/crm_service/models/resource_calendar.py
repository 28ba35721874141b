from odoo import models

#: What says when a calendar is open, beside its lines and its days off.
OPEN = {"tz", "two_weeks_calendar", "flexible_hours", "duration_based", "schedule_type"}


class ResourceCalendar(models.Model):
    """Deadlines follow a calendar that changes."""

    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if not OPEN.isdisjoint(vals):
            self.env["service.hours"]._mark_stale(self)
        return result
