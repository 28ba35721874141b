from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    sfa_account_member_ids = fields.One2many(
        "sfa.account.member", "partner_id", "Account Team"
    )

    @api.private
    def _sfa_role_users(self, role, day):
        """Give who has a role on each customer on a day.

        :param role: one `sfa.account.role`
        :param day: date
        :return: dict of partner id to `res.users`; customers without one are absent
        """
        members = self.env["sfa.account.member"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("role_id", "=", role.id),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )
        of_company = {}
        for member in members:
            of_company.setdefault(member.partner_id, member.user_id)
        return {
            partner.id: of_company[partner.commercial_partner_id]
            for partner in self
            if partner.commercial_partner_id in of_company
        }
