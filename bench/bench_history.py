"""A distributor's old invoice lines become history; the platform would write orders.

``CRM_HISTORY_FILE`` names a file to import instead of the generated one.
"""

import base64
import csv
import gzip
import os
import random
import resource
import tempfile
from pathlib import Path

from odoo import Command
from odoo.tools import SQL

from .measure import Meter, Report, Sample

LINES = 540_000
HEADING = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
COUNTRIES = ["United Kingdom", "Germany", "France", "EIRE", "Spain", "Unspecified"]
#: Orders that the platform is asked to write, to learn what a line costs it.
ORDERS = 10
#: Bars of the full file; a smaller one has its part of the time.
SECONDS = 180
MEBIBYTES = 1024


def main(env, scale):
    meter = Meter(env)
    report = Report("Sales history", scale)
    given = os.environ.get("CRM_HISTORY_FILE")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(given or write_file(Path(folder), lines_of(scale)))
        marks = {table: _highest(env, table) for table in CLEANED}
        try:
            _import_twice(meter, report, env, path, not given)
        finally:
            clean(env, marks)
    return report.show()


def lines_of(scale):
    """Give the lines of the generated file: all from a fifth of the full size on."""
    return LINES if scale >= 0.2 else int(LINES * scale)


def write_file(folder, count):
    """Write lines like those of a distributor of gifts, as compressed CSV."""
    rng = random.Random(11)
    path = folder / "history.csv.gz"
    articles = [
        f"{rng.randint(10000, 99999)}{rng.choice('ABC ')}"
        for _n in range(min(4000, 20 + count // 100))
    ]
    with gzip.open(path, "wt", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADING)
        document = written = 0
        while written < count:
            document += 1
            returned = rng.random() < 0.02
            customer = f"{rng.randint(1, 4300)}.0" if rng.random() < 0.75 else ""
            day = f"{2010 + document % 2}-{1 + document % 12:02}-{1 + document % 28:02}"
            country = rng.choices(COUNTRIES, (90, 4, 3, 2, 1, 1))[0]
            for _line in range(min(rng.randint(1, 42), count - written)):
                article = rng.choice(articles).strip()
                writer.writerow(
                    (
                        f"{'C' if returned else ''}{500000 + document}",
                        article,
                        f"ARTICLE {article}",
                        -rng.randint(1, 9) if returned else rng.randint(1, 48),
                        f"{day}T10:{document % 60:02}:00",
                        f"{rng.randint(10, 2000) / 100:.2f}",
                        customer,
                        country,
                    )
                )
                written += 1
    return path


def _import_twice(meter, report, env, path, generated):
    first, run = _import(meter, env, path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    second, again = _import(meter, env, path)
    bar = SECONDS if not generated or run.rows_read == LINES else 20
    report.bar(
        f"{run.rows_read:,} lines, {run.customers_created:,} customers and "
        f"{run.products_created:,} products made",
        f"{first.wall[0]:.0f} s, {first.cpu[0]:.0f} s CPU",
        bar=f"<= {bar} s",
        met=first.wall[0] <= bar and run.state == "done",
    )
    report.bar(
        "peak memory",
        f"{peak:.0f} MiB",
        bar=f"<= {MEBIBYTES} MiB",
        met=peak <= MEBIBYTES,
    )
    lost = run.rows_read - run.rows_added - run.rows_refused - run.rows_known
    report.fact(
        "lines neither added nor refused nor known",
        f"{lost} ({run.rows_added:,} added, {run.rows_refused:,} refused)",
        bar="0",
        met=lost == 0,
    )
    report.fact(
        "second import of the same file",
        f"{again.rows_added} lines added, {second.wall[0]:.0f} s",
        bar="0 lines",
        met=again.rows_added == 0 and again.rows_known == run.rows_added,
    )
    # In a small file the articles cost more than the lines, and say nothing of them.
    full = run.rows_read >= LINES // 2
    _against_orders(meter, report, env, first.cpu[0] / run.rows_read, full)


def _import(meter, env, path):
    sample = Sample()
    run = env["crm.history.import"].create(
        {"file": base64.b64encode(path.read_bytes()), "file_name": path.name}
    )
    run.action_start()
    env.cr.commit()
    with meter.on(sample):
        # Outside of a scheduler every chunk commits just the same.
        env["crm.history.import"]._cron_process()
    env.cr.commit()
    env.invalidate_all()
    return sample, run


def _against_orders(meter, report, env, line_seconds, full):
    """Compare with the platform's own way: an order for every old document."""
    sample = Sample()
    lines = 0
    with meter.undone():
        articles = env["product.product"].search([("default_code", "like", "A")])
        customer = env["res.partner"].search([("is_company", "=", True)], limit=1)
        for _number in range(ORDERS):
            vals = {
                "partner_id": customer.id,
                "order_line": [
                    Command.create({"product_id": article.id, "product_uom_qty": 2})
                    for article in articles[:20]
                ],
            }
            lines += 20
            with meter.on(sample):
                env["sale.order"].create(vals)
                env.flush_all()
    theirs = sum(sample.cpu) / lines
    report.bar(
        "CPU of a line, against a line of an order",
        f"{1000 * line_seconds:.3f} ms",
        f"{1000 * theirs:.3f} ms",
        f"{theirs / line_seconds:.1f} x",
        ">= 10 x" if full else "",
        theirs >= 10 * line_seconds if full else None,
    )


#: Tables that an import writes, in the order in which rows can go.
CLEANED = (
    "crm_history_issue",
    "crm_history_line",
    "crm_history_order",
    "crm_history_import",
    "mail_followers",
    "mail_message",
    "ir_attachment",
    "product_product",
    "product_template",
    "res_partner",
)


def _highest(env, table):
    return env.execute_query(
        SQL("SELECT coalesce(max(id), 0) FROM %s", SQL.identifier(table))
    )[0][0]


def clean(env, marks):
    """Take away what the imports wrote, so that the next run finds the same data."""
    env.cr.rollback()
    env.cr.execute("SHOW is_superuser")
    if env.cr.fetchone()[0] == "on":
        # Nothing else points at the new rows; checks would read whole tables.
        env.cr.execute("SET LOCAL session_replication_role = replica")
    for table, mark in marks.items():
        env.cr.execute(SQL("DELETE FROM %s WHERE id > %s", SQL.identifier(table), mark))
    env.cr.commit()
    env.invalidate_all(flush=False)
