from odoo import models
from odoo.fields import Datetime
from odoo.tools import SQL
from odoo.tools.misc import format_date

from odoo.addons.crm_base.tools.section import alert, link, metric, row, section

#: So many complaints stand on the page; the rest is a click away.
SHOWN = 3


class ResPartner(models.Model):
    """What a customer complained about, for those who may know."""

    _inherit = "res.partner"

    def _customer_document_fields(self):
        documents = super()._customer_document_fields()
        return {**documents, "service.complaint": "partner_id"}

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        complaints = self.env["service.complaint"]
        if complaints.has_access("read"):
            complaints.flush_model()
            queries["complaint"] = self._search_customer_records(
                complaints._name
            ).select(
                SQL("service_complaint.id"),
                SQL("service_complaint.id AS place"),
                SQL("service_complaint.number"),
                SQL("service_complaint.name"),
                SQL("service_complaint.state"),
                SQL("service_complaint.date_closed IS NULL AS is_open"),
                SQL("service_complaint.deadline"),
                SQL("service_complaint.deadline < (now() AT TIME ZONE 'UTC') AS late"),
                SQL("customer.commercial_partner_id AS customer_id"),
            )
        return queries

    def _prepare_page_sections(self, rows):
        complaints = {}
        for complaint in rows.get("complaint", ()):
            complaints.setdefault(complaint["customer_id"], []).append(complaint)
        return super()._prepare_page_sections(rows) + [
            (customer_id, self._prepare_complaint_section(customer_id, of_customer))
            for customer_id, of_customer in complaints.items()
        ]

    def _prepare_complaint_section(self, customer_id, complaints):
        all_of_them = link(
            self.env._("All complaints"),
            "service.complaint",
            domain=[("partner_id", "child_of", customer_id)],
        )
        part = section(
            "complaint",
            self.env._("Complaints"),
            sequence=52,
            icon="fa-balance-scale",
            action=all_of_them,
        )
        running = [complaint for complaint in complaints if complaint["is_open"]]
        part["metrics"].append(
            metric(
                self.env._("Complaints in Progress"),
                str(len(running)),
                tone="danger" if running else None,
                tile=45 if running else None,
            )
        )
        labels = dict(
            self.env["service.complaint"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        newest = sorted(complaints, key=lambda one: (not one["is_open"], -one["id"]))
        for complaint in newest[:SHOWN]:
            part["rows"].append(self._prepare_complaint_row(complaint, labels))
        if any(complaint["late"] for complaint in running):
            part["alerts"].append(
                alert(
                    self.env._("A deadline of a complaint has passed."),
                    tone="danger",
                    action=all_of_them,
                )
            )
        return part

    def _prepare_complaint_row(self, complaint, labels):
        until = complaint["deadline"] and Datetime.to_datetime(
            complaint["deadline"].replace("T", " ")[:19]
        )
        state = labels[complaint["state"]]
        return row(
            f"{complaint['number']} {complaint['name']}",
            subtitle=self.env._(
                "%(phase)s, until %(date)s",
                phase=state,
                date=format_date(self.env, until.date()),
            )
            if until
            else state,
            tone="danger" if complaint["late"] else None,
            action=link(
                complaint["number"], "service.complaint", res_id=complaint["id"]
            ),
        )

    def _customer_timeline_queries(self):
        queries = super()._customer_timeline_queries()
        if self.env["service.complaint"].has_access("read"):
            queries["complaint"] = self._get_complaint_query("date_received")
            queries["complaint_closed"] = self._get_complaint_query("date_closed")
        return queries

    def _get_complaint_query(self, date):
        self.env["service.complaint"].flush_model()
        return self._search_customer_records("service.complaint").select(
            SQL("%s AS date", SQL.identifier("service_complaint", date)),
            SQL(
                "concat_ws(' ', service_complaint.number, service_complaint.name)"
                " AS title"
            ),
            SQL("NULL::numeric AS amount"),
            SQL("NULL::integer AS currency_id"),
            SQL("'service.complaint' AS res_model"),
            SQL("service_complaint.id AS res_id"),
            SQL("NULL::integer AS author_id"),
        )

    def _customer_timeline_kinds(self):
        look = {"group": "complaint", "sequence": 56, "icon": "fa-balance-scale"}
        return {
            **super()._customer_timeline_kinds(),
            "complaint": {
                **look,
                "label": self.env._("Complaint"),
                "filter": self.env._("Complaints"),
                "tone": "danger",
            },
            "complaint_closed": {
                **look,
                "label": self.env._("Complaint ended"),
                "tone": "success",
            },
        }
