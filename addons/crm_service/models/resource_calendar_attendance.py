from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    """Deadlines follow the hours of a calendar."""

    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["service.hours"]._mark_stale(lines.calendar_id)
        return lines

    def write(self, vals):
        before = self.calendar_id
        result = super().write(vals)
        self.env["service.hours"]._mark_stale(before | self.calendar_id)
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        self.env["service.hours"]._mark_stale(calendars)
        return result
