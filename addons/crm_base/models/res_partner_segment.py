from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The segments a customer belongs to."""

    _inherit = "res.partner"

    segment_ids = fields.Many2many(
        "crm.segment",
        compute="_compute_segment_ids",
        search="_search_segment_ids",
        groups="crm_base.crm_base_group_user",
    )

    @api.depends_context("uid")
    def _compute_segment_ids(self):
        members = self.env["crm.segment.member"]._read_group(
            [("partner_id", "in", self.ids), ("until", "=", False)],
            ["partner_id"],
            ["segment_id:recordset"],
        )
        segments = {partner.id: found for partner, found in members}
        none = self.env["crm.segment"]
        for partner in self:
            found = segments.get(partner._origin.id, none)
            partner.segment_ids = found._filtered_access("read")

    def _search_segment_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        member = Domain("until", "=", False)
        if operator == "any":
            member &= Domain("segment_id", "any", value)
        elif False in value:
            return ~self._search_segment_ids("any", Domain.TRUE)
        else:
            member &= Domain("segment_id", "in", value)
        query = self.env["crm.segment.member"]._search(member)
        return Domain("id", "in", query.subselect("partner_id"))
