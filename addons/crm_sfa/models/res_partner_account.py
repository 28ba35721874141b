from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

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
        members = self.env["sfa.account.member"]
        members = members.search(
            members._get_day_domain(day)
            & Domain("partner_id", "in", self.commercial_partner_id.ids)
            & Domain("role_id", "=", role.id)
        )
        of_company = {}
        for member in members:
            of_company.setdefault(member.partner_id, member.user_id)
        return {
            partner.id: of_company[partner.commercial_partner_id]
            for partner in self
            if partner.commercial_partner_id in of_company
        }

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        members = self.env["sfa.account.member"]
        if members.has_access("read"):
            current = members._search(
                [("partner_id", "in", self.ids), ("is_current", "=", True)]
            )
            queries["account_team"] = self._get_team_query(current)
        return queries

    def _get_team_query(self, members):
        """Select who works on the customers: names of colleagues are for everybody."""
        for model in ("sfa.account.member", "sfa.account.role", "res.users"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT m.partner_id AS customer_id, m.id AS place, m.share,
                   person.name AS person,
                   COALESCE(role.name->>%(lang)s, role.name->>'en_US') AS role
              FROM sfa_account_member AS m
              JOIN sfa_account_role AS role ON role.id = m.role_id
              JOIN res_users AS u ON u.id = m.user_id
              JOIN res_partner AS person ON person.id = u.partner_id
             WHERE m.id IN %(members)s
            """,
            lang=self.env.lang or "en_US",
            members=members.subselect(),
        )

    def _prepare_page_sections(self, rows):
        teams = {}
        for values in rows.get("account_team", ()):
            teams.setdefault(values["customer_id"], []).append(values)
        return super()._prepare_page_sections(rows) + [
            (customer_id, self.browse(customer_id)._prepare_team_section(team))
            for customer_id, team in teams.items()
        ]

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
                    member["person"],
                    subtitle=member["role"],
                    value=f"{member['share']:g} %" if member["share"] else None,
                )
            )
        return part
