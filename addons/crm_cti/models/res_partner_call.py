from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from odoo.addons.crm_base.tools.section import link, metric, row, section

#: So many calls stand on the page; the rest is a click away.
SHOWN = 4
#: How a call looks on the timeline.
TONES = {
    "abandoned": "warning",
    "missed": "warning",
    "voicemail": "warning",
    "failed": "muted",
}


class ResPartner(models.Model):
    """The calls of a customer, on the one page and in the timeline."""

    _inherit = "res.partner"

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        calls, tasks = self.env["cti.call"], self.env["cti.task"]
        if calls.has_access("read"):
            calls.flush_model()
            queries["call"] = SQL(
                """
                SELECT * FROM (
                    SELECT c.*, count(*) OVER whose AS total,
                           row_number() OVER (
                               PARTITION BY customer_id ORDER BY created DESC, id DESC
                           ) AS place
                      FROM (%s) c WINDOW whose AS (PARTITION BY customer_id)
                ) c WHERE place <= %s
                """,
                self._search_customer_records(calls._name).select(
                    SQL("cti_call.id"),
                    SQL("cti_call.created"),
                    SQL("cti_call.direction"),
                    SQL("cti_call.state"),
                    SQL("cti_call.disposition_id"),
                    SQL("cti_call.note"),
                    SQL("customer.commercial_partner_id AS customer_id"),
                ),
                SHOWN,
            )
        if tasks.has_access("read"):
            tasks.flush_model()
            queries["call_task"] = SQL(
                "SELECT customer_id, count(*) AS waiting FROM (%s) t GROUP BY 1",
                self._search_customer_records(
                    tasks._name, domain=Domain("state", "=", "open")
                ).select(SQL("customer.commercial_partner_id AS customer_id")),
            )
        return queries

    def _prepare_page_sections(self, rows):
        waiting = {
            one["customer_id"]: one["waiting"] for one in rows.get("call_task", ())
        }
        calls = {customer_id: [] for customer_id in waiting}
        for call in rows.get("call", ()):
            calls.setdefault(call["customer_id"], []).append(call)
        return super()._prepare_page_sections(rows) + [
            (
                customer_id,
                self._prepare_call_section(
                    customer_id, of_customer, waiting.get(customer_id, 0)
                ),
            )
            for customer_id, of_customer in calls.items()
        ]

    def _prepare_call_section(self, customer_id, calls, waiting):
        part = section(
            "call",
            self.env._("Calls"),
            sequence=52,
            icon="fa-phone",
            action=link(
                self.env._("All calls"),
                "cti.call",
                domain=[("partner_id", "child_of", customer_id)],
            ),
        )
        if waiting:
            part["metrics"].append(
                metric(
                    self.env._("To Call Back"),
                    str(waiting),
                    tone="warning",
                    tile=47,
                    action=link(
                        self.env._("To Call Back"),
                        "cti.task",
                        domain=[
                            ("partner_id", "child_of", customer_id),
                            ("state", "=", "open"),
                        ],
                    ),
                )
            )
        if calls:
            total = str(calls[0]["total"])
            part["metrics"].append(metric(self.env._("Calls in All"), total))
        part["rows"] += [self._prepare_call_row(call) for call in calls]
        return part

    def _prepare_call_row(self, call):
        fields_ = self.env["cti.call"]._fields
        said = self.env["cti.disposition"].browse(call["disposition_id"] or [])
        states = dict(fields_["state"]._description_selection(self.env))
        directions = dict(fields_["direction"]._description_selection(self.env))
        details = (said.name or states[call["state"]], call["note"])
        moment = call["created"].replace("T", " ").partition(".")[0]
        return row(
            format_datetime(self.env, moment),
            subtitle=" · ".join(filter(None, details)),
            value=directions[call["direction"]],
            tone=TONES.get(call["state"]),
            action=link(self.env._("Call"), "cti.call", res_id=call["id"]),
        )

    def _customer_timeline_queries(self):
        queries = super()._customer_timeline_queries()
        calls = self.env["cti.call"]
        if calls.has_access("read"):
            calls.flush_model()
            self.env["cti.disposition"].flush_model(["name"])
            for kind, domain in self._get_call_kinds().items():
                queries[kind] = self._get_call_query(domain)
        return queries

    def _get_call_kinds(self):
        """Say which calls are of which kind of the timeline."""
        vain = Domain("state", "in", ("abandoned", "missed", "voicemail"))
        return {
            "call_in": Domain("direction", "=", "in") & ~vain,
            "call_out": Domain("direction", "=", "out"),
            "call_vain": Domain("direction", "=", "in") & vain,
        }

    def _get_call_query(self, domain):
        return self._search_customer_records("cti.call", domain=domain).select(
            SQL("cti_call.created AS date"),
            SQL(
                "concat_ws(' · ', (SELECT coalesce(d.name ->> %s, d.name ->> 'en_US')"
                " FROM cti_disposition d WHERE d.id = cti_call.disposition_id),"
                " cti_call.note) AS title",
                self.env.lang or "en_US",
            ),
            SQL("NULL::numeric AS amount"),
            SQL("NULL::integer AS currency_id"),
            SQL("'cti.call' AS res_model"),
            SQL("cti_call.id AS res_id"),
            SQL(
                "(SELECT u.partner_id FROM cti_agent a JOIN res_users u"
                " ON u.id = a.user_id WHERE a.id = cti_call.agent_id) AS author_id"
            ),
        )

    def _customer_timeline_kinds(self):
        look = {"group": "call_in", "sequence": 55, "icon": "fa-phone"}
        return {
            **super()._customer_timeline_kinds(),
            "call_in": {
                **look,
                "label": self.env._("Incoming call"),
                "filter": self.env._("Calls"),
                "tone": "info",
            },
            "call_out": {**look, "label": self.env._("Outgoing call")},
            "call_vain": {
                **look,
                "label": self.env._("Called in vain"),
                "tone": "warning",
            },
        }
