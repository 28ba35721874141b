from odoo import fields, models


class ServiceComplaintReminder(models.Model):
    """A reminder of a deadline that was sent, so that it is sent once."""

    _name = "service.complaint.reminder"
    _description = "Reminder of a Complaint"
    _log_access = False
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one(
        "service.complaint", required=True, ondelete="cascade"
    )
    level = fields.Char(required=True)
    deadline = fields.Datetime(required=True)

    _once = models.UniqueIndex("(complaint_id, level, deadline)")
