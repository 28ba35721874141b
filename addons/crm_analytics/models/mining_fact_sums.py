from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.months import LINES, ask


class MiningFact(models.Model):
    """Questions that the monthly sums can answer are answered by them.

    Both are kept by the same statement and say the same; the sums are fewer rows.
    """

    _inherit = "mining.fact"

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        asked = None if having else self._as_sums(domain, [groupby], aggregates, order)
        if not asked:
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        rows = self.env["mining.month"]._read_group(
            asked.domain,
            asked.grouping[0],
            asked.aggregates,
            [(LINES, "!=", 0)],
            offset,
            limit,
            asked.order,
        )
        return rows if groupby else [self._count_none(row, aggregates) for row in rows]

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        asked = self._as_sums(domain, grouping_sets, aggregates, order)
        if not asked:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        found = self.env["mining.month"]._read_grouping_sets(
            asked.domain, asked.grouping, [*asked.aggregates, LINES], asked.order
        )
        return [
            [row[:-1] for row in rows if row[-1]]
            if groupby
            else [self._count_none(row[:-1], aggregates) for row in rows]
            for groupby, rows in zip(grouping_sets, found, strict=True)
        ]

    def _read_group_groupby(self, alias, groupby_spec, query):
        if groupby_spec == "date:month":
            return SQL.identifier(alias, "month")
        return super()._read_group_groupby(alias, groupby_spec, query)

    @api.model
    def _as_sums(self, domain, grouping, aggregates, order):
        """Put a question to the monthly sums, under the rules of the facts too.

        :return: `tools.months.Question`, None where only the facts can answer
        """
        self.browse().check_access("read")
        if not self.env["mining.month"].has_access("read"):
            return None
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        return ask(list(Domain(domain) & rules), grouping, aggregates, order)

    @api.model
    def _count_none(self, row, aggregates):
        """Write 0 for the number of no lines at all."""
        return tuple(
            value or 0 if spec == "__count" else value
            for spec, value in zip(aggregates, row, strict=True)
        )
