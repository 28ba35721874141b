from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import timeline

MAX_LIMIT = 100


class ResPartner(models.Model):
    """The timeline of a customer: one page is one query, whatever the sources."""

    _inherit = "res.partner"

    @api.readonly
    def get_customer_timeline(
        self, kinds=None, date_from=None, date_to=None, cursor=None, limit=30
    ):
        """Read one page of the timeline of the customer, newest first.

        :param kinds: list of filters (the ``kind`` of an entry of ``kinds`` below), or
            ``None`` for all
        :param date_from: first day, ISO date in the reader's time zone, inclusive
        :param date_to: last day, ISO date in the reader's time zone, inclusive
        :param cursor: ``next_cursor`` of the page before, or ``None`` for the first
        :param limit: items of a page, 1 to 100
        :return: ``{"items": […], "next_cursor": text or False, "kinds": […]}``. An item
            has ``kind``, ``group``, ``label``, ``icon``, ``tone``, ``date`` (UTC text),
            ``date_only``, ``title``, ``amount`` (number or False), ``currency_id``,
            ``res_model``, ``res_id``, ``author``; ``kinds`` are the filters that the
            reader has: ``{"kind", "label", "icon"}``
        :raise AccessError: the reader has no right to customers' pages
        :raise UserError: an argument cannot be understood
        """
        customer = self._check_customer_page_access()
        limit = customer._check_timeline_limit(limit)
        place = customer._check_timeline_cursor(cursor)
        queries = customer._customer_timeline_queries()
        looks = customer._get_timeline_looks(queries)
        chosen = customer._check_timeline_kinds(kinds)
        wanted = {
            kind: query
            for kind, query in queries.items()
            if chosen is None or looks[kind]["group"] in chosen
        }
        bounds = customer._get_timeline_bounds(date_from, date_to)
        rows = customer._read_timeline(wanted, looks, bounds, place, limit + 1)
        items = [customer._prepare_timeline_item(row, looks) for row in rows[:limit]]
        next_cursor = False
        if len(rows) > limit:
            last = rows[limit - 1]
            next_cursor = timeline.encode(
                timeline.Place(last["date"], last["kind"], last["res_id"])
            )
        return {
            "items": items,
            "next_cursor": next_cursor,
            "kinds": customer._get_timeline_filters(looks),
        }

    # ---- arguments

    def _check_customer_page_access(self):
        """Give the commercial entity of one partner, if the user may see its page.

        :raise AccessError: the user works with no customers, or may not read this one
        """
        self.ensure_one()
        self._check_customer_page_user()
        self.check_access("read")
        customer = self.commercial_partner_id
        customer.check_access("read")
        return customer

    @api.model
    def _check_customer_page_user(self):
        if not self.env.su and not self.env.user.has_group(
            "crm_base.crm_base_group_user"
        ):
            raise AccessError(
                self.env._(
                    "The customer's page is for those who work with customers. Ask an "
                    "administrator for the right “Customer Relations: User”."
                )
            )

    def _check_timeline_limit(self, limit):
        if type(limit) is not int or not 1 <= limit <= MAX_LIMIT:
            raise UserError(
                self.env._(
                    "A page of the timeline has 1 to %(most)s items. Ask for fewer.",
                    most=MAX_LIMIT,
                )
            )
        return limit

    def _check_timeline_cursor(self, cursor):
        if cursor is None or cursor is False:
            return None
        try:
            return timeline.decode(cursor)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "This place in the timeline of %(customer)s cannot be found. Load "
                    "the page again.",
                    customer=self.display_name,
                )
            ) from error

    def _check_timeline_kinds(self, kinds):
        if kinds is None or kinds is False:
            return None
        if not isinstance(kinds, list | tuple) or not all(
            isinstance(kind, str) for kind in kinds
        ):
            raise UserError(
                self.env._("The filters of the timeline must be a list of names.")
            )
        return set(kinds)

    def _get_timeline_bounds(self, date_from, date_to):
        """Turn two days of the reader into bounds for dates and for moments.

        :return: ``{date_only: (first moment or None, last moment or None)}``, naive UTC
        """
        try:
            first = fields.Date.to_date(date_from or None)
            last = fields.Date.to_date(date_to or None)
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._(
                    "The dates of the timeline must be written as year-month-day, for "
                    "example 2026-03-31."
                )
            ) from error
        start = first and datetime.combine(first, time.min)
        end = last and datetime.combine(last, time.max)
        return {
            True: (start, end),
            False: tuple(map(self._get_timeline_moment, (start, end))),
        }

    def _get_timeline_moment(self, moment):
        """Turn the reader's wall clock into naive UTC, at the ends of time as it is."""
        try:
            local = moment and self.env.tz.localize(moment)
            return moment and local.astimezone(pytz.utc).replace(tzinfo=None)
        except OverflowError:
            return moment

    # ---- reading

    def _read_timeline(self, queries, looks, bounds, place, limit):
        """Run the union of the sources, each cut to what this page can need.

        :return: list of dicts, newest first, at most ``limit``
        """
        if not queries:
            return []
        parts = [
            SQL(
                "(SELECT s.date, %(kind)s AS kind, s.title, s.amount, s.currency_id, "
                "s.res_model, s.res_id, s.author_id FROM (%(query)s) AS s "
                "WHERE %(where)s ORDER BY s.date DESC, s.res_id DESC LIMIT %(limit)s)",
                kind=kind,
                query=query,
                where=self._get_timeline_where(
                    kind, bounds[looks[kind]["date_only"]], place
                ),
                limit=limit,
            )
            for kind, query in sorted(queries.items())
        ]
        # The author's name is part of what the reader may read of the record, as in
        # the platform's own messages.
        self.env["res.partner"].flush_model(["name"])
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT t.*, author.name AS author
                  FROM (
                        SELECT *
                          FROM (%(union)s) AS u
                         ORDER BY u.date DESC, u.kind COLLATE "C" DESC, u.res_id DESC
                         LIMIT %(limit)s
                       ) AS t
             LEFT JOIN res_partner AS author ON author.id = t.author_id
                 ORDER BY t.date DESC, t.kind COLLATE "C" DESC, t.res_id DESC
                """,
                union=SQL(" UNION ALL ").join(parts),
                limit=limit,
            )
        )
        for row in rows:
            if not isinstance(row["date"], datetime):
                row["date"] = datetime.combine(row["date"], time.min)
        return rows

    def _get_timeline_where(self, kind, bounds, place):
        first, last = bounds
        where = [SQL("s.date IS NOT NULL")]
        if first:
            where.append(SQL("s.date >= %s", first))
        if last:
            where.append(SQL("s.date <= %s", last))
        if place:
            allowed = place.allows(kind)
            if allowed == "same":
                where.append(
                    SQL("(s.date, s.res_id) < (%s, %s)", place.date, place.res_id)
                )
            elif allowed == "upto":
                where.append(SQL("s.date <= %s", place.date))
            else:
                where.append(SQL("s.date < %s", place.date))
        return SQL(" AND ").join(where)

    # ---- looks

    def _get_timeline_looks(self, queries):
        """Complete the looks of the kinds that the reader has."""
        known = self._customer_timeline_kinds()
        looks = {}
        for kind in queries:
            look = known.get(kind, {})
            looks[kind] = {
                "label": look.get("label", kind),
                "icon": look.get("icon", "fa-circle-o"),
                "sequence": look.get("sequence", 99),
                "group": look.get("group", kind),
                "tone": look.get("tone"),
                "date_only": bool(look.get("date_only")),
                "markup": bool(look.get("markup")),
            }
        return looks

    def _get_timeline_filters(self, looks):
        """List the filters: one a group, named by the kind that leads the group."""
        known = self._customer_timeline_kinds()
        groups = {}
        for kind, look in looks.items():
            lead = known.get(look["group"], look)
            groups[look["group"]] = {
                "kind": look["group"],
                "label": lead.get("filter") or lead.get("label", kind),
                "icon": lead.get("icon", look["icon"]),
                "sequence": lead.get("sequence", look["sequence"]),
            }
        chips = sorted(
            groups.values(), key=lambda chip: (chip["sequence"], chip["kind"])
        )
        return [{key: chip[key] for key in ("kind", "label", "icon")} for chip in chips]

    def _prepare_timeline_item(self, row, looks):
        look = looks[row["kind"]]
        return {
            "kind": row["kind"],
            "group": look["group"],
            "label": look["label"],
            "icon": look["icon"],
            "tone": look["tone"],
            "date": fields.Datetime.to_string(row["date"]),
            "date_only": look["date_only"],
            "title": timeline.plain(row["title"]) if look["markup"] else row["title"],
            "amount": False if row["amount"] is None else float(row["amount"]),
            "currency_id": row["currency_id"] or False,
            "res_model": row["res_model"],
            "res_id": row["res_id"],
            "author": row["author"] or False,
        }
