from datetime import date

from odoo import fields, models
from odoo.tools import SQL, format_date

from odoo.addons.crm_base.tools.section import link, metric, row, section


class ResPartner(models.Model):
    """The customer's page says whose territory it is, and since when."""

    _inherit = "res.partner"

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        if self.env["sfa.territory.assignment"].has_access("read"):
            queries["territory"] = self._get_territory_query()
        return queries

    def _prepare_page_sections(self, rows):
        sections = super()._prepare_page_sections(rows)
        sections += [
            (values["customer_id"], self._prepare_territory_section(values))
            for values in rows.get("territory", ())
        ]
        return sections

    def _get_territory_query(self):
        """Select the territory of each customer with its people of today.

        Limited to territories of the companies that the reader works in.
        """
        for model in (
            "res.partner",
            "res.users",
            "sfa.territory",
            "sfa.territory.assignment",
            "sfa.territory.member",
        ):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT customer.id AS customer_id, territory.id, territory.complete_name,
                   given.locked, given.date_from, given.origin,
                   (SELECT json_agg(json_build_object(
                               'role', m.role, 'name', person.name)
                               ORDER BY m.role = 'owner' DESC, m.role, person.name)
                      FROM sfa_territory_member AS m
                      JOIN res_users AS u ON u.id = m.user_id
                      JOIN res_partner AS person ON person.id = u.partner_id
                     WHERE m.territory_id = territory.id AND m.date_from <= %(today)s
                       AND (m.date_to IS NULL OR m.date_to >= %(today)s)) AS people
              FROM res_partner AS customer
              JOIN sfa_territory AS territory
                ON territory.id = customer.sfa_territory_id
         LEFT JOIN sfa_territory_assignment AS given
                ON given.partner_id = customer.id AND given.date_to IS NULL
             WHERE customer.id IN %(ids)s AND territory.company_id IN %(companies)s
            """,
            today=fields.Date.context_today(self),
            ids=tuple(self.ids),
            companies=tuple(self.env.companies.ids),
        )

    def _prepare_territory_section(self, values):
        history = link(
            self.env._("Territory history"),
            "sfa.territory.assignment",
            domain=[("partner_id", "=", values["customer_id"])],
        )
        part = section(
            "territory",
            self.env._("Territory"),
            sequence=15,
            icon="fa-map-o",
            action=history,
        )
        people = values["people"] or []
        owners = [one["name"] for one in people if one["role"] == "owner"]
        part["metrics"].append(
            metric(
                self.env._("Owner"),
                owners[0] if owners else self.env._("Nobody today"),
                tone=None if owners else "warning",
            )
        )
        if values["date_from"]:
            part["metrics"].append(
                metric(
                    self.env._("Since"),
                    format_date(self.env, date.fromisoformat(values["date_from"])),
                    hint=self.env._("Locked by hand: rules leave it here.")
                    if values["locked"]
                    else None,
                )
            )
        part["rows"].append(
            row(
                values["complete_name"],
                icon="fa-lock" if values["locked"] else "fa-map-marker",
                action=link(
                    values["complete_name"], "sfa.territory", res_id=values["id"]
                ),
            )
        )
        part["rows"] += self._prepare_territory_people(people)
        return part

    def _prepare_territory_people(self, people):
        """Make a row of each member besides the owner."""
        role = self.env["sfa.territory.member"]._fields["role"]
        labels = dict(role._description_selection(self.env))
        return [
            row(one["name"], subtitle=labels[one["role"]], icon="fa-user-o")
            for one in people
            if one["role"] != "owner"
        ]
