from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools import team


class SfaAccountMember(models.Model):
    """A person who works on a customer in a role, from a day until a day."""

    _name = "sfa.account.member"
    _inherit = ["sfa.period.mixin"]
    _description = "Account Team Member"
    _order = "partner_id, role_id, date_from"
    _rec_name = "user_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The company; its contacts have the same team.",
    )
    role_id = fields.Many2one(
        "sfa.account.role", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    share = fields.Float("Share (%)", default=0.0, help="Of the credit for sales.")

    _share_percent = models.Constraint(
        "CHECK (share BETWEEN 0 AND 100)",
        "The share of a team member is a percentage between 0 and 100.",
    )
    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A team member cannot leave before coming. Correct the dates.",
    )
    # Ranges of one number compare numbers in an index of ranges.
    _once_a_day = models.Constraint(
        """EXCLUDE USING gist (
            int4range(partner_id, partner_id, '[]') WITH =,
            int4range(role_id, role_id, '[]') WITH =,
            int4range(user_id, user_id, '[]') WITH =,
            daterange(date_from, date_to, '[]') WITH &&
        )""",
        "This person has the same role for the customer on some of these days "
        "already. Change the dates.",
    )

    @api.constrains("partner_id", "share", "date_from", "date_to")
    def _check_share(self):
        # The whole team counts, also members whom the user may not change.
        members = self.sudo().search_fetch(
            [("partner_id", "in", self.partner_id.ids), ("share", ">", 0)],
            ["partner_id", "date_from", "date_to", "share"],
        )
        for customer, group in members.grouped("partner_id").items():
            total, day = team.largest_total(
                [(m.date_from, m.date_to or None, m.share) for m in group]
            )
            if total > 100.001:
                raise ValidationError(
                    self.env._(
                        "The team of %(customer)s would share %(total)s%% on %(date)s. "
                        "Lower a share, or end it before that day.",
                        customer=customer.display_name,
                        total=f"{total:g}",
                        date=format_date(self.env, day),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create([self._of_company(vals) for vals in vals_list])
        members._follow()
        return members

    def write(self, vals):
        result = super().write(self._of_company(vals))
        if not {"user_id", "partner_id"}.isdisjoint(vals):
            self._follow()
        return result

    @api.model
    def _of_company(self, vals):
        """Put a team that is given for a contact to the contact's company."""
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {**vals, "partner_id": partner.commercial_partner_id.id}

    def _follow(self):
        """Let people follow the customers they work on: notes there reach them."""
        for user, members in self.grouped("user_id").items():
            # Who may put somebody into the team may not always change the customer.
            members.partner_id.sudo().message_subscribe(user.partner_id.ids)
