from odoo import fields, models
from odoo.tools import SQL, formatLang

from odoo.addons.crm_base.tools.section import link, metric, row, section


class ResPartner(models.Model):
    """What the analyses say of a customer, on the customer's page."""

    _inherit = "res.partner"

    def _get_page_queries(self):
        queries = super()._get_page_queries()
        if not self.env.user.has_group("crm_base.crm_base_group_user"):
            return queries
        # Who may read a customer's page may know what is expected of the customer;
        # lists of all customers are for analysts.
        for model in ("mining.run", "mining.customer", "mining.profit", "mining.score"):
            self.env[model].flush_model()
        shown = SQL(
            "r.is_published AND t.partner_id = ANY(%s) AND t.company_id = %s",
            self.ids,
            self.env.company.id,
        )
        queries["mining_value"] = SQL(
            """
            SELECT t.partner_id, t.tier, t.segment, t.place AS rank, t.revenue,
                   r.date_from
              FROM mining_customer t JOIN mining_run r ON r.id = t.run_id
             WHERE %s
            """,
            shown,
        )
        queries["mining_profit"] = SQL(
            """
            SELECT t.partner_id, t.id, t.net_sales, t.discount, t.returns, t.margin,
                   t.serve, t.profit, r.date_from
              FROM mining_profit t JOIN mining_run r ON r.id = t.run_id
             WHERE %s
            """,
            shown,
        )
        queries["mining_score"] = SQL(
            """
            SELECT t.partner_id, r.kind, t.chance, t.value, t.expected_orders,
                   t.expected_date, t.reasons, r.date_to,
                   r.date_to + (r.date_to - r.date_cut) AS date_until,
                   r.date_to - r.date_cut AS horizon_days,
                   row_number() OVER (ORDER BY t.chance DESC, t.id) AS place
              FROM mining_score t JOIN mining_run r ON r.id = t.run_id
             WHERE %s
            """,
            shown,
        )
        return queries

    def _prepare_page_sections(self, rows):
        values = {one["partner_id"]: one for one in rows.get("mining_value", ())}
        scores = {owner_id: [] for owner_id in values}
        for score in rows.get("mining_score", ()):
            scores.setdefault(score["partner_id"], []).append(score)
        sections = super()._prepare_page_sections(rows) + [
            (owner_id, self._mining_section(owner_id, values.get(owner_id), known))
            for owner_id, known in scores.items()
        ]
        return sections + [
            (found["partner_id"], self._mining_profit_section(found))
            for found in rows.get("mining_profit", ())
        ]

    def _mining_profit_section(self, found):
        """Show what was sold; what it cost is for analysts."""
        is_analyst = self.env["mining.profit"].has_access("read")
        part = section(
            "mining_profit",
            self.env._("Result since %(date)s", date=found["date_from"]),
            sequence=26,
            icon="fa-balance-scale",
            action=is_analyst
            and link(
                self.env._("How it comes about"),
                "mining.profit",
                domain=[("id", "=", found["id"])],
            )
            or None,
        )
        shown = [
            (self.env._("Net sales"), "net_sales"),
            (self.env._("Discounts"), "discount"),
            (self.env._("Returns"), "returns"),
        ]
        if is_analyst:
            shown += [
                (self.env._("Gross margin"), "margin"),
                (self.env._("Cost to serve"), "serve"),
                (self.env._("Profit"), "profit"),
            ]
        part["metrics"] += [
            metric(
                label,
                self._mining_money(found[name]),
                tone="danger" if name == "profit" and found[name] < 0 else None,
            )
            for label, name in shown
            if found[name]
        ]
        return part

    def _mining_section(self, owner_id, value, scores):
        is_analyst = self.env["mining.fact"].has_access("read")
        part = section(
            "mining",
            self.env._("Value and Outlook"),
            sequence=25,
            icon="fa-line-chart",
            action=is_analyst
            and link(
                self.env._("What was bought"),
                "mining.fact",
                domain=[("customer_id", "=", owner_id)],
            )
            or None,
        )
        if value:
            part["metrics"] += self._mining_value_metrics(value)
        today = fields.Date.context_today(self)
        for score in scores:
            if fields.Date.to_date(score["date_until"]) < today:
                part["rows"].append(row(self._mining_past_text(score)))
                continue
            part["metrics"] += self._mining_score_metrics(score)
            said = self.env["mining.score"]._say_reasons(score["reasons"])
            part["rows"] += [row(text) for text in said]
        return part

    def _mining_value_metrics(self, value):
        segments = self.env["mining.customer"]._fields["segment"]
        labels = dict(segments._description_selection(self.env))
        return [
            metric(
                self.env._("Tier"),
                value["tier"],
                tone="success" if value["tier"] == "A" else None,
                hint=self.env._(
                    "Place %(place)s; revenue %(revenue)s since %(date)s",
                    place=value["rank"],
                    revenue=self._mining_money(value["revenue"]),
                    date=value["date_from"],
                ),
            ),
            metric(
                self.env._("Habit"),
                labels[value["segment"]],
                tone="warning" if value["segment"] in ("slipping", "fading") else None,
            ),
        ]

    def _mining_past_text(self, score):
        """Say that the days are over of which a score speaks."""
        texts = {
            "next": self.env._("The forecast of the next purchase is over: %(date)s"),
            "lifetime": self.env._("The forecast of revenue is over: %(date)s"),
        }
        return texts[score["kind"]] % {"date": score["date_until"]}

    def _mining_score_metrics(self, score):
        days = score["horizon_days"]
        chance = f"{100 * score['chance']:.0f} %"
        if score["kind"] == "lifetime":
            return [
                metric(
                    self.env._("Expected in %(days)s days", days=days),
                    self._mining_money(score["value"]),
                    hint=self.env._(
                        "%(orders)s purchases after %(day)s; still a customer with "
                        "%(chance)s",
                        orders=f"{score['expected_orders'] or 0:.1f}",
                        day=score["date_to"],
                        chance=chance,
                    ),
                )
            ]
        return [
            metric(
                self.env._("Buys within %(days)s days", days=days),
                chance,
                tone="danger" if score["chance"] < 0.2 else None,
                hint=score["expected_date"]
                and self.env._(
                    "After %(day)s; usually around %(date)s",
                    day=score["date_to"],
                    date=score["expected_date"],
                )
                or self.env._("After %(day)s", day=score["date_to"]),
            )
        ]

    def _mining_money(self, amount):
        """Write an amount of the company, and what nobody knows as a dash."""
        if amount is None:
            return "—"
        currency = self.env.company.currency_id
        return formatLang(self.env, amount, currency_obj=currency)
