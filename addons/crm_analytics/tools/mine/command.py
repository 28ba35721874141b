"""The command line over a file of sales."""

import argparse
import re
import sys
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from .. import engines
from . import analysis, columns, reader, report

DESCRIPTION = """\
Score the customers and products of any file of sales with the analyses of the client:
value tiers and RFM, next purchase, lifetime value, what is bought together, rules.
Every forecast is judged on the last days of the file, which it has not seen, against a
naive rule; one that is not better gives no scores. Too little data gives a sentence,
not a number."""
EPILOG = """\
The file is a table, one line for each line of an order (CSV with any separator, packed
with gzip or not); or baskets, one a line; or the CDNOW format. Encoding, separator,
columns, dates and decimals are guessed and said in the report; each can be told.

examples:
  %(prog)s sales.csv
  %(prog)s sales.csv.gz --out results --days-ahead 60
  %(prog)s till.csv --customer "Card No" --date Zeit --amount Summe --day-first
  %(prog)s orders.csv --rate USD=0.92 --rate GBP=1.17
  %(prog)s groceries.csv --only rules --support 0.006 --confidence 0.25

Exit status: 0 done, 1 the file cannot be used, 2 the command line is wrong."""


def parser(prog):
    """Describe the command line."""
    top = argparse.ArgumentParser(
        prog=prog,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("file", help="file of sales")
    _file_options(top.add_argument_group("the file"))
    _study_options(top.add_argument_group("the analyses"))
    _output_options(top.add_argument_group("the output"))
    return top


def _file_options(group):
    for role in columns.ROLES:
        group.add_argument(
            f"--{role.replace('_', '-')}",
            metavar="COLUMN",
            help=f"column of the {role.replace('_', ' of a ')}, by name or number",
        )
    group.add_argument("--no-header", action="store_true", help="no line of names")
    group.add_argument(
        "--kind", choices=("table", "baskets", "cdnow"), help="guessed if not said"
    )
    group.add_argument("--encoding", help="such as utf-8, gb18030, latin-1")
    group.add_argument("--separator", help="one character, or \\t")
    group.add_argument(
        "--day-first", action="store_true", default=None, help="3/4 is in April"
    )
    group.add_argument(
        "--month-first", action="store_false", dest="day_first", help="3/4 is in March"
    )
    group.add_argument(
        "--decimal-comma", action=argparse.BooleanOptionalAction, help="1.234,50"
    )
    group.add_argument(
        "--rate",
        action="append",
        default=[],
        type=_rate,
        metavar="CODE=NUMBER",
        help="what one of another currency is worth; else its lines are left out",
    )
    group.add_argument(
        "--drop-repeats", action="store_true", help="leave out repeated lines"
    )
    group.add_argument(
        "--not-goods",
        default="",
        metavar="CODE,…",
        help="products such as postage, which go with everything",
    )


def _study_options(group):
    group.add_argument(
        "--only",
        type=_studies,
        default=analysis.STUDIES,
        metavar="STUDY,…",
        help=f"of {', '.join(analysis.STUDIES)}; all by default",
    )
    group.add_argument(
        "--until", type=_day, help="last day that counts; today by default"
    )
    group.add_argument(
        "--days-back", type=_count, default=730, help="read before the last (730)"
    )
    group.add_argument(
        "--days-ahead", type=_count, default=90, help="to predict, and to judge on (90)"
    )
    group.add_argument(
        "--needed", type=_count, help="fewest customers or baskets (20 or 200)"
    )
    group.add_argument("--seed", type=int, default=19, help="of every random choice")
    group.add_argument(
        "--support", type=_share, default=0.01, help="of the rules' products (0.01)"
    )
    group.add_argument(
        "--confidence", type=_share, default=0.25, help="of the rules (0.25)"
    )
    group.add_argument(
        "--largest-set", type=_count, default=10, help="products in a rule (10)"
    )


def _output_options(group):
    group.add_argument(
        "--out",
        metavar="FOLDER",
        help="write customers.csv, pairs.csv, rules.csv, summary.json and report.txt",
    )
    group.add_argument("--json", action="store_true", help="print the summary as JSON")
    group.add_argument(
        "--dsn",
        default="dbname=postgres",
        help="PostgreSQL database to compute in; nothing is left there",
    )


def _rate(text):
    code, _equals, number = text.partition("=")
    try:
        rate = Decimal(number)
    except InvalidOperation:
        rate = Decimal("NaN")
    if not (code and rate.is_finite() and 0 < rate < columns.LARGEST):
        raise argparse.ArgumentTypeError(f"{text!r} is not like USD=0.92")
    return code.strip(), rate


def _studies(text):
    wanted = text.split(",")
    unknown = sorted(set(wanted) - set(analysis.STUDIES))
    if unknown:
        raise argparse.ArgumentTypeError(
            f"there is no {', '.join(unknown)}; there are {', '.join(analysis.STUDIES)}"
        )
    return [name for name in analysis.STUDIES if name in wanted]


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 2026-01-31") from None


def _count(text):
    if not re.fullmatch(r"\d{1,6}", text) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 999999")
    return int(text)


def _share(text):
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share above 0, up to 1")
    return share


def _reader_options(options):
    wanted = {role: getattr(options, role) for role in columns.ROLES}
    return reader.Options(
        wanted={role: name for role, name in wanted.items() if name},
        rates=dict(options.rate),
        encoding=options.encoding,
        separator=options.separator and options.separator.replace("\\t", "\t"),
        has_header=not options.no_header,
        kind=options.kind,
        day_first=options.day_first,
        comma=options.decimal_comma,
        last_day=options.last_day,
        drop_repeats=options.drop_repeats,
        no_goods=frozenset(filter(None, options.not_goods.split(","))),
    )


def main(arguments, prog="mine"):
    """Run the command.

    :return: exit status
    """
    top = parser(prog)
    options = top.parse_args(arguments)
    if options.separator and len(options.separator.replace("\\t", "\t")) != 1:
        top.error("--separator takes one character, or \\t")
    if options.days_ahead >= options.days_back:
        top.error("--days-ahead must be fewer than --days-back")
    options.last_day = (options.until or date.today()).toordinal() - _EPOCH
    options.studies = options.only
    try:
        sales = reader.read(options.file, _reader_options(options))
    except (reader.Unreadable, columns.BadColumns) as error:
        _complain(error)
        return 1
    if not sales.used:
        _complain(_nothing(options.file, sales))
        return 1
    return _analyse(options, sales)


_EPOCH = date(1970, 1, 1).toordinal()


def _complain(words):
    sys.stderr.write(f"{words}\n")


def _nothing(path, sales):
    reasons = "; ".join(
        f"{count:,} {reader.LEFT_OUT[reason]} (line {', '.join(map(str, first))})"
        for reason, (count, first) in sales.left_out.items()
    )
    return f"No line of {path} can be used: {reasons or 'there is none'}."


def _analyse(options, sales):
    try:
        engine = engines.Postgres(options.dsn)
    except engines.Missing as error:
        _complain(error)
        return 1
    try:
        engine.load(engines.with_months(sales.data))
        done = analysis.Analysis(engine, sales, options)
        found = report.summary(Path(options.file), sales, done, done.run())
    finally:
        engine.close()
    said = report.text(found, done)
    if options.out:
        try:
            report.write(options.out, found, done, said)
        except OSError as error:
            _complain(f"{options.out} cannot be written: {error}.")
            return 1
    sys.stdout.write(report.as_json(found) if options.json else said)
    return 0
