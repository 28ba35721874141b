from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_base.tools.section import link, metric, row, section

#: Months of the picture, and days in which campaigns are compared.
MONTHS = 12
DAYS = 90
SHOWN = 6


class CrmBoard(models.AbstractModel):
    """The pages of the manager and of marketing."""

    _inherit = "crm.board"

    @api.model
    def _get_boards(self):
        group = "crm_analytics.crm_analytics_group_user"
        return {
            **super()._get_boards(),
            "manager": {"title": self.env._("Management"), "group": group},
            "marketing": {"title": self.env._("Marketing"), "group": group},
        }

    @api.model
    def _get_sections(self, role):
        sections = super()._get_sections(role)
        if role == "manager":
            run = self.env["mining.run"]._get_published("profit", ["pictures"])
            sections += [
                self._manager_profit(run),
                *self._manager_receivables(),
                self._manager_losers(run),
            ]
        if role == "marketing":
            sections += [self._marketing_campaigns(), self._marketing_segments()]
        return sections

    @api.model
    def _get_chart(self, role):
        if role != "manager":
            return super()._get_chart(role)
        rows = self.env["mining.month"]._last_months(
            self.env.company, MONTHS, ["revenue", "margin"]
        )
        return bool(rows) and {
            "title": self.env._("Revenue and Margin by Month"),
            "labels": [str(month)[:7] for month, *_sums in rows],
            "series": [
                [self.env._("Revenue"), [revenue for _m, revenue, _g in rows]],
                [self.env._("Margin"), [margin or 0 for _m, _r, margin in rows]],
            ],
        }

    def _manager_profit(self, run):
        """Give the sums of the published run of profit."""
        part = section(
            "profit",
            self.env._("Profit"),
            icon="fa-balance-scale",
            empty=self.env._("No run of profit by customer is published yet."),
        )
        if not run:
            return part
        sums = run.pictures["sums"]
        losing = [("run_id", "=", run.id), ("profit", "<", 0)]
        part["metrics"] = [
            metric(self.env._("Profit"), self._write_money(sums["profit"]), tile=10),
            metric(
                self.env._("Cost to serve"), self._write_money(sums["serve"]), tile=20
            ),
            metric(
                self.env._("Lost with customers"),
                self._write_money(run.pictures["loss"]),
                tile=30,
                tone="danger" if run.pictures["loss"] else None,
                action=link(self.env._("Loses Money"), "mining.profit", domain=losing),
            ),
        ]
        return part

    def _manager_receivables(self):
        """Give what is overdue, to those who may read the ledger."""
        if not self.env["account.move.line"].has_access("read"):
            return []
        receivables = self.env["mining.receivable"]
        overdue, dso = receivables._get_overdue()
        part = section("receivables", self.env._("Receivables"), icon="fa-money")
        days = "—" if dso is None else f"{dso:.0f}"
        part["metrics"] = [
            metric(
                self.env._("Overdue"),
                self._write_money(overdue),
                tile=40,
                tone="danger" if overdue else None,
                action=link(
                    self.env._("Overdue"),
                    "account.move.line",
                    domain=receivables._get_overdue_domain(),
                ),
            ),
            metric(self.env._("Days of sales outstanding"), days, tile=50),
        ]
        return [part]

    def _manager_losers(self, run):
        """Name the customers who lose most, with what to do."""
        part = section(
            "losers",
            self.env._("Who Loses Money, and Why"),
            icon="fa-arrow-down",
            empty=self.env._("Nobody loses money."),
        )
        profits = self.env["mining.profit"]
        query = profits._search(
            [("run_id", "=", run.id), ("profit", "<", 0)],
            order="place DESC, id",
            limit=SHOWN,
        )
        # Who may read what a customer brings may read the name beside it.
        name = SQL(
            "(SELECT complete_name FROM res_partner WHERE id = %s)",
            SQL.identifier(query.table, "partner_id"),
        )
        columns = [
            SQL.identifier(query.table, column)
            for column in ("id", "measure", "profit")
        ]
        labels = dict(profits._fields["measure"]._description_selection(self.env))
        part["rows"] = [
            row(
                customer,
                subtitle=labels.get(measure),
                value=self._write_money(float(profit)),
                tone="danger",
                action=link(customer, "mining.profit", domain=[("id", "=", profit_id)]),
            )
            for profit_id, measure, profit, customer in self.env.execute_query(
                query.select(*columns, name)
            )
        ]
        return part

    def _marketing_campaigns(self):
        """Compare what was sold through campaigns lately."""
        part = section(
            "campaigns",
            self.env._("Sold through Campaigns in %(days)s Days", days=DAYS),
            icon="fa-bullhorn",
            empty=self.env._("No order of this time names a campaign."),
        )
        since = fields.Date.subtract(fields.Date.context_today(self), days=DAYS)
        domain = [
            ("company_id", "=", self.env.company.id),
            ("campaign_id", "!=", False),
            ("date", ">", since),
        ]
        rows = self.env["mining.fact"]._read_group(
            domain,
            ["campaign_id"],
            ["revenue:sum", "document_ref:count_distinct"],
            order="revenue:sum DESC",
            limit=SHOWN,
        )
        part["metrics"] = [
            metric(
                self.env._("Through campaigns"),
                self._write_money(sum(revenue for _c, revenue, _n in rows)),
                tile=10,
            )
        ]
        part["rows"] = [
            row(
                # A campaign is named beside what it sold, and no more.
                campaign.sudo().display_name,
                subtitle=self.env._("%(orders)s orders", orders=orders),
                value=self._write_money(revenue),
                action=link(
                    campaign.sudo().display_name,
                    "mining.fact",
                    domain=[*domain, ("campaign_id", "=", campaign.id)],
                ),
            )
            for campaign, revenue, orders in rows
        ]
        return part

    def _marketing_segments(self):
        """Give who could be addressed: segments, and who is slipping away."""
        part = section(
            "segments",
            self.env._("Segments"),
            icon="fa-users",
            empty=self.env._("No segment is set up yet."),
        )
        shown = [
            ("run_id.is_published", "=", True),
            ("segment", "=", "slipping"),
            ("company_id", "=", self.env.company.id),
        ]
        part["metrics"] = [
            self._count_metric(
                self.env._("Slipping away"),
                "mining.customer",
                shown,
                tile=20,
                tone="warning",
            )
        ]
        members = self.env["crm.segment.member"]
        if members.has_access("read"):
            part["rows"] = [
                row(
                    segment.display_name,
                    value=str(count),
                    action=link(segment.display_name, "crm.segment", res_id=segment.id),
                )
                for segment, count in members._read_group(
                    [("until", "=", False)],
                    ["segment_id"],
                    ["__count"],
                    order="__count DESC",
                    limit=SHOWN,
                )
            ]
        return part
