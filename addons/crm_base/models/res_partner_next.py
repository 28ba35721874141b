from datetime import datetime

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime

from ..tools.section import link, metric, row, section

DEALS = 3
STEPS = 4


class ResPartner(models.Model):
    """What may come of a customer: open opportunities, last contact and next steps."""

    _inherit = "res.partner"

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        documents = self._get_customer_documents()
        queries["next"] = self._get_next_query(documents)
        if "crm.lead" in documents:
            queries["pipeline"] = self._get_pipeline_query()
        return queries

    def _prepare_page_sections(self, rows):
        sections = super()._prepare_page_sections(rows)
        sections += [
            (customer_id, self._prepare_next_section(steps))
            for customer_id, steps in self._group_steps(rows["next"]).items()
        ]
        if "pipeline" in rows:
            sections += [
                (customer_id, self._prepare_pipeline_section(customer_id, deals))
                for customer_id, deals in self._group_deals(rows["pipeline"]).items()
            ]
        return sections

    # ---- opportunities

    def _get_pipeline_query(self):
        """Select the largest open opportunities of each customer, with the sums.

        Limited to what the current user may read; sums are by currency.
        """
        query = self._search_customer_records(
            "crm.lead",
            domain=Domain("active", "=", True)
            & Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending"),
        )
        self.env["crm.lead"].flush_model()
        deals = query.select(
            SQL(
                """
                customer.commercial_partner_id AS customer_id, crm_lead.id,
                crm_lead.name, crm_lead.expected_revenue, crm_lead.prorated_revenue,
                crm_lead.user_id, crm_lead.stage_id, crm_lead.probability,
                (SELECT company.currency_id FROM res_company AS company
                  WHERE company.id = COALESCE(crm_lead.company_id, %s)) AS currency_id
                """,
                self.env.company.id,
            )
        )
        return SQL(
            """
            SELECT deal.*, seller.name AS salesperson,
                   COALESCE(stage.name ->> %(lang)s, stage.name ->> 'en_US') AS stage
              FROM (
                    SELECT d.*,
                           count(*) OVER money AS count,
                           sum(d.expected_revenue) OVER money AS expected,
                           sum(d.prorated_revenue) OVER money AS weighted,
                           row_number() OVER (
                               PARTITION BY d.customer_id, d.currency_id
                               ORDER BY d.expected_revenue DESC NULLS LAST, d.id
                           ) AS place
                      FROM (%(deals)s) AS d
                    WINDOW money AS (PARTITION BY d.customer_id, d.currency_id)
                   ) AS deal
         LEFT JOIN crm_stage AS stage ON stage.id = deal.stage_id
         LEFT JOIN res_users AS u ON u.id = deal.user_id
         LEFT JOIN res_partner AS seller ON seller.id = u.partner_id
             WHERE deal.place <= %(most)s
            """,
            deals=deals,
            lang=self.env.lang or "en_US",
            most=DEALS,
        )

    def _group_deals(self, rows):
        """Sort the deals by customer.

        :return: ``{partner_id: {"count": int, "expected", "weighted":
            {currency_id: amount}, "deals": [dict]}}`` with the largest deals first
        """
        pipeline = {
            customer_id: {"count": 0, "expected": {}, "weighted": {}, "deals": []}
            for customer_id in self.ids
        }
        for deal in rows:
            customer = pipeline[deal["customer_id"]]
            if deal["place"] == 1:
                customer["count"] += deal["count"]
                for key in ("expected", "weighted"):
                    customer[key][deal["currency_id"]] = deal[key] or 0
            customer["deals"].append(deal)
        return pipeline

    def _prepare_pipeline_section(self, customer_id, pipeline):
        everything = link(
            self.env._("Open opportunities"),
            "crm.lead",
            domain=[
                ("partner_id.commercial_partner_id", "=", customer_id),
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
            ],
        )
        part = section(
            "pipeline",
            self.env._("Opportunities"),
            sequence=40,
            icon="fa-star-o",
            empty=self.env._("No open opportunity. A new one starts the next sale."),
            action=everything if pipeline["count"] else None,
        )
        if not pipeline["count"]:
            return part
        part["metrics"] = [
            metric(self.env._("Open"), str(pipeline["count"]), action=everything),
            metric(
                self.env._("Expected revenue"), self._format_sums(pipeline["expected"])
            ),
            metric(
                self.env._("Weighted pipeline"),
                self._format_sums(pipeline["weighted"]),
                hint=self.env._(
                    "Expected revenue of open opportunities times probability"
                ),
                action=everything,
                tile=40,
            ),
        ]
        part["rows"] = [
            self._prepare_deal_row(deal) for deal in pipeline["deals"][:DEALS]
        ]
        return part

    def _prepare_deal_row(self, deal):
        likely = self.env._(
            "%(percent)s%% likely", percent=round(deal["probability"] or 0)
        )
        details = (deal["stage"], likely, deal["salesperson"])
        return row(
            deal["name"],
            subtitle=" · ".join(filter(None, details)),
            value=self._format_sums({deal["currency_id"]: deal["expected_revenue"]}),
            action=link(deal["name"], "crm.lead", res_id=deal["id"]),
        )

    # ---- contact

    def _get_next_query(self, documents):
        """Select the last contact and the next steps of each customer.

        A contact is a message written by a person or a meeting held; a step is an open
        activity or a meeting to come, with the documents that the user may read. The
        last contact has place 0.
        """
        for model in ("mail.message", "mail.activity", "calendar.event"):
            self.env[model].flush_model()
        return SQL(
            """
            WITH document AS (%(documents)s),
                 meeting AS (%(meetings)s),
                 step AS (
                    SELECT document.customer_id,
                           activity.date_deadline::timestamp AS date, TRUE AS day,
                           COALESCE(NULLIF(activity.summary, ''),
                                    type.name ->> %(lang)s,
                                    type.name ->> 'en_US') AS title,
                           activity.user_id, type.icon, document.model AS res_model,
                           document.res_id, activity.id
                      FROM document
                      JOIN mail_activity AS activity
                        ON activity.res_model = document.model
                       AND activity.res_id = document.res_id
                 LEFT JOIN mail_activity_type AS type
                        ON type.id = activity.activity_type_id
                     WHERE activity.active
                 UNION ALL
                    SELECT customer_id, start, FALSE, name, user_id, 'fa-calendar',
                           'calendar.event', id, id
                      FROM meeting
                     WHERE start >= %(now)s
                 ),
                 contact AS (
                    SELECT document.customer_id, message.date
                      FROM document
                      JOIN mail_message AS message
                        ON message.model = document.model
                       AND message.res_id = document.res_id
                     WHERE message.message_type IN
                               ('comment', 'email', 'email_outgoing')
                       AND message.subtype_id IS DISTINCT FROM %(note)s
                 UNION ALL
                    SELECT customer_id, start FROM meeting WHERE start < %(now)s
                 )
            SELECT s.customer_id, s.date, s.day, s.title, s.icon, s.res_model,
                   s.res_id, s.place, person.name AS assignee
              FROM (
                    SELECT step.*,
                           row_number() OVER (
                               PARTITION BY customer_id
                               ORDER BY date, res_model, id) AS place
                      FROM step
                   ) AS s
         LEFT JOIN res_users AS u ON u.id = s.user_id
         LEFT JOIN res_partner AS person ON person.id = u.partner_id
             WHERE s.place <= %(most)s
         UNION ALL
            SELECT customer_id, max(date), FALSE, NULL, NULL, NULL, NULL, 0, NULL
              FROM contact
             GROUP BY customer_id
            """,
            documents=self._get_documents_union(documents),
            meetings=self._get_customer_meetings(),
            lang=self.env.lang or "en_US",
            note=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            now=fields.Datetime.now(),
            most=STEPS,
        )

    def _group_steps(self, rows):
        """Sort the steps by customer.

        :return: ``{partner_id: {"last": datetime or None, "steps": [dict]}}``,
            earliest step first
        """
        steps = {customer_id: {"last": None, "steps": []} for customer_id in self.ids}
        for values in rows:
            values["date"] = datetime.fromisoformat(values["date"])
            customer = steps[values["customer_id"]]
            if values["place"]:
                customer["steps"].append(values)
            else:
                customer["last"] = values["date"]
        return steps

    def _get_customer_meetings(self):
        """Give the meetings with a person of each customer, those the user may see."""
        events = self.env["calendar.event"]
        query = events._search(events._get_default_privacy_domain())
        return SQL(
            """
            SELECT DISTINCT customer.commercial_partner_id AS customer_id, event.*
              FROM (%(events)s) AS event
              JOIN calendar_event_res_partner_rel AS attendee
                ON attendee.calendar_event_id = event.id
              JOIN res_partner AS customer ON customer.id = attendee.res_partner_id
             WHERE customer.commercial_partner_id IN %(ids)s
            """,
            events=query.select(
                SQL(
                    "calendar_event.id, calendar_event.start, calendar_event.name, "
                    "calendar_event.user_id"
                )
            ),
            ids=tuple(self.ids) or (0,),
        )

    def _prepare_next_section(self, steps):
        part = section(
            "next",
            self.env._("Next steps"),
            sequence=20,
            icon="fa-clock-o",
            empty=self.env._(
                "Nothing is planned. Schedule an activity so nobody forgets."
            ),
        )
        today = fields.Date.context_today(self)
        last = steps["last"]
        if last:
            days = (today - fields.Datetime.context_timestamp(self, last).date()).days
            part["metrics"].append(
                metric(
                    self.env._("Last contact"),
                    self.env._("Today")
                    if days <= 0
                    else self.env._("%(days)s days ago", days=days),
                    hint=format_datetime(self.env, last, tz=self.env.tz.zone),
                    tile=50,
                )
            )
        part["rows"] = [self._prepare_step_row(step, today) for step in steps["steps"]]
        if steps["steps"]:
            first = steps["steps"][0]
            late = first["day"] and first["date"].date() < today
            part["metrics"].append(
                metric(
                    self.env._("Next step"),
                    self._format_step_date(first, today),
                    tone="danger" if late else None,
                    hint=first["title"],
                    tile=60,
                )
            )
        return part

    def _prepare_step_row(self, step, today):
        late = step["day"] and step["date"].date() < today
        return row(
            step["title"] or self.env._("Activity"),
            subtitle=step["assignee"] or self.env._("Nobody assigned"),
            value=self._format_step_date(step, today),
            tone="danger" if late else None,
            icon=step["icon"] or "fa-tasks",
            action=link(step["title"], step["res_model"], res_id=step["res_id"]),
        )

    def _format_step_date(self, step, today):
        if step["day"]:
            day = step["date"].date()
        else:
            day = fields.Datetime.context_timestamp(self, step["date"]).date()
        if day == today:
            return self.env._("Today")
        return format_date(self.env, day)
