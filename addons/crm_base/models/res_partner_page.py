from datetime import datetime

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date
from odoo.tools.misc import formatLang

from ..tools import address
from ..tools.credit import standing
from ..tools.section import alert, link, metric, row, section, tiles, web_link

PEOPLE = 4
INVOICES = 3
ACCOUNTING = "account.group_account_readonly,account.group_account_invoice"


class ResPartner(models.Model):
    """The customer's page: who it is and what it owes, in a handful of queries."""

    _inherit = "res.partner"

    @api.readonly
    def get_customer_page(self):
        """Read all that stands on the page of the customer, except its timeline.

        Works for the whole commercial entity: on a contact, it is the page of the
        contact's company.

        :return: ``{"id", "contact", "header", "alerts", "tiles", "sections", "can",
            "network"}``: ``header`` says who and whose, ``contact`` is the contact the
            page was asked for (False when it is the customer itself), ``tiles`` are at
            most six figures, ``sections`` are in order, ``can`` says which buttons the
            reader has, ``network`` whether there is a picture of relations
        :raise AccessError: the reader has no right to customers' pages
        """
        customer = self._check_customer_page_access()
        rows = customer._read_page_rows()
        customer = customer.with_context(customer_page_rows=rows)
        sections = customer._customer_360_sections()[customer.id]
        sections = sorted(sections, key=lambda part: (part["sequence"], part["key"]))
        return {
            "id": customer.id,
            "contact": self != customer and {"id": self.id, "name": self.name},
            "header": customer._prepare_customer_header(rows["who"][0]),
            "alerts": [note for part in sections for note in part.pop("alerts")],
            "tiles": tiles(sections),
            "sections": sections,
            "can": customer._get_customer_page_rights(),
            "network": self.env["crm.relation"].has_access("read"),
        }

    @api.readonly
    def action_open_customer_page(self):
        """Open the customer's page."""
        self.ensure_one()
        self._check_customer_page_access()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "crm_base.customer_page_action"
            ),
            "context": {"active_id": self.id},
        }

    def _get_customer_page_rights(self):
        return {
            "quotation": self.env["sale.order"].has_access("create"),
            "opportunity": self.env["crm.lead"].has_access("create"),
            "activity": self.has_access("write"),
            "note": self.has_access("write"),
            "edit": self.has_access("write"),
        }

    # ---- who it is

    def _get_who_query(self):
        """Select who each customer is and whose, with the people of it."""
        for model in ("res.partner", "res.partner.category", "res.users"):
            self.env[model].flush_model()
        people = self.env["res.partner"]._search([])
        people.add_where(SQL("res_partner.commercial_partner_id = customer.id"))
        people.add_where(SQL("res_partner.id != customer.id"))
        return SQL(
            """
            SELECT customer.id, customer.name, customer.is_company, customer.active,
                   customer.email, customer.phone, customer.website, customer.vat,
                   customer.ref, customer.street, customer.street2, customer.zip,
                   customer.city, customer.user_id, customer.create_date,
                   customer.write_date, customer.sale_warn_msg, customer.function,
                   seller.name AS salesperson, state.name AS state_name,
                   state.code AS state_code, country.code AS country_code,
                   country.address_format,
                   COALESCE(country.name ->> %(lang)s, country.name ->> 'en_US')
                       AS country_name,
                   (SELECT json_agg(json_build_object(
                               'id', tag.id, 'color', tag.color,
                               'name', COALESCE(tag.name ->> %(lang)s,
                                                tag.name ->> 'en_US'))
                               ORDER BY tag.id)
                      FROM res_partner_res_partner_category_rel AS tagged
                      JOIN res_partner_category AS tag
                        ON tag.id = tagged.category_id AND tag.active
                     WHERE tagged.partner_id = customer.id) AS tags,
                   people.list AS people, people.total AS people_total
              FROM res_partner AS customer
         LEFT JOIN res_users AS u ON u.id = customer.user_id
         LEFT JOIN res_partner AS seller ON seller.id = u.partner_id
         LEFT JOIN res_country_state AS state ON state.id = customer.state_id
         LEFT JOIN res_country AS country ON country.id = customer.country_id
 LEFT JOIN LATERAL (SELECT json_agg(p ORDER BY p.name, p.id)
                               FILTER (WHERE p.place <= %(most)s) AS list,
                           count(*) AS total
                      FROM (%(people)s) AS p) AS people ON TRUE
             WHERE customer.id IN %(ids)s
            """,
            lang=self.env.lang or "en_US",
            people=people.select(
                SQL(
                    "res_partner.id, res_partner.name, res_partner.function, "
                    "res_partner.phone, res_partner.email, row_number() "
                    "OVER (ORDER BY res_partner.name, res_partner.id) AS place"
                )
            ),
            most=PEOPLE,
            ids=tuple(self.ids),
        )

    def _prepare_customer_header(self, who):
        """Say who the customer is and whose; ``who`` is a row of the query above."""
        return {
            "id": who["id"],
            "name": who["name"] or "",
            "is_company": who["is_company"],
            "active": who["active"],
            "unique": who["write_date"],
            "function": who["function"] or False,
            "reference": who["ref"] or False,
            "vat": who["vat"] or False,
            "since": format_date(self.env, datetime.fromisoformat(who["create_date"])),
            "salesperson": who["user_id"]
            and {"id": who["user_id"], "name": who["salesperson"]},
            "tags": who["tags"] or [],
            "lifecycle": self._prepare_lifecycle_badge(),
        }

    def _prepare_lifecycle_badge(self):
        """Give the badge of the lifecycle stage: ``{"key", "label", "tone"}``."""
        if not self.lifecycle_stage:
            return False
        field = self._fields["lifecycle_stage"]
        label = dict(field._description_selection(self.env))[self.lifecycle_stage]
        tones = {
            "potential": "muted",
            "new": "info",
            "dormant": "warning",
            "lost": "danger",
        }
        return {
            "key": self.lifecycle_stage,
            "label": label,
            "tone": tones.get(self.lifecycle_stage, "success"),
        }

    # ---- sections

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        customers = self.commercial_partner_id
        rows = self.env.context.get("customer_page_rows")
        if rows is None:
            rows = customers._read_page_rows()
        for customer_id, section_ in customers._prepare_page_sections(rows):
            sections[customer_id].append(section_)
        return sections

    def _read_page_rows(self):
        """Run the queries of the page as one: opening a page counts its round trips.

        :return: ``{name: [dict]}`` by the column ``place``, if the query has one;
            dates are ISO texts, as in JSON
        """
        queries = self._get_page_queries() if self else {}
        rows = {name: [] for name in queries}
        if not queries:
            return rows
        union = SQL(" UNION ALL ").join(
            SQL("SELECT %s, to_jsonb(page_row) FROM (%s) AS page_row", name, query)
            for name, query in queries.items()
        )
        for name, values in self.env.execute_query(union):
            rows[name].append(values)
        for values in rows.values():
            values.sort(key=lambda row: row.get("place") or 0)
        return rows

    def _get_page_queries(self):
        """Give the queries of the page, read as one; see :meth:`_read_page_rows`.

        Override with ``super()`` beside :meth:`_prepare_page_sections`.

        :return: ``{name: SQL}`` for the commercial entities ``self``
        """
        queries = {"who": self._get_who_query()}
        # Replaces the right to read journal items: who sees a customer's balance is
        # decided by the method called; only sums and the longest open invoices leave.
        customers = self._get_money_customers().sudo()
        if customers:
            queries["money"] = customers._get_money_query()
        return queries

    def _prepare_page_sections(self, rows):
        """Make the sections of the rows: list of ``(partner_id, section)``."""
        sections = [(who["id"], self._prepare_who_section(who)) for who in rows["who"]]
        if "money" in rows:
            money = self._get_money_customers()._group_money(rows["money"])
            sections += [
                (customer_id, self._prepare_money_section(customer_id, values))
                for customer_id, values in money.items()
            ]
        return sections

    def _prepare_who_section(self, who):
        part = section(
            "who",
            self.env._("Contact"),
            sequence=10,
            icon="fa-address-card-o",
            empty=self.env._(
                "No phone, mail or address yet. Edit the contact to add them."
            ),
            action=link(
                self.env._("All contacts"),
                "res.partner",
                domain=[("commercial_partner_id", "=", who["id"])],
            ),
        )
        place = address.one_line(who["address_format"], who)
        for value, icon, url in (
            (who["phone"], "fa-phone", "tel:"),
            (who["email"], "fa-envelope-o", "mailto:"),
            (who["website"], "fa-globe", ""),
            (place, "fa-map-marker", None),
        ):
            if value:
                part["rows"].append(row(value, icon=icon, action=web_link(value, url)))
        for person in who["people"] or []:
            details = (person["function"], person["phone"] or person["email"])
            part["rows"].append(
                row(
                    person["name"] or person["email"] or self.env._("Unnamed address"),
                    subtitle=" · ".join(filter(None, details)) or None,
                    icon="fa-user-o",
                    action=link(person["name"], "res.partner", res_id=person["id"]),
                )
            )
        if (who["people_total"] or 0) > PEOPLE:
            part["rows"].append(
                row(
                    self.env._("%(count)s more", count=who["people_total"] - PEOPLE),
                    icon="fa-ellipsis-h",
                    action=part["action"],
                )
            )
        if who["sale_warn_msg"]:
            part["alerts"].append(alert(who["sale_warn_msg"]))
        if not who["active"]:
            part["alerts"].append(
                alert(self.env._("This customer is archived."), tone="muted")
            )
        return part

    # ---- what it owes

    def _get_money_customers(self):
        """Give the customers whose balance the current user may see.

        Accounting sees all. A salesperson sees the customers that are his or her own
        (or nobody's), and whoever sees all orders sees all.
        """
        customers = self.commercial_partner_id
        user = self.env.user
        if self.env.su or any(map(user.has_group, ACCOUNTING.split(","))):
            return customers
        if user.has_group("sales_team.group_sale_salesman_all_leads"):
            return customers
        if not user.has_group("sales_team.group_sale_salesman"):
            return customers.browse()
        return customers.filtered(
            lambda customer: customer.user_id.id in (user.id, False)
        )

    def _group_money(self, rows):
        """Sort what customers owe and what they bought by customer.

        Open and overdue are the figures of the credit check.

        :return: ``{partner_id: {"standing": Standing, "invoiced": {currency_id:
            amount}, "invoices": [dict], "limit": number}}``; ``invoiced`` is that of
            12 months, without tax, over the selected companies
        """
        today = fields.Date.context_today(self)
        use_limit = self.env.company.sudo().account_use_credit_limit
        money = {
            customer.id: {
                "standing": standing([], today),
                "invoiced": {},
                "invoices": [],
                # The limit goes with the balance, which the user may see.
                "limit": customer.sudo().credit_limit if use_limit else 0,
            }
            for customer in self
        }
        for row_ in rows:
            customer, values = money[row_["customer_id"]], row_["values"]
            if row_["part"] == "open":
                items = [(fields.Date.to_date(due), left) for due, left in values]
                customer["standing"] = standing(items, today)
            elif row_["part"] == "unpaid":
                customer["invoices"] = values
            else:
                customer["invoiced"][row_["currency_id"]] = row_["invoiced"]
        return money

    def _get_money_query(self):
        """Select what is open, what was invoiced, and the invoices that wait longest.

        :return: SQL of ``(part, customer_id, currency_id, invoiced, values)``: part
            ``open`` has ``values`` ``[[due date, residual]]``, ``unpaid`` a few
            invoices, ``invoiced`` a sum in a currency
        """
        today = fields.Date.context_today(self)
        self.env["account.move"].flush_model()
        return SQL(
            """
            SELECT 'open' AS part, item.partner_id AS customer_id,
                   NULL::integer AS currency_id, NULL::numeric AS invoiced,
                   json_agg(json_build_array(item.due, item.residual)) AS values
              FROM (%(open)s) AS item
             GROUP BY item.partner_id
         UNION ALL
            SELECT 'invoiced', move.commercial_partner_id, company.currency_id,
                   sum(move.amount_untaxed_signed), NULL
              FROM account_move AS move
              JOIN res_company AS company ON company.id = move.company_id
             WHERE move.commercial_partner_id IN %(ids)s
               AND move.company_id IN %(companies)s AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND move.invoice_date > %(start)s
             GROUP BY move.commercial_partner_id, company.currency_id
         UNION ALL
            SELECT 'unpaid', unpaid.customer_id, NULL, NULL,
                   json_agg(unpaid ORDER BY unpaid.place)
              FROM (
                    SELECT move.commercial_partner_id AS customer_id, move.id,
                           move.name, move.invoice_date_due AS due, move.currency_id,
                           move.amount_residual AS residual,
                           row_number() OVER (
                               PARTITION BY move.commercial_partner_id
                               ORDER BY move.invoice_date_due, move.id) AS place
                      FROM account_move AS move
                     WHERE move.commercial_partner_id IN %(ids)s
                       AND move.company_id IN %(companies)s AND move.state = 'posted'
                       AND move.move_type IN ('out_invoice', 'out_receipt')
                       AND move.payment_state IN ('not_paid', 'partial')
                   ) AS unpaid
             WHERE unpaid.place <= %(most)s
             GROUP BY unpaid.customer_id
            """,
            open=self._get_open_items_query(self, self.env.company),
            start=today - relativedelta(years=1),
            ids=tuple(self.ids),
            companies=tuple(self.env.companies.ids),
            most=INVOICES,
        )

    def _prepare_invoice_row(self, invoice):
        due = fields.Date.to_date(invoice["due"])
        late = due and (fields.Date.context_today(self) - due).days
        if late and late > 0:
            subtitle = self.env._("%(days)s days overdue", days=late)
        else:
            subtitle = self.env._("Due on %(date)s", date=format_date(self.env, due))
        return row(
            invoice["name"],
            subtitle=subtitle,
            value=self._format_sums({invoice["currency_id"]: invoice["residual"]}),
            tone="danger" if late and late > 0 else None,
            action=link(invoice["name"], "account.move", res_id=invoice["id"]),
        )

    def _prepare_money_section(self, customer_id, money):
        currency_id = self.env.company.currency_id.id
        credit = money["standing"]
        owed = self._format_sums({currency_id: credit.open})
        over_limit = money["limit"] and credit.open > money["limit"]
        invoices = [
            ("commercial_partner_id", "=", customer_id),
            ("move_type", "in", ("out_invoice", "out_refund")),
            ("state", "=", "posted"),
        ]
        part = section(
            "money",
            self.env._("Money"),
            sequence=30,
            icon="fa-money",
            empty=self.env._("Nothing is open: every invoice is paid."),
            action=link(self.env._("Invoices"), "account.move", domain=invoices),
        )
        part["metrics"] = self._prepare_money_metrics(money, invoices)
        part["rows"] = [self._prepare_invoice_row(one) for one in money["invoices"]]
        if money["limit"]:
            limit = self._format_sums({currency_id: money["limit"]})
            part["metrics"].append(
                metric(
                    self.env._("Credit limit"),
                    limit,
                    tone="danger" if over_limit else None,
                )
            )
        if over_limit:
            part["alerts"].append(
                alert(
                    self.env._(
                        "%(open)s is open, over the credit limit of %(limit)s. Collect "
                        "before the next order.",
                        open=owed,
                        limit=limit,
                    ),
                    tone="danger",
                )
            )
        return part

    def _prepare_money_metrics(self, money, invoices):
        """Make the figures of the money section; ``invoices`` is a domain."""
        currency_id = self.env.company.currency_id.id
        credit = money["standing"]
        unpaid = [*invoices, ("payment_state", "in", ("not_paid", "partial"))]
        late = [*unpaid, ("invoice_date_due", "<", fields.Date.context_today(self))]
        return [
            metric(
                self.env._("Open"),
                self._format_sums({currency_id: credit.open}),
                hint=self.env._("Posted and not yet paid, tax included"),
                action=link(self.env._("Open invoices"), "account.move", domain=unpaid),
                tile=10,
            ),
            metric(
                self.env._("Overdue"),
                self._format_sums({currency_id: credit.overdue}),
                tone="danger" if credit.overdue else "success",
                hint=self.env._("Past its due date, tax included"),
                action=link(
                    self.env._("Overdue invoices"), "account.move", domain=late
                ),
                tile=20,
            ),
            metric(
                self.env._("Invoiced in 12 months"),
                self._format_sums(money["invoiced"]),
                hint=self.env._("Without tax, credit notes taken off"),
                action=link(self.env._("Invoices"), "account.move", domain=invoices),
                tile=30,
            ),
        ]

    # ---- formats

    @api.model
    def _format_sums(self, sums):
        """Write amounts of one or more currencies in the reader's language.

        :param sums: ``{currency_id: amount}``; empty is zero in the company's currency
        """
        sums = {key: amount for key, amount in sums.items() if amount} or {
            self.env.company.currency_id.id: 0
        }
        currencies = self.env["res.currency"].browse(sums)
        return " + ".join(
            formatLang(self.env, sums[currency.id], currency_obj=currency)
            for currency in currencies
        )
