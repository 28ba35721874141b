from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_base.tools.section import link, metric, row, section

SHOWN = 6


class CrmBoard(models.AbstractModel):
    """The page of a salesperson, about the own business and that of teams led."""

    _inherit = "crm.board"

    @api.model
    def _get_boards(self):
        board = {
            "title": self.env._("My Sales"),
            "group": "sales_team.group_sale_salesman",
        }
        return {**super()._get_boards(), "sales": board}

    @api.model
    def _get_sections(self, role):
        sections = super()._get_sections(role)
        if role == "sales":
            own = self._sfa_own()
            rows = self._sfa_read_orders(own)
            sections += [
                self._sfa_orders(own, rows),
                self._sfa_opportunities(own),
                *self._sfa_people(own, rows),
            ]
        return sections

    def _sfa_own(self):
        """Give what is the reader's own: named, so that an index finds it."""
        me = self.env.uid
        # Who leads a team need not be allowed to read teams.
        led = self.env["crm.team"].sudo().search([("user_id", "=", me)])
        own = Domain("user_id", "=", me)
        return own | Domain("team_id", "in", led.ids) if led else own

    def _sfa_month(self):
        """Give the begin of the month where the reader is, as a moment in UTC.

        A date means midnight of the reader in a domain, and of UTC in a statement.
        """
        first = fields.Date.start_of(fields.Date.context_today(self), "month")
        begin = self.env.tz.localize(datetime.combine(first, time()))
        return begin.astimezone(pytz.utc).replace(tzinfo=None)

    def _sfa_ordered(self):
        return Domain("state", "=", "sale") & Domain(
            "date_order", ">=", self._sfa_month()
        )

    def _sfa_read_orders(self, own):
        """Read all figures of orders in one statement.

        :return: list of ``(state, (user_id, name), count, amount, late)``, the amount
            in the company's currency, today's rate
        """
        orders = self.env["sale.order"]
        orders.flush_model()
        offered = Domain("state", "in", ("draft", "sent"))
        late = Domain("tracking_late", "=", True)
        query = orders._search(own & (self._sfa_ordered() | offered | late))
        by = [
            SQL.identifier(query.table, name)
            for name in ("state", "user_id", "currency_id")
        ]
        query.groupby = SQL(", ").join(by)
        shown = SQL(
            "(%s <> 'sale' OR %s >= %s)",
            by[0],
            SQL.identifier(query.table, "date_order"),
            self._sfa_month(),
        )
        rows = self.env.execute_query(
            query.select(
                *by,
                SQL(
                    "(SELECT p.name FROM res_users u JOIN res_partner p"
                    " ON p.id = u.partner_id WHERE u.id = %s)",
                    by[1],
                ),
                SQL("count(*) FILTER (WHERE %s)", shown),
                SQL("coalesce(sum(amount_untaxed) FILTER (WHERE %s), 0)", shown),
                SQL("count(*) FILTER (WHERE tracking_late)"),
            )
        )
        return [
            (state, (user, name), count, self._to_company(amount, currency), late)
            for state, user, currency, name, count, amount, late in rows
        ]

    def _sfa_orders(self, own, rows):
        """Give the own orders and quotations, and what is late."""
        part = section("orders", self.env._("Orders"), icon="fa-shopping-cart")
        offered = Domain("state", "in", ("draft", "sent"))
        parts = (
            (self.env._("Ordered this month"), self._sfa_ordered(), ("sale",)),
            (self.env._("Quotations"), offered, ("draft", "sent")),
        )
        for place, (label, domain, states) in enumerate(parts):
            found = [one for one in rows if one[0] in states]
            part["metrics"].append(
                metric(
                    label,
                    self._write_money(sum(one[3] for one in found)),
                    tile=10 + place,
                    hint=self.env._(
                        "%(count)s documents", count=sum(one[2] for one in found)
                    ),
                    action=link(label, "sale.order", domain=list(own & domain)),
                )
            )
        part["metrics"].append(
            self._count_metric(
                self.env._("Late orders"),
                "sale.order",
                [*own, ("tracking_late", "=", True)],
                tile=20,
                tone="danger",
                count=sum(one[4] for one in rows),
            )
        )
        return part

    def _sfa_opportunities(self, own):
        """Give the own opportunities that promise most."""
        part = section(
            "opportunities",
            self.env._("Opportunities"),
            icon="fa-star",
            empty=self.env._("You have no open opportunity."),
        )
        leads = self.env["crm.lead"].search_fetch(
            [
                *own,
                ("type", "=", "opportunity"),
                ("stage_id.is_won", "=", False),
            ],
            ["name", "partner_id", "expected_revenue"],
            order="expected_revenue DESC, id",
            limit=SHOWN,
        )
        part["rows"] = [
            row(
                lead.name,
                subtitle=lead.partner_id.display_name or None,
                value=self._write_money(lead.expected_revenue),
                action=link(lead.name, "crm.lead", res_id=lead.id),
            )
            for lead in leads
        ]
        return part

    def _sfa_people(self, own, rows):
        """Give who of the teams that the reader leads ordered how much this month."""
        label = self.env._("Ordered this month")
        part = section("people", label, icon="fa-users")
        ordered = own & self._sfa_ordered()
        sums = {}
        for state, user, more, money, _late in rows:
            if state == "sale" and more:
                count, amount = sums.get(user, (0, 0))
                sums[user] = (count + more, amount + money)
        if all(user_id == self.env.uid for user_id, _name in sums):
            return []
        best = sorted(sums.items(), key=lambda item: (-item[1][1], item[0][0] or 0))
        part["rows"] = [
            row(
                name or self.env._("No salesperson"),
                subtitle=self.env._("%(count)s documents", count=count),
                value=self._write_money(amount),
                action=link(
                    name or label,
                    "sale.order",
                    domain=list(ordered & Domain("user_id", "=", user_id or False)),
                ),
            )
            for (user_id, name), (count, amount) in best[:SHOWN]
        ]
        return [part]
