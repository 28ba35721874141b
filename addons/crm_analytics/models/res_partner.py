from odoo import fields, models
from odoo.tools import formatLang

from odoo.addons.crm_base.tools.section import link, metric, row, section


class ResPartner(models.Model):
    """What the analyses say of a customer, on the customer's page."""

    _inherit = "res.partner"

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        if not self.env.user.has_group("crm_base.crm_base_group_user"):
            return sections
        owners = self.commercial_partner_id
        # Who may read a customer's page may know what is expected of the customer;
        # lists of all customers are for analysts.
        domain = [
            ("partner_id", "in", owners.ids),
            ("run_id.is_published", "=", True),
            ("company_id", "=", self.env.company.id),
        ]
        values = self.env["mining.customer"].sudo().search(domain).grouped("partner_id")
        scores = self.env["mining.score"].sudo().search(domain).grouped("partner_id")
        for owner in owners:
            value = values.get(owner, self.env["mining.customer"])[:1]
            known = scores.get(owner, self.env["mining.score"])
            if value or known:
                sections[owner.id].append(self._mining_section(owner, value, known))
        return sections

    def _mining_section(self, owner, value, scores):
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
                domain=[("customer_id", "=", owner.id)],
            )
            or None,
        )
        if value:
            part["metrics"] += self._mining_value_metrics(value)
        for score in scores:
            part["metrics"] += self._mining_score_metrics(score)
            part["rows"] += [row(text) for text in score._reason_lines()]
        return part

    def _mining_value_metrics(self, value):
        labels = dict(value._fields["segment"]._description_selection(self.env))
        return [
            metric(
                self.env._("Tier"),
                value.tier,
                tone="success" if value.tier == "A" else None,
                hint=self.env._(
                    "Place %(place)s; revenue %(revenue)s since %(date)s",
                    place=value.place,
                    revenue=self._mining_money(value.revenue, value),
                    date=fields.Date.to_string(value.run_id.date_from),
                ),
            ),
            metric(
                self.env._("Habit"),
                labels[value.segment],
                tone="warning" if value.segment in ("slipping", "fading") else None,
            ),
        ]

    def _mining_score_metrics(self, score):
        days = score.run_id.model_id.horizon_days
        chance = f"{100 * score.chance:.0f} %"
        if score.kind == "lifetime":
            return [
                metric(
                    self.env._("Expected in %(days)s days", days=days),
                    self._mining_money(score.value, score),
                    hint=self.env._(
                        "%(orders)s purchases; still a customer with %(chance)s",
                        orders=f"{score.expected_orders:.1f}",
                        chance=chance,
                    ),
                )
            ]
        return [
            metric(
                self.env._("Buys within %(days)s days", days=days),
                chance,
                tone="danger" if score.chance < 0.2 else None,
                hint=score.expected_date
                and self.env._(
                    "Usually around %(date)s",
                    date=fields.Date.to_string(score.expected_date),
                )
                or None,
            )
        ]

    def _mining_money(self, amount, record):
        return formatLang(self.env, amount, currency_obj=record.currency_id)
