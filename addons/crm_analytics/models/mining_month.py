from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.months import KEYS, SUMS


class MiningMonth(models.Model):
    """What was sold in a month by category, country and salesperson.

    A change of a document is booked as the old lines taken off and the new ones put on,
    so that reading needs no lock; every night the rows of a month become one again.
    """

    _name = "mining.month"
    _description = "Monthly Sales"
    _auto = False  # as the facts
    _log_access = False
    _order = "month desc, id desc"
    _rec_name = "month"

    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    source = fields.Selection(
        [("order", "Sales Order"), ("history", "Sales History")], readonly=True
    )
    country_id = fields.Many2one("res.country", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", "Marketing Source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    line_count = fields.Integer("Lines", readonly=True)
    quantity = fields.Float(readonly=True, digits=(16, 4))
    revenue = fields.Monetary(readonly=True)
    cost = fields.Monetary(readonly=True, help="Of the lines whose cost is known")
    margin = fields.Monetary(readonly=True, help="Of the lines whose cost is known")
    revenue_costed = fields.Monetary(
        "Revenue with Cost", readonly=True, help="Revenue of lines whose cost is known"
    )
    discount = fields.Monetary("Discount Given", readonly=True)

    def init(self):
        self.env["mining.fact"]._make_table(self)

    def _read_group_groupby(self, alias, groupby_spec, query):
        if groupby_spec == "month:month":  # as it stands
            return self._field_to_sql(alias, "month", query)
        return super()._read_group_groupby(alias, groupby_spec, query)

    @api.model
    def _last_months(self, company, count, sums):
        """Give the last full months of the calendar, oldest first.

        Months without sales count, but for those before the first that has any.

        :param sums: names of amounts
        :return: ``[(first day, *amounts)]``, an amount None where none is known
        """
        # A month that ended some hours ago elsewhere is not worth asking for a zone.
        end = fields.Date.start_of(fields.Date.today(), "month")
        months = [
            fields.Date.subtract(end, months=back) for back in range(count, 0, -1)
        ]
        rows = self._read_group(
            [
                ("company_id", "=", company.id),
                ("month", ">=", months[0]),
                ("month", "<", end),
            ],
            ["month:month"],
            [f"{name}:sum" for name in sums],
        )
        found = {month: amounts for month, *amounts in rows if any(amounts)}
        nothing = [0.0] * len(sums)
        first = min(found, default=end)
        return [
            (month, *found.get(month, nothing)) for month in months if month >= first
        ]

    @api.readonly
    def action_open_facts(self):
        """List the lines behind a sum."""
        self.ensure_one()
        self.check_access("read")
        same = [
            (name, "=", self[name].id)
            for name in KEYS
            if self._fields[name].type == "many2one"
        ]
        last = fields.Date.end_of(self.month, "month")
        period = [("date", ">=", self.month), ("date", "<=", last)]
        domain = [*same, ("source", "=", self.source), *period]
        return self.env["mining.fact"]._open(domain)

    @api.model
    def _rebuild(self):
        """Sum all facts by month."""
        self.env.cr.execute("DELETE FROM mining_month")
        # Few sums come of many lines; the planner expects many, and would sort them.
        self.env.cr.execute("SET LOCAL enable_sort = off")
        self.env.cr.execute(self._sum_sql(SQL("SELECT * FROM mining_fact"), "sum(%s)"))
        self.env.cr.execute("SET LOCAL enable_sort TO DEFAULT")
        self.invalidate_model(flush=False)

    @api.model
    def _book_sql(self):
        """Give the statement that takes the facts ``old`` off and puts ``new`` on."""
        return self._sum_sql(
            SQL("SELECT -1 AS sign, * FROM old UNION ALL SELECT 1, * FROM new"),
            "sum(f.sign * %s)",
        )

    @api.model
    def _sum_sql(self, facts, total):
        """Give the statement that adds facts to the sums.

        :param facts: SELECT of facts
        :param total: how a value is summed
        """
        keys = {name: SQL("f.%s", SQL.identifier(name)) for name in KEYS}
        sums = {name: SQL("f.%s", SQL.identifier(name)) for name in SUMS}
        sums["line_count"] = SQL("1")
        totals = {name: SQL(total, sql) for name, sql in sums.items()}
        return SQL(
            "INSERT INTO mining_month (%s) SELECT %s FROM (%s) f GROUP BY %s HAVING %s",
            SQL(", ").join(map(SQL.identifier, [*keys, *totals])),
            SQL(", ").join([*keys.values(), *totals.values()]),
            facts,
            SQL(", ").join(keys.values()),
            SQL(" OR ").join(SQL("%s <> 0", total) for total in totals.values()),
        )

    @api.model
    def _cron_compact(self):
        """Make one row of what was booked piece by piece."""
        self._rebuild()
