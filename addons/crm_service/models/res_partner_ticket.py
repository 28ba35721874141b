from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_base.tools.section import link, metric, row, section

from ..tools.ticket import ACTIVE

#: So many tickets stand on the page; the rest is a click away.
SHOWN = 4


class ResPartner(models.Model):
    """What a customer asked for, on the one page and in the timeline."""

    _inherit = "res.partner"

    def _customer_document_fields(self):
        documents = super()._customer_document_fields()
        return {**documents, "service.ticket": "partner_id"}

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        tickets = self.env["service.ticket"]
        if tickets.has_access("read"):
            tickets.flush_model()
            queries["ticket"] = SQL(
                """
                SELECT * FROM (
                    SELECT t.*, count(*) OVER whose AS total,
                           count(*) FILTER (WHERE is_open) OVER whose AS running,
                           row_number() OVER (
                               PARTITION BY customer_id ORDER BY is_open DESC, id DESC
                           ) AS place
                      FROM (%s) t WINDOW whose AS (PARTITION BY customer_id)
                ) t WHERE place <= %s
                """,
                self._search_customer_records(tickets._name).select(
                    SQL("service_ticket.id"),
                    SQL("service_ticket.number"),
                    SQL("service_ticket.name"),
                    SQL("service_ticket.state"),
                    SQL("service_ticket.state = ANY(%s) AS is_open", list(ACTIVE)),
                    SQL(
                        "service_ticket.sla_deadline < (now() AT TIME ZONE 'UTC')"
                        " AS late"
                    ),
                    SQL("customer.commercial_partner_id AS customer_id"),
                ),
                SHOWN,
            )
        return queries

    def _prepare_page_sections(self, rows):
        tickets = {}
        for ticket in rows.get("ticket", ()):
            tickets.setdefault(ticket["customer_id"], []).append(ticket)
        return super()._prepare_page_sections(rows) + [
            (customer_id, self._prepare_ticket_section(customer_id, of_customer))
            for customer_id, of_customer in tickets.items()
        ]

    def _prepare_ticket_section(self, customer_id, tickets):
        part = section(
            "ticket",
            self.env._("Tickets"),
            sequence=51,
            icon="fa-life-ring",
            action=link(
                self.env._("All tickets"),
                "service.ticket",
                domain=[("partner_id", "child_of", customer_id)],
            ),
        )
        running = tickets[0]["running"]
        part["metrics"] += [
            metric(
                self.env._("Open Tickets"),
                str(running),
                tone="warning" if running else None,
                tile=46 if running else None,
            ),
            metric(self.env._("Tickets in All"), str(tickets[0]["total"])),
        ]
        labels = dict(
            self.env["service.ticket"]._fields["state"]._description_selection(self.env)
        )
        part["rows"] += [
            row(
                f"{ticket['number']} {ticket['name']}",
                subtitle=labels[ticket["state"]],
                tone="danger" if ticket["late"] else None,
                action=link(ticket["number"], "service.ticket", res_id=ticket["id"]),
            )
            for ticket in sorted(tickets, key=lambda one: one["place"])
        ]
        return part

    def _customer_timeline_queries(self):
        queries = super()._customer_timeline_queries()
        if self.env["service.ticket"].has_access("read"):
            queries["ticket"] = self._get_ticket_query("create_date")
            queries["ticket_resolved"] = self._get_ticket_query("date_resolved")
        if self.env["service.rating"].has_access("read"):
            queries["satisfaction"] = self._get_satisfaction_query()
        return queries

    def _get_ticket_query(self, date):
        self.env["service.ticket"].flush_model()
        happened = Domain(date, "!=", False)
        return self._search_customer_records("service.ticket", domain=happened).select(
            SQL("%s AS date", SQL.identifier("service_ticket", date)),
            SQL("concat_ws(' ', service_ticket.number, service_ticket.name) AS title"),
            SQL("NULL::numeric AS amount"),
            SQL("NULL::integer AS currency_id"),
            SQL("'service.ticket' AS res_model"),
            SQL("service_ticket.id AS res_id"),
            SQL("NULL::integer AS author_id"),
        )

    def _get_satisfaction_query(self):
        self.env["service.rating"].flush_model()
        answered = Domain("date_rated", "!=", False)
        return self._search_customer_records("service.rating", domain=answered).select(
            SQL("service_rating.date_rated AS date"),
            SQL(
                "concat_ws(' ', service_rating.score || '/5', service_rating.comment)"
                " AS title"
            ),
            SQL("NULL::numeric AS amount"),
            SQL("NULL::integer AS currency_id"),
            SQL("'service.rating' AS res_model"),
            SQL("service_rating.id AS res_id"),
            SQL("NULL::integer AS author_id"),
        )

    def _customer_timeline_kinds(self):
        look = {"group": "ticket", "sequence": 54, "icon": "fa-life-ring"}
        return {
            **super()._customer_timeline_kinds(),
            "ticket": {
                **look,
                "label": self.env._("Ticket"),
                "filter": self.env._("Tickets"),
                "tone": "info",
            },
            "ticket_resolved": {
                **look,
                "label": self.env._("Ticket resolved"),
                "tone": "success",
            },
            "satisfaction": {
                **look,
                "icon": "fa-smile-o",
                "label": self.env._("Satisfaction"),
                "tone": "info",
            },
        }
