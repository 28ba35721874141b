from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.timeline import MAX_ID

# characters of a message that are read for its title
PREVIEW = 600
# how far ahead planned meetings stand on the timeline; a weekly series ends somewhere
AHEAD = "31 days"


class ResPartner(models.Model):
    """What the platform itself knows about a customer, as sources of the timeline."""

    _inherit = "res.partner"

    def _customer_document_fields(self):
        return {
            **super()._customer_document_fields(),
            "crm.lead": "partner_id",
            "sale.order": "partner_id",
        }

    def _customer_timeline_queries(self):
        queries = super()._customer_timeline_queries()
        documents = self._get_customer_documents()
        queries["mail"] = self._get_message_query(documents, internal=False)
        queries["note"] = self._get_message_query(documents, internal=True)
        queries["activity"] = self._get_activity_query(documents, done=False)
        queries["activity_done"] = self._get_activity_query(documents, done=True)
        if self.env["calendar.event"].has_access("read"):
            queries["meeting"] = self._get_meeting_query(documents)
        if "crm.lead" in documents:
            queries["opportunity"] = self._get_lead_query("create_date", Domain.TRUE)
            for status in ("won", "lost"):
                queries[f"opportunity_{status}"] = self._get_lead_query(
                    "date_closed", Domain("won_status", "=", status)
                )
        if self.env["rating.rating"].has_access("read"):
            queries["rating"] = self._get_rating_query()
        return queries

    def _customer_timeline_kinds(self):
        return {
            **super()._customer_timeline_kinds(),
            **self._get_business_kinds(),
            **self._get_contact_kinds(),
        }

    @api.model
    def _get_business_kinds(self):
        """Say how opportunities and the documents of an order look."""
        deal = {"group": "opportunity", "sequence": 10}
        return {
            "opportunity": {
                **deal,
                "label": self.env._("New opportunity"),
                "filter": self.env._("Opportunities"),
                "icon": "fa-star-o",
            },
            "opportunity_won": {
                **deal,
                "label": self.env._("Opportunity won"),
                "icon": "fa-trophy",
                "tone": "success",
            },
            "opportunity_lost": {
                **deal,
                "label": self.env._("Opportunity lost"),
                "icon": "fa-thumbs-o-down",
                "tone": "danger",
            },
            "order": {
                "label": self.env._("Order"),
                "filter": self.env._("Orders"),
                "icon": "fa-shopping-cart",
                "sequence": 20,
            },
            "delivery": {
                "label": self.env._("Delivery"),
                "filter": self.env._("Deliveries"),
                "icon": "fa-truck",
                "sequence": 30,
            },
            "invoice": {
                "label": self.env._("Invoice"),
                "filter": self.env._("Invoices"),
                "icon": "fa-file-text-o",
                "sequence": 35,
                "date_only": True,
            },
            "payment": {
                "label": self.env._("Payment"),
                "filter": self.env._("Payments"),
                "icon": "fa-money",
                "sequence": 40,
                "date_only": True,
                "tone": "success",
            },
        }

    @api.model
    def _get_contact_kinds(self):
        """Say how what people said and planned looks."""
        todo = {"group": "activity", "sequence": 60, "date_only": True}
        return {
            "meeting": {
                "label": self.env._("Meeting"),
                "filter": self.env._("Meetings"),
                "icon": "fa-calendar",
                "sequence": 50,
            },
            "activity": {
                **todo,
                "label": self.env._("Planned activity"),
                "filter": self.env._("Activities"),
                "icon": "fa-clock-o",
                "tone": "info",
            },
            "activity_done": {
                **todo,
                "label": self.env._("Activity done"),
                "icon": "fa-check",
                "tone": "success",
            },
            "mail": {
                "label": self.env._("Message"),
                "filter": self.env._("Messages"),
                "icon": "fa-envelope-o",
                "sequence": 70,
                "markup": True,
            },
            "note": {
                "label": self.env._("Note"),
                "filter": self.env._("Notes"),
                "icon": "fa-sticky-note-o",
                "sequence": 75,
                "tone": "warning",
                "markup": True,
            },
            "rating": {
                "label": self.env._("Rating"),
                "filter": self.env._("Ratings"),
                "icon": "fa-smile-o",
                "sequence": 80,
            },
        }

    # ---- the documents of a customer

    def _get_customer_documents(self):
        """Find the documents whose mails and activities belong to the customers.

        :return: ``{model: SQL}`` of what the current user may read; each SQL yields
            ``res_id`` and ``customer_id`` (the commercial entity)
        """
        documents = {}
        for model, field in self._customer_document_fields().items():
            records = self.env[model].with_context(active_test=False)
            if not records.has_access("read"):
                continue
            query = self._search_customer_records(model, field)
            documents[model] = query.select(
                SQL("%s AS res_id", SQL.identifier(records._table, "id")),
                SQL("customer.commercial_partner_id AS customer_id"),
            )
        return documents

    def _search_customer_records(self, model, field="partner_id", domain=Domain.TRUE):
        """Find the records of the customers that the current user may read.

        :param field: stored field of ``model`` that leads to a partner
        :return: a query joined with ``customer``, the partner of the record
        """
        records = self.env[model].with_context(active_test=False)
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        records.flush_model([field] if field != "id" else None)
        query = records._search(domain)
        query.add_join(
            "JOIN",
            "customer",
            "res_partner",
            SQL("customer.id = %s", SQL.identifier(records._table, field)),
        )
        query.add_where(
            SQL(
                "customer.commercial_partner_id IN %s",
                tuple(self.commercial_partner_id.ids) or (0,),
            )
        )
        return query

    @api.model
    def _get_documents_union(self, documents):
        """Make one source of all documents: ``model``, ``res_id``, ``customer_id``."""
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %(model)s AS model, d.res_id, d.customer_id "
                "FROM (%(query)s) AS d",
                model=model,
                query=query,
            )
            for model, query in documents.items()
        )

    # ---- one query a source

    def _get_message_query(self, documents, *, internal):
        """Read what people wrote on the documents, without what the system logged.

        Whoever may read a document may read its messages (the platform's rule for
        employees), except those addressed to one user.
        """
        self.env["mail.message"].flush_model(
            ["model", "res_id", "date", "subject", "body", "author_id", "message_type"]
        )
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        kind = SQL("message.subtype_id IS DISTINCT FROM %s", note)
        if internal:
            kind = SQL("message.subtype_id = %s", note)
        return SQL(
            """
            SELECT message.date,
                   CASE WHEN message.message_type != 'comment'
                        THEN COALESCE(NULLIF(message.subject, '') || ' — ', '')
                        ELSE '' END
                       || LEFT(message.body, %(preview)s) AS title,
                   NULL::numeric AS amount, NULL::integer AS currency_id,
                   'mail.message' AS res_model, message.id AS res_id,
                   message.author_id
              FROM (%(documents)s) AS document
              JOIN mail_message AS message
                ON message.model = document.model AND message.res_id = document.res_id
             WHERE message.message_type IN ('comment', 'email', 'email_outgoing')
               AND %(kind)s
            """,
            preview=PREVIEW,
            documents=self._get_documents_union(documents),
            kind=kind,
        )

    def _get_activity_query(self, documents, *, done):
        """Read the activities on the documents; Odoo archives those that are done."""
        self.env["mail.activity"].flush_model()
        return SQL(
            """
            SELECT %(date)s::timestamp AS date,
                   COALESCE(NULLIF(activity.summary, ''), type.name ->> %(lang)s,
                            type.name ->> 'en_US') AS title,
                   NULL::numeric AS amount, NULL::integer AS currency_id,
                   'mail.activity' AS res_model, activity.id AS res_id,
                   assignee.partner_id AS author_id
              FROM (%(documents)s) AS document
              JOIN mail_activity AS activity
                ON activity.res_model = document.model
               AND activity.res_id = document.res_id
         LEFT JOIN mail_activity_type AS type ON type.id = activity.activity_type_id
         LEFT JOIN res_users AS assignee ON assignee.id = activity.user_id
             WHERE activity.active IS %(active)s
            """,
            date=SQL("activity.date_done" if done else "activity.date_deadline"),
            lang=self.env.lang or "en_US",
            documents=self._get_documents_union(documents),
            active=SQL("NOT TRUE" if done else "TRUE"),
        )

    def _get_meeting_query(self, documents):
        """Read the meetings with a person of the customer or about an opportunity.

        Another person's private meeting stays out: its title is not for the reader.
        """
        events = self.env["calendar.event"]
        events.flush_model()
        query = events._search(events._get_default_privacy_domain())
        leads = SQL("")
        if "crm.lead" in documents:
            leads = SQL(
                "UNION SELECT about.id FROM calendar_event AS about "
                "JOIN (%s) AS lead ON lead.res_id = about.opportunity_id",
                documents["crm.lead"],
            )
        query.add_where(
            SQL(
                """
                calendar_event.id IN (
                    SELECT attendee.calendar_event_id
                      FROM (%(partners)s) AS person
                      JOIN calendar_event_res_partner_rel AS attendee
                        ON attendee.res_partner_id = person.res_id
                    %(leads)s
                )
                AND calendar_event.start
                    < (now() AT TIME ZONE 'UTC') + CAST(%(ahead)s AS interval)
                """,
                partners=documents["res.partner"],
                leads=leads,
                ahead=AHEAD,
            )
        )
        return query.select(
            SQL("calendar_event.start AS date"),
            SQL("calendar_event.name AS title"),
            SQL("NULL::numeric AS amount"),
            SQL("NULL::integer AS currency_id"),
            SQL("'calendar.event' AS res_model"),
            SQL("calendar_event.id AS res_id"),
            SQL(
                "(SELECT organizer.partner_id FROM res_users AS organizer "
                "WHERE organizer.id = calendar_event.user_id) AS author_id"
            ),
        )

    def _get_lead_query(self, date_field, domain):
        query = self._search_customer_records("crm.lead", domain=domain)
        self.env["crm.lead"].flush_model()
        return query.select(
            SQL("%s AS date", SQL.identifier("crm_lead", date_field)),
            SQL("crm_lead.name AS title"),
            SQL("NULLIF(crm_lead.expected_revenue, 0) AS amount"),
            SQL(
                "(SELECT company.currency_id FROM res_company AS company "
                "WHERE company.id = COALESCE(crm_lead.company_id, %s)) AS currency_id",
                self.env.company.id,
            ),
            SQL("'crm.lead' AS res_model"),
            SQL("crm_lead.id AS res_id"),
            SQL(
                "(SELECT seller.partner_id FROM res_users AS seller "
                "WHERE seller.id = crm_lead.user_id) AS author_id"
            ),
        )

    def _get_rating_query(self):
        query = self._search_customer_records(
            "rating.rating", domain=Domain("consumed", "=", True)
        )
        self.env["rating.rating"].flush_model()
        return query.select(
            SQL("rating_rating.rated_on AS date"),
            SQL(
                "repeat('★', round(rating_rating.rating)::int) "
                "|| repeat('☆', 5 - round(rating_rating.rating)::int) "
                "|| COALESCE(' ' || rating_rating.feedback, '') AS title"
            ),
            SQL("NULL::numeric AS amount"),
            SQL("NULL::integer AS currency_id"),
            SQL("'rating.rating' AS res_model"),
            SQL("rating_rating.id AS res_id"),
            SQL("rating_rating.partner_id AS author_id"),
        )

    # ---- opening

    @api.model
    @api.readonly
    def get_customer_timeline_action(self, res_model, res_id):
        """Say what a click on an item of the timeline opens.

        A message, an activity and a rating stand on a document: that is what opens.

        :return: an action for the web client
        :raise UserError: the item is gone, or does not exist
        :raise AccessError: the reader may not read it
        """
        self._check_customer_page_user()
        if not self._is_timeline_record(res_model, res_id):
            raise UserError(self.env._("This entry of the timeline cannot be opened."))
        record = self.env[res_model].with_context(active_test=False).browse(res_id)
        # Whether a record exists is for those who may read such records.
        record.browse().check_access("read")
        if not record.exists():
            raise UserError(
                self.env._(
                    "This entry of the timeline has been deleted. Load the page again."
                )
            )
        record.check_access("read")
        model, record_id = self._get_timeline_target(record)
        if model not in self.env or not record_id:
            model, record_id = res_model, res_id
        self.env[model].browse(record_id).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def _is_timeline_record(self, res_model, res_id):
        """Tell whether a model and an id from the client can name a record."""
        return (
            isinstance(res_model, str)
            and res_model in self.env
            and not self.env[res_model]._abstract
            and type(res_id) is int
            and 0 < res_id <= MAX_ID
        )

    @api.model
    def _get_timeline_target(self, record):
        """Give the document on which an item stands: ``(model, id)``."""
        fields_by_model = {
            "mail.message": ("model", "res_id"),
            "mail.activity": ("res_model", "res_id"),
            "rating.rating": ("res_model", "res_id"),
        }
        if record._name not in fields_by_model:
            return record._name, record.id
        model_field, id_field = fields_by_model[record._name]
        return record[model_field], record[id_field]
