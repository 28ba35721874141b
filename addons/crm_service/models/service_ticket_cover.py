from odoo import api, fields, models

from ..tools.guard import TICKET


class ServiceTicket(models.Model):
    """Whether what a ticket is about is in warranty, as it was when it was asked."""

    _inherit = "service.ticket"

    asset_id = fields.Many2one(
        "service.asset",
        "Product in Use",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', commercial_partner_id),"
        " ('state', '=', 'active')]",
    )
    cover = fields.Selection(
        [("in", "In Warranty"), ("out", "Out of Warranty")],
        "Warranty",
        readonly=True,
        copy=False,
    )
    cover_reason = fields.Char("Why", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered("asset_id")._freeze_cover()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if "asset_id" in vals:
            self._freeze_cover()
        return result

    def _freeze_cover(self):
        """Keep the answer of the day on which somebody asked."""
        for ticket in self:
            # The ticket says what its reader need not look up.
            asset = ticket.asset_id.sudo()
            zone = ticket.company_id.resource_calendar_id.sudo().tz
            local = ticket.with_context(tz=zone)
            day = fields.Date.context_today(local, ticket.create_date)
            found = asset._get_cover("warranty", day) if asset else None
            with TICKET.open():
                ticket.write(
                    {
                        "cover": found and ("in" if found["entitlement"] else "out"),
                        "cover_reason": found and found["reason"],
                    }
                )
