from odoo import fields, models


class SfaAnnouncementReceipt(models.Model):
    """That an announcement is for a person, and when the person read it."""

    _name = "sfa.announcement.receipt"
    _description = "Receipt of an Announcement"
    _order = "read_on, id"
    _rec_name = "user_id"

    announcement_id = fields.Many2one(
        "sfa.announcement", required=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        ondelete="cascade",
        readonly=True,
        index=True,
    )
    read_on = fields.Datetime("Read", readonly=True)
    reminded_on = fields.Datetime("Reminded", readonly=True)

    _once = models.UniqueIndex(
        "(announcement_id, user_id)", "Each person has one receipt."
    )
