from odoo import api, fields, models

from odoo.addons.crm_base.tools.section import link, row, section


class ResPartner(models.Model):
    _inherit = "res.partner"

    sfa_account_member_ids = fields.One2many(
        "sfa.account.member",
        "partner_id",
        "Account Team",
        groups="crm_sfa.crm_sfa_group_user",
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

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        if not self.env["sfa.account.member"].has_access("read"):
            return sections
        members = self.env["sfa.account.member"].search(
            [("partner_id", "in", list(sections)), ("is_current", "=", True)]
        )
        for partner, team in members.grouped("partner_id").items():
            sections[partner.id].append(partner._prepare_team_section(team))
        return sections

    def _prepare_team_section(self, team):
        part = section(
            "account_team",
            self.env._("Account Team"),
            sequence=18,
            icon="fa-users",
            action=link(
                self.env._("Account Team"),
                "sfa.account.member",
                domain=[("partner_id", "=", self.id)],
                context={"default_partner_id": self.id},
            ),
        )
        for member in team:
            part["rows"].append(
                row(
                    # The name of a colleague is for everybody who works here.
                    member.user_id.sudo().name,
                    subtitle=member.role_id.name,
                    value=f"{member.share:g} %" if member.share else None,
                )
            )
        return part
