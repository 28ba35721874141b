from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Deadlines follow the days on which everybody is off."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        self.env["service.hours"]._mark_stale(leaves._get_calendars())
        return leaves

    def write(self, vals):
        before = self._get_calendars()
        result = super().write(vals)
        self.env["service.hours"]._mark_stale(before | self._get_calendars())
        return result

    def unlink(self):
        calendars = self._get_calendars()
        result = super().unlink()
        self.env["service.hours"]._mark_stale(calendars)
        return result

    def _get_calendars(self):
        """Give the calendars on which these are days off for everybody."""
        common = self.filtered(lambda leave: not leave.resource_id)
        everywhere = common.filtered(lambda leave: not leave.calendar_id)
        calendars = common.calendar_id
        if everywhere:
            # Days off of a company hold on all of its calendars, seen or not.
            calendars |= calendars.sudo().search(
                [("company_id", "in", [*everywhere.company_id.ids, False])]
            )
        return calendars
