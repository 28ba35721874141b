from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools.section import link, metric, section
from .crm_lifecycle import REASON_LABELS, STAGE_LABELS

_TONES = {
    "potential": "muted",
    "new": "info",
    "satisfied": "success",
    "retained": "success",
    "long_standing": "success",
    "dormant": "warning",
    "lost": "danger",
}

#: What a customer is worth to the company is not for the customer in the portal.
READERS = "crm_base.crm_base_group_user"
#: Fields of a customer that stand in `crm.lifecycle`: name there, value without a row.
LIFECYCLE_FIELDS = {
    "lifecycle_stage": ("stage", "potential"),
    "lifecycle_reason": ("reason", "no_order"),
    "lifecycle_since": ("since", None),
    "last_order_date": ("last_order", None),
    "last_contact_date": ("last_contact", None),
    "next_due_date": ("next_due", None),
}


class ResPartner(models.Model):
    """Where a customer stands: read from `crm.lifecycle`, as of last night.

    The fields are not stored on the customer, yet they can be searched, sorted and
    grouped by like stored ones. A contact shows its commercial entity's.
    """

    _inherit = "res.partner"

    lifecycle_stage = fields.Selection(
        STAGE_LABELS,
        compute="_compute_lifecycle",
        search="_search_lifecycle_stage",
        groups=READERS,
    )
    lifecycle_reason = fields.Selection(
        REASON_LABELS,
        compute="_compute_lifecycle",
        search="_search_lifecycle_reason",
        groups=READERS,
    )
    lifecycle_since = fields.Date(
        compute="_compute_lifecycle", search="_search_lifecycle_since", groups=READERS
    )
    last_order_date = fields.Date(
        compute="_compute_lifecycle", search="_search_last_order_date", groups=READERS
    )
    last_contact_date = fields.Date(
        compute="_compute_lifecycle",
        search="_search_last_contact_date",
        groups=READERS,
        help="Last message, meeting, done activity or quotation, as of last night.",
    )
    next_due_date = fields.Date(
        compute="_compute_lifecycle",
        search="_search_next_due_date",
        groups=READERS,
        help="Next open activity or meeting, as of last night.",
    )
    is_neglected = fields.Boolean(
        compute="_compute_lifecycle",
        search="_search_is_neglected",
        groups=READERS,
        help="Has ordered, nobody was in touch for the days set, and nothing is due.",
    )

    # --------------------------------------------------------------- compute, search

    @api.depends("commercial_partner_id")
    def _compute_lifecycle(self):
        owners = self.commercial_partner_id._origin
        # Who has the fields' group and may read the customer may read its lifecycle:
        # the rights of the table itself are for its own list.
        rows = (
            self.env["crm.lifecycle"]
            .sudo()
            .search_fetch(
                [("partner_id", "in", owners.ids)],
                ["partner_id", "orders", *self._lifecycle_columns()],
            )
        )
        by_owner = {row.partner_id.id: row for row in rows}
        before = self._get_neglected_before()
        for partner in self:
            row = by_owner.get(partner.commercial_partner_id._origin.id)
            for name, (column, missing) in LIFECYCLE_FIELDS.items():
                partner[name] = row[column] if row else missing
            partner.is_neglected = bool(
                row
                and row.orders > 0
                and not row.next_due
                and (not row.last_contact or row.last_contact < before)
            )

    @staticmethod
    def _lifecycle_columns():
        return [column for column, _missing in LIFECYCLE_FIELDS.values()]

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in LIFECYCLE_FIELDS or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        column, missing = LIFECYCLE_FIELDS[field_expr]
        joined = query.left_join(
            alias, "commercial_partner_id", "crm_lifecycle", "partner_id", "lifecycle"
        )
        value = SQL.identifier(joined, column)
        return SQL("coalesce(%s, %s)", value, missing) if missing else value

    def _search_lifecycle(self, name, operator, value):
        """Search by a field of the lifecycle; who has no row yet counts as missing."""
        self._check_field_access(self._fields[name], "read")
        column, missing = LIFECYCLE_FIELDS[name]
        domain = Domain(column, operator, value)
        query = self.env["crm.lifecycle"]._search(domain, bypass_access=True)
        found = Domain("commercial_partner_id", "in", query.subselect("partner_id"))
        if not self._lifecycle_missing_matches(operator, value, missing):
            return found
        known = self.env["crm.lifecycle"]._search([], bypass_access=True)
        return found | ~Domain(
            "commercial_partner_id", "in", known.subselect("partner_id")
        )

    @staticmethod
    def _lifecycle_missing_matches(operator, value, missing):
        if operator not in ("in", "not in"):
            return False
        return ((missing or False) in value) == (operator == "in")

    def _search_lifecycle_stage(self, operator, value):
        return self._search_lifecycle("lifecycle_stage", operator, value)

    def _search_lifecycle_reason(self, operator, value):
        return self._search_lifecycle("lifecycle_reason", operator, value)

    def _search_lifecycle_since(self, operator, value):
        return self._search_lifecycle("lifecycle_since", operator, value)

    def _search_last_order_date(self, operator, value):
        return self._search_lifecycle("last_order_date", operator, value)

    def _search_last_contact_date(self, operator, value):
        return self._search_lifecycle("last_contact_date", operator, value)

    def _search_next_due_date(self, operator, value):
        return self._search_lifecycle("next_due_date", operator, value)

    # --------------------------------------------------------------------- neglected

    def _search_is_neglected(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["is_neglected"], "read")
        domain = self._get_neglected_domain()
        return domain if True in value else ~domain

    def _get_neglected_before(self):
        """Give the day before which the last contact counts as too long ago."""
        days = self.env.company.lifecycle_neglected_days
        return fields.Date.subtract(fields.Date.context_today(self), days=days)

    def _get_neglected_domain(self):
        """Say who is neglected: see the help of `is_neglected`."""
        before = self._get_neglected_before()
        query = self.env["crm.lifecycle"]._search(
            Domain("orders", ">", 0)
            & Domain("next_due", "=", False)
            & (
                Domain("last_contact", "=", False) | Domain("last_contact", "<", before)
            ),
            bypass_access=True,
        )
        return Domain("commercial_partner_id", "in", query.subselect("partner_id"))

    # ------------------------------------------------ the facts, open to other addons

    @api.model
    def _customer_purchases_sql(self):
        """Give every purchase of every customer, one row each.

        Override with ``super()`` and ``UNION ALL`` to add a source of purchases.

        :return: SQL with the columns ``partner_id`` (commercial entity), ``date`` (day,
            UTC), ``amount`` (numeric, currency of the seller's company, tax excluded)
        """
        return SQL(
            """
            SELECT p.commercial_partner_id AS partner_id, o.date_order::date AS date,
                   o.amount_untaxed / coalesce(nullif(o.currency_rate, 0), 1) AS amount
              FROM sale_order o
              JOIN res_partner p ON p.id = o.partner_id
             WHERE o.state = 'sale'
            """
        )

    @api.model
    def _customer_ratings_sql(self):
        """Give every rating: ``partner_id`` (commercial entity), ``date``, ``rating``.

        Override with ``super()`` and ``UNION ALL`` to add a source; ratings are 1 to 5.
        """
        return SQL(
            """
            SELECT p.commercial_partner_id AS partner_id,
                   coalesce(r.rated_on, r.write_date)::date AS date,
                   r.rating::float8 AS rating
              FROM rating_rating r
              JOIN res_partner p ON p.id = r.partner_id
             WHERE r.consumed AND r.rating >= 1
            """
        )

    @api.model
    def _customer_contacts_sql(self):
        """Give the days on which somebody was in touch with a customer.

        Messages to and from the customer (not internal notes), done activities, past
        meetings and quotations. Override with ``super()`` and ``UNION ALL``.

        :return: SQL with the columns ``partner_id`` (commercial entity) and ``date``
        """
        return SQL(
            """
            SELECT p.commercial_partner_id AS partner_id, c.date
              FROM (
                  SELECT m.res_id AS partner_id, m.date::date AS date
                    FROM mail_message m
                   WHERE m.model = 'res.partner' AND %(contact)s
                   UNION ALL
                  SELECT l.partner_id, m.date::date
                    FROM mail_message m JOIN crm_lead l ON l.id = m.res_id
                   WHERE m.model = 'crm.lead' AND %(contact)s
                   UNION ALL
                  SELECT m.author_id, m.date::date
                    FROM mail_message m JOIN res_partner a ON a.id = m.author_id
                   WHERE a.partner_share AND m.message_type IN ('email', 'comment')
                   UNION ALL
                  SELECT r.res_partner_id, e.start::date
                    FROM calendar_event e
                    JOIN calendar_event_res_partner_rel r
                      ON r.calendar_event_id = e.id
                   WHERE e.active AND e.start <= now() AT TIME ZONE 'UTC'
                   UNION ALL
                  SELECT o.partner_id, o.date_order::date
                    FROM sale_order o WHERE o.state IN ('sent', 'sale')
              ) c
              JOIN res_partner p ON p.id = c.partner_id
            """,
            contact=SQL(
                """
                (m.mail_activity_type_id IS NOT NULL
                 OR m.message_type IN ('email', 'comment', 'email_outgoing')
                    AND m.is_internal IS NOT TRUE
                    AND NOT EXISTS (
                        SELECT FROM mail_message_subtype t
                         WHERE t.id = m.subtype_id AND t.internal
                    ))
                """
            ),
        )

    @api.model
    def _customer_due_sql(self):
        """Give the days on which something is due with a customer.

        Open activities, coming meetings. Override with ``super()`` and ``UNION ALL``.

        :return: SQL with the columns ``partner_id`` (commercial entity) and ``date``
        """
        return SQL(
            """
            SELECT p.commercial_partner_id AS partner_id, d.date
              FROM (
                  SELECT a.res_id AS partner_id, a.date_deadline AS date
                    FROM mail_activity a
                   WHERE a.res_model = 'res.partner' AND a.active
                   UNION ALL
                  SELECT l.partner_id, a.date_deadline
                    FROM mail_activity a JOIN crm_lead l ON l.id = a.res_id
                   WHERE a.res_model = 'crm.lead' AND a.active
                   UNION ALL
                  SELECT o.partner_id, a.date_deadline
                    FROM mail_activity a JOIN sale_order o ON o.id = a.res_id
                   WHERE a.res_model = 'sale.order' AND a.active
                   UNION ALL
                  SELECT r.res_partner_id, e.start::date
                    FROM calendar_event e
                    JOIN calendar_event_res_partner_rel r
                      ON r.calendar_event_id = e.id
                   WHERE e.active AND e.start > now() AT TIME ZONE 'UTC'
              ) d
              JOIN res_partner p ON p.id = d.partner_id
            """
        )

    # ------------------------------------------------------------ page and metrics

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        if not self._has_field_access(self._fields["lifecycle_stage"], "read"):
            return sections
        owners = self.commercial_partner_id
        for owner in owners:
            sections[owner.id].append(owner._lifecycle_section())
        return sections

    def _lifecycle_section(self):
        """Show where one customer stands; read in batch through the fields."""
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("lifecycle_stage", "lifecycle_reason")
        }
        result = section(
            "lifecycle",
            self.env._("Lifecycle"),
            sequence=20,
            icon="fa-refresh",
            action=link(
                self.env._("History"),
                "crm.lifecycle.log",
                domain=[("partner_id", "=", self.id)],
            )
            if self.env["crm.lifecycle.log"].has_access("read")
            else None,
        )
        since = self.lifecycle_since and format_date(self.env, self.lifecycle_since)
        result["metrics"].append(
            metric(
                self.env._("Stage"),
                labels["lifecycle_stage"][self.lifecycle_stage],
                tone=_TONES.get(self.lifecycle_stage),
                hint=labels["lifecycle_reason"][self.lifecycle_reason],
            )
        )
        if since:
            result["metrics"].append(metric(self.env._("Since"), since))
        for label, day, tone in (
            (self.env._("Last order"), self.last_order_date, None),
            (
                self.env._("Last contact"),
                self.last_contact_date,
                "warning" if self.is_neglected else None,
            ),
            (self.env._("Next due"), self.next_due_date, None),
        ):
            if day:
                result["metrics"].append(
                    metric(label, format_date(self.env, day), tone=tone)
                )
        return result

    def _customer_metrics(self, date_from, date_to):
        """Add ``orders``, ``revenue``, ``first_order``, ``last_order`` of the window.

        The days are `date` or False; see `_customer_purchases_sql` for the money.
        """
        metrics = super()._customer_metrics(date_from, date_to)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.partner_id, count(*), sum(s.amount), min(s.date), max(s.date)
                  FROM (%s) s
                 WHERE s.partner_id = ANY(%s) AND s.date BETWEEN %s AND %s
                 GROUP BY s.partner_id
                """,
                self._customer_purchases_sql(),
                list(metrics),
                date_from,
                date_to,
            )
        )
        found = {row[0]: row[1:] for row in rows}
        for partner_id, values in metrics.items():
            orders, revenue, first, last = found.get(partner_id, (0, 0, False, False))
            values.update(
                orders=orders,
                revenue=float(round(revenue, 2)),
                first_order=first,
                last_order=last,
            )
        return metrics
