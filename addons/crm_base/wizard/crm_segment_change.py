from odoo import fields, models
from odoo.fields import Command


class CrmSegmentChange(models.TransientModel):
    """Put the selected customers on a static list, or take them off."""

    _name = "crm.segment.change"
    _description = "Change Segment"

    segment_id = fields.Many2one(
        "crm.segment", required=True, domain=[("kind", "=", "static")]
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "crm_segment_change_partner_rel",
        "change_id",
        "partner_id",
        "Customers",
        required=True,
        default=lambda self: self._default_partner_ids(),
    )

    def _default_partner_ids(self):
        if self.env.context.get("active_model") != "res.partner":
            return []
        return [Command.set(self.env.context.get("active_ids", []))]

    def action_add(self):
        """Put the customers on the list."""
        self.segment_id.add_partners(self.partner_ids.ids)
        return self.segment_id.action_open_customers()

    def action_remove(self):
        """Take the customers off the list."""
        self.segment_id.remove_partners(self.partner_ids.ids)
        return self.segment_id.action_open_customers()
