import io
import logging
import time
from itertools import islice

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..tools import history_file

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)
CHUNK = 50_000  # lines in one transaction

#: What the file is and how it is read: chosen before it is read.
FILE_FIELDS = {
    "file",
    "file_name",
    "source",
    "company_id",
    "currency_id",
    "date_order",
    "return_prefix",
}
#: Written by the job alone.
JOB_FIELDS = {
    "state",
    "message",
    "seconds",
    "rows_read",
    "rows_added",
    "rows_known",
    "rows_refused",
    "customers_created",
    "products_created",
    "issue_ids",
}
COLUMN_LABELS = {
    "document": _lt("invoice number"),
    "product": _lt("product code"),
    "quantity": _lt("quantity"),
    "price": _lt("unit price"),
    "date": _lt("date"),
}


class CrmHistoryImport(models.Model):
    """A file of invoice lines from before this database, and what became of it.

    The lines become a history of their own, neither orders nor invoices: those would
    ask for stock, taxes and numbers of periods that are closed, and cost a hundred
    times the work. Lifecycle, customer page and analytics read both side by side.
    """

    _name = "crm.history.import"
    _description = "Sales History Import"
    _inherit = ["mail.thread"]
    _order = "id desc"

    # the file
    name = fields.Char(compute="_compute_name", store=True)
    file = fields.Binary(required=True, attachment=True)
    file_name = fields.Char(required=True)
    source = fields.Char(
        default="",
        help="Name of the system that the file comes from. The same document number "
        "from two sources means two documents.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of all prices in the file",
    )
    date_order = fields.Selection(
        [("year", "Year first"), ("day", "Day first"), ("month", "Month first")],
        string="Dates",
        default="year",
        required=True,
        help="How to read dates such as 03/04/2026",
    )
    return_prefix = fields.Char(
        "Returns Begin With",
        default="C",
        help="Documents whose number begins so are returns",
    )

    # how far
    state = fields.Selection(
        [
            ("draft", "New"),
            ("queued", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("undone", "Undone"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    message = fields.Char(readonly=True, copy=False)
    seconds = fields.Float("Duration (s)", readonly=True, copy=False)

    # what came of it
    rows_read = fields.Integer("Lines Read", readonly=True, copy=False)
    rows_added = fields.Integer("Lines Added", readonly=True, copy=False)
    rows_known = fields.Integer("Known Already", readonly=True, copy=False)
    rows_refused = fields.Integer("Lines Refused", readonly=True, copy=False)
    customers_created = fields.Integer(readonly=True, copy=False)
    products_created = fields.Integer(readonly=True, copy=False)
    issue_ids = fields.One2many("crm.history.issue", "import_id", readonly=True)
    issue_count = fields.Integer(compute="_compute_counts")
    order_count = fields.Integer(compute="_compute_counts")

    @api.depends("file_name", "create_date")
    def _compute_name(self):
        for record in self:
            record.name = record.file_name or self.env._("New import")

    def _compute_counts(self):
        issues = self.env["crm.history.issue"]._read_group(
            [("import_id", "in", self.ids)], ["import_id"], ["__count"]
        )
        orders = self.env["crm.history.line"]._read_group(
            [("import_id", "in", self.ids)], ["import_id"], ["order_id:count_distinct"]
        )
        issues, orders = dict(issues), dict(orders)
        for record in self:
            record.issue_count = issues.get(record, 0)
            record.order_count = orders.get(record, 0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_job_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_job_fields(vals)
        if not FILE_FIELDS.isdisjoint(vals):
            self._check_not_begun()
        result = super().write(vals)
        if "company_id" in vals:
            # The platform checks before; the job would write into the new company.
            self.check_access("write")
        return result

    def _check_job_fields(self, vals):
        names = JOB_FIELDS.intersection(vals)
        if names and not self.env.su:
            labels = [self._fields[name].string for name in sorted(names)]
            raise AccessError(
                self.env._(
                    "%(fields)s of an import are set by the import itself. Use its "
                    "buttons instead.",
                    fields=", ".join(labels),
                )
            )

    def _check_not_begun(self):
        for record in self:
            if record.state not in ("draft", "failed", "undone"):
                raise UserError(
                    self.env._(
                        "The import of %(file)s is under way or done, so its file and "
                        "settings stay. Undo it first, or create a new import.",
                        file=record.file_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_lines(self):
        for record in self:
            if record.state in ("queued", "running") or record.order_count:
                raise UserError(
                    self.env._(
                        "The import of %(file)s has lines in the sales history. Undo it"
                        " before you delete it.",
                        file=record.file_name,
                    )
                )

    # ------------------------------------------------------------------ actions
    def action_start(self):
        """Check the heading and hand the file to the background job."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("draft", "failed", "undone"):
            raise UserError(
                self.env._(
                    "The import of %(file)s is under way or done. Create a new one to"
                    " read a file again.",
                    file=self.file_name,
                )
            )
        self._open_lines()  # raises when the file cannot be read
        # The report of an earlier try goes; users may only read reports.
        self.issue_ids.sudo().unlink()
        # The fields of the job are nobody's to type; who may start it was checked.
        self.sudo().write(
            {
                "state": "queued",
                "message": False,
                "rows_read": 0,
                "rows_added": 0,
                "rows_known": 0,
                "rows_refused": 0,
                "customers_created": 0,
                "products_created": 0,
                "seconds": 0,
            }
        )
        # Starting the job is not everybody's right, asking for it by this button is.
        self.env.ref("crm_base.crm_history_import_cron").sudo()._trigger()

    def action_undo(self):
        """Take the lines of this import out of the history again."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("done", "failed"):
            raise UserError(
                self.env._(
                    "The import of %(file)s is not finished, so nothing can be undone.",
                    file=self.file_name,
                )
            )
        # History lines are read-only for everybody; undoing is the one way out.
        self.env["crm.history.order"].sudo()._remove_import(self)
        self.sudo().write({"state": "undone", "rows_added": 0})

    def action_view_orders(self):
        """Show the documents that this import brought."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales History"),
            "res_model": "crm.history.order",
            "view_mode": "list,pivot,graph,form",
            "domain": [("line_ids.import_id", "=", self.id)],
        }

    def action_view_issues(self):
        """Show what was odd or refused, row by row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report of %(file)s", file=self.file_name),
            "res_model": "crm.history.issue",
            "view_mode": "list",
            "domain": [("import_id", "=", self.id)],
            "context": {"search_default_group_reason": 1},
        }

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_process(self):
        """Read waiting files, a chunk a transaction; go on after an interruption."""
        waiting = self.search([("state", "in", ("queued", "running"))], order="id")
        for record in waiting:
            if record.try_lock_for_update():
                record.with_company(record.company_id)._process()

    def _process(self):
        self.ensure_one()
        try:
            lines = self._open_lines()
        except UserError as error:
            self.write({"state": "failed", "message": str(error)})
            return
        self.state = "running"
        # Reading from the start keeps the count of equal lines right.
        done = self.rows_read
        lines = (line for line in lines if line.number - 1 > done)
        while chunk := list(islice(lines, CHUNK)):
            started = time.monotonic()
            self._import_chunk(chunk)
            self.rows_read = chunk[-1].number - 1
            self.seconds += time.monotonic() - started
            if not self.env["ir.cron"]._commit_progress(len(chunk), remaining=1):
                return
            self.lock_for_update()
        self.state = "done"
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _open_lines(self):
        """Give an iterator of ``Row`` and ``Refused``, the heading already checked.

        :raise UserError: when the file cannot be read or lacks columns
        """
        cells = history_file.read_cells(io.BytesIO(self._get_bytes()), self.file_name)
        try:
            columns = history_file.match_columns(next(cells, []))
        except history_file.MissingColumns as error:
            raise UserError(
                self.env._(
                    "%(file)s has no column for: %(columns)s. Name the columns in its"
                    " first line, for example InvoiceNo, StockCode, Quantity,"
                    " UnitPrice, InvoiceDate.",
                    file=self.file_name,
                    columns=", ".join(str(COLUMN_LABELS[f]) for f in error.missing),
                )
            ) from error
        except history_file.HistoryFileError as error:
            raise UserError(
                self.env._(
                    "%(file)s cannot be read. Save it as CSV or XLSX and choose it"
                    " again. (%(detail)s)",
                    file=self.file_name,
                    detail=str(error),
                )
            ) from error
        scope = f"{self.company_id.id}\x1f{self.source or ''}"
        reader = history_file.LineReader(columns, self.date_order, scope)
        return (
            reader.read(row, number)
            for number, row in enumerate(cells, 2)
            if any(cell not in (None, "") for cell in row)
        )

    def _get_bytes(self):
        attachment = (
            self.env["ir.attachment"]
            .sudo()  # the file of a record that the caller may read
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ]
            )
        )
        return attachment.raw or b""

    def _import_chunk(self, chunk):
        """Bring a chunk of lines into the history, in a fixed number of statements."""
        rows = [line for line in chunk if isinstance(line, history_file.Row)]
        refused = [line for line in chunk if isinstance(line, history_file.Refused)]
        self._stage(rows)
        self.customers_created += self._link_customers()
        self.products_created += self._link_products()
        self._link_countries()
        self.env["crm.history.order"]._add_staged(self)
        added = self.env["crm.history.line"]._add_staged(self)
        self.env["crm.history.issue"]._add_staged(self, refused)
        self.rows_added += added
        self.rows_known += len(rows) - added
        self.rows_refused += len(refused)
        _logger.info("%s: %s lines, %s added", self.file_name, len(chunk), added)

    def _stage(self, rows):
        """Copy lines into a temporary table that the statements of a chunk read."""
        cr = self.env.cr
        cr.execute(
            """
            DROP TABLE IF EXISTS crm_history_stage;
            CREATE TEMP TABLE crm_history_stage (
                row_no integer, document text, product text, description text,
                quantity numeric, price numeric, date timestamp, customer text,
                customer_name text, country text, row_key text, occurrence integer,
                partner_id integer, product_id integer, country_id integer,
                is_new boolean NOT NULL DEFAULT FALSE
            ) ON COMMIT DROP
            """
        )
        lines = ("\t".join(map(_copy_text, row)) + "\n" for row in rows)
        cr.copy_expert(
            """
            COPY crm_history_stage (
                row_no, document, product, description, quantity, price, date,
                customer, customer_name, country, row_key, occurrence
            ) FROM STDIN
            """,
            _LineFile(lines),
        )
        cr.execute("ANALYZE crm_history_stage")

    # ------------------------------------------------------------ what lines name
    def _link_customers(self):
        """Find customers by their code, create the missing ones; give how many."""
        Partner = self.env["res.partner"].with_context(tracking_disable=True)
        wanted = self.env.execute_query(
            SQL(
                """
                SELECT customer, MAX(customer_name),
                       MODE() WITHIN GROUP (ORDER BY country)
                  FROM crm_history_stage
                 WHERE customer <> ''
                 GROUP BY customer
                 ORDER BY customer
                """
            )
        )
        known = self._find_by_code(Partner, "ref", [code for code, *_rest in wanted])
        missing = [row for row in wanted if row[0] not in known]
        countries = self._get_countries()
        created = Partner.create(
            [
                self._prepare_customer_vals(code, name, countries.get(_plain(country)))
                for code, name, country in missing
            ]
        )
        known.update(zip([row[0] for row in missing], created.ids, strict=True))
        self._set_links("customer", "partner_id", known)
        return len(created)

    def _prepare_customer_vals(self, code, name, country_id):
        return {
            "name": name or self.env._("Customer %(code)s", code=code),
            "ref": code,
            "is_company": True,
            "country_id": country_id,
            "company_id": False,
            "customer_rank": 1,
        }

    def _link_products(self):
        """Find products by their code, create the missing ones; give how many."""
        Product = self.env["product.product"].with_context(
            tracking_disable=True, active_test=False
        )
        wanted = self.env.execute_query(
            SQL(
                """
                SELECT product,
                       MODE() WITHIN GROUP (ORDER BY NULLIF(description, '')),
                       PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY price)
                  FROM crm_history_stage
                 GROUP BY product
                 ORDER BY product
                """
            )
        )
        codes = [code for code, *_rest in wanted]
        known = self._find_by_code(Product, "default_code", codes)
        missing = [row for row in wanted if row[0] not in known]
        created = Product.create([self._prepare_product_vals(*row) for row in missing])
        known.update(zip([row[0] for row in missing], created.ids, strict=True))
        self._set_links("product", "product_id", known)
        return len(created)

    def _prepare_product_vals(self, code, description, price):
        return {
            "name": description or code,
            "default_code": code,
            "list_price": max(0.0, float(price)),
            "type": "consu",
        }

    def _find_by_code(self, model, field, codes):
        """Give ``{code: id}``; the company's own record goes before a shared one."""
        found = model.search_fetch(
            [(field, "in", codes), ("company_id", "in", (self.company_id.id, False))],
            [field, "company_id"],
            order="company_id DESC, id DESC",
        )
        return {record[field]: record.id for record in found}

    def _link_countries(self):
        self._set_links("country", "country_id", self._get_countries(), plain=True)

    def _get_countries(self):
        """Give ``{plain name or code: country id}``, names in several languages."""
        countries = {}
        for lang in {self.env.lang or "en_US", "zh_CN", "en_US"}:
            for country in self.env["res.country"].with_context(lang=lang).search([]):
                countries[_plain(country.name)] = country.id
                countries[_plain(country.code)] = country.id
        for alias, code in COUNTRY_ALIASES.items():
            if _plain(code) in countries:
                countries.setdefault(alias, countries[_plain(code)])
        return countries

    def _set_links(self, column, target, ids, plain=False):
        if not ids:
            return
        expression = SQL.identifier("stage", column)
        if plain:
            expression = SQL("LOWER(TRIM(%s))", expression)
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_history_stage AS stage
                   SET %(target)s = link.id
                  FROM unnest(%(keys)s, %(ids)s) AS link (key, id)
                 WHERE link.key = %(expression)s
                """,
                target=SQL.identifier(target),
                keys=list(ids),
                ids=list(ids.values()),
                expression=expression,
            )
        )


# Names that distributors write and the platform does not know.
COUNTRY_ALIASES = {
    "eire": "IE",
    "rsa": "ZA",
    "usa": "US",
    "uk": "GB",
    "uae": "AE",
    "czech": "CZ",
    "holland": "NL",
    "korea": "KR",
}


def _plain(name):
    return (name or "").strip().lower()


def _copy_text(value):
    """Write a value for COPY's text format (PostgreSQL manual, COPY, Text Format)."""
    if value is None:
        return "\\N"
    text = str(value)
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t")
        text = text.replace("\n", "\\n").replace("\r", "\\r")
    return text


class _LineFile(io.TextIOBase):
    """A file for COPY over an iterator of lines, so that no copy of them is held."""

    def __init__(self, lines):
        self.lines = lines
        self.rest = ""

    def read(self, size=-1):
        parts, length = [self.rest], len(self.rest)
        for line in self.lines:
            parts.append(line)
            length += len(line)
            if 0 <= size <= length:
                break
        text = "".join(parts)
        if size < 0:
            self.rest = ""
            return text
        self.rest = text[size:]
        return text[:size]
