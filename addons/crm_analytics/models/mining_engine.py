import tempfile
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta

from psycopg2.extras import execute_values

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import engines, job

EPOCH = date(1970, 1, 1)
#: Engines other than the database that run now, by the facts they were given.
_RUNNING = ContextVar("mining_engines", default=None)


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
        """Run a job on the engine that is configured.

        :return: list of tuples, in the order of the job, the same on every engine
        """
        if self._name_of_engine() != "postgres":
            with self._session():
                engine = self._running(company, goods_only)
                return engine.ask(name, **parameters)
        sql = self._job(name, company, goods_only, **parameters)
        with self._whole_sets():
            return self.env.execute_query(sql)

    @api.model
    @contextmanager
    def _whole_sets(self):
        """Have whole sets joined inside the block.

        The planner takes intermediate results for small, and would go through them line
        by line, or sort on disk what can be counted in memory.
        """
        self.env.cr.execute(
            "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '256MB'"
        )
        yield
        self.env.cr.execute(
            "SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL work_mem TO DEFAULT"
        )

    @api.model
    def _job_rows(self, name, company, columns, **parameters):
        """Give a SELECT of a job's rows, wherever the job runs.

        :param columns: ``{column: type}`` of the job
        """
        if self._name_of_engine() == "postgres":
            return self._job(name, company, **parameters)
        rows = self._run_job(name, company, **parameters)
        table = SQL.identifier(f"mining_rows_{name}")
        typed = SQL(", ").join(
            SQL("%s %s", SQL.identifier(column), SQL(kind))
            for column, kind in columns.items()
        )
        self.env.cr.execute(
            SQL(
                "DROP TABLE IF EXISTS %s; CREATE TEMP TABLE %s (%s) ON COMMIT DROP",
                table,
                table,
                typed,
            )
        )
        execute_values(
            self.env.cr._obj,
            f"INSERT INTO mining_rows_{name} VALUES %s",
            rows,
            page_size=5000,
        )
        return SQL("SELECT * FROM %s", table)

    # ---------------------------------------------------------------- other engines

    @api.model
    def _name_of_engine(self):
        """Give the engine of the system parameter ``mining.engine``."""
        # Only administrators read system parameters; this one says nothing secret.
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param("mining.engine") or "postgres"

    @api.model
    def _check_engine(self):
        """Say what is wrong with the engine that is configured.

        :raise UserError: there is no such engine, or a part of it is not installed
        """
        name = self._name_of_engine()
        try:
            absent = engines.missing(name)
        except ValueError:
            raise UserError(
                self.env._(
                    "There is no engine %(engine)s. Set the system parameter "
                    "mining.engine to postgres, duckdb or spark://host:port.",
                    engine=name,
                )
            ) from None
        if absent:
            raise UserError(
                self.env._(
                    "The engine %(engine)s cannot be used: %(missing)s not installed. "
                    "Install the Python packages from "
                    "config/requirements-engines.txt and, for Spark, the Debian "
                    "package default-jre-headless; or set the system parameter "
                    "mining.engine to postgres.",
                    engine=name,
                    missing=", ".join(absent),
                )
            )

    @api.model
    @contextmanager
    def _session(self):
        """Give the facts to another engine once for all jobs inside."""
        if _RUNNING.get() is not None:
            yield
            return
        token = _RUNNING.set({})
        try:
            yield
        finally:
            for engine in _RUNNING.get().values():
                engine.close()
            _RUNNING.reset(token)

    @api.model
    def _running(self, company, goods_only):
        """Give the engine of this session that has a company's facts."""
        key = self.env.cr.dbname, company.id, goods_only
        running = _RUNNING.get()
        if key not in running:
            parameters = self.env["ir.config_parameter"].sudo()  # as for the name
            folder = parameters.get_param("mining.folder") or None
            engine = engines.parquet_engine(self._name_of_engine(), folder)
            running[key] = engine
            self._export(company, goods_only, engine.path)
            engine.attach()
        return running[key]

    @api.model
    def _export(self, company, goods_only, path):
        """Write a company's facts as Parquet."""
        self.env["res.partner"]._flush_consent()
        facts = SQL(
            "COPY (%s) TO STDOUT (FORMAT csv)", self._export_sql(company, goods_only)
        )
        with tempfile.TemporaryFile() as text:
            query = self.env.cr.mogrify(facts.code, facts.params).decode()
            self.env.cr.copy_expert(query, text)
            if text.tell():
                text.seek(0)
                engines.parquet_from_csv(text, path)
            else:
                engines.write_parquet(engines.nothing(), path)

    @api.model
    def _export_sql(self, company, goods_only):
        return SQL(
            "SELECT %s FROM (%s) f",
            SQL(", ").join(map(SQL.identifier, engines.COLUMNS)),
            self._population(company, goods_only),
        )
