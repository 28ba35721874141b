from odoo import fields, models


class CrmSegmentMember(models.Model):
    """A customer's time in a segment."""

    _name = "crm.segment.member"
    _description = "Segment Member"
    _log_access = False
    _order = "since desc, id desc"
    _rec_name = "partner_id"

    segment_id = fields.Many2one("crm.segment", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    since = fields.Date(required=True)
    until = fields.Date(help="Day on which the customer left; empty: still a member.")
    score = fields.Float(
        aggregator=None, help="Given by the model that fills the segment."
    )

    _member_once = models.UniqueIndex(
        "(segment_id, partner_id) WHERE until IS NULL",
        "The customer is a member of this segment already.",
    )
