from datetime import date, timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools import job

EPOCH = date(1970, 1, 1)


def day_number(day):
    """Count a date in days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number):
    """Give the date of a day number."""
    return EPOCH + timedelta(days=number)


class MiningEngine(models.AbstractModel):
    """Runs the set jobs over the facts of the customers who may be profiled."""

    _name = "mining.engine"
    _description = "Set Jobs"

    @api.model
    def _population(self, company, goods_only=False):
        """Give the relation ``fact`` of a company's sales, as the jobs read it.

        Who withdrew the consent to profiling is not in it: neither trained on nor
        scored.

        :param goods_only: without services such as delivery, which go with everything
        """
        goods = SQL(
            "AND f.product_id IN (SELECT v.id FROM product_product v"
            " JOIN product_template t ON t.id = v.product_tmpl_id"
            " WHERE t.type <> 'service')"
        )
        return SQL(
            """
            SELECT f.customer_id AS customer, f.document_ref AS document,
                   f.product_id AS product, f.date - DATE '1970-01-01' AS day,
                   (date_part('year', f.date) * 12
                    + date_part('month', f.date) - 1)::int AS month,
                   CASE WHEN abs(f.revenue) < 1e15
                        THEN round(f.revenue * 100)::bigint END AS cents,
                   CASE WHEN abs(f.margin) < 1e15
                        THEN round(f.margin * 100)::bigint END AS margin_cents,
                   f.is_return::int AS is_return
              FROM mining_fact f
             WHERE f.company_id = %s AND (
                 f.customer_id IS NULL OR f.customer_id IN (%s)
             ) %s
            """,
            company.id,
            self._profiled(),
            goods if goods_only else SQL(),
        )

    @api.model
    def _profiled(self):
        """Give the ids of the customers who may be profiled."""
        partners = self.env["res.partner"]
        return SQL(
            "SELECT p.id FROM res_partner p WHERE %s",
            partners._may_contact_sql("profiling"),
        )

    @api.model
    def _job(self, name, company, goods_only=False, **parameters):
        """Give the SQL of a job over a company's facts."""
        self.env["res.partner"]._flush_consent()
        sql = job.text(name, "__FACT__", **parameters).replace("%", "%%")
        before, after = sql.split("__FACT__")
        return SQL(
            "%s%s%s", SQL(before), self._population(company, goods_only), SQL(after)
        )

    @api.model
    def _run_job(self, name, company, goods_only=False, **parameters):
        """Run a job.

        :return: list of tuples, in the order of the job
        """
        sql = self._job(name, company, goods_only, **parameters)
        # The planner takes intermediate results for small, and would go through them
        # line by line, or sort on disk what can be counted in memory.
        self.env.cr.execute(
            "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '256MB'"
        )
        rows = self.env.execute_query(sql)
        self.env.cr.execute(
            "SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL work_mem TO DEFAULT"
        )
        return rows
