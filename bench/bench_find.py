"""Finding a customer by a piece of the name, with and without our indexes and query.

Equal answers are demanded: same customers, same order. The platform's way runs in a
transaction in which the indexes of the addon are dropped and that is then undone.
"""

from statistics import median

from odoo.models import BaseModel
from odoo.tools import SQL

from .measure import Meter, Report, Sample, describe, seller

LIMIT = 8
OURS = (
    "res_partner_names_idx",
    "res_partner_short_names_idx",
    "res_partner_customer_rank_idx",
)
ROUNDS = 5
#: Classes for which finding must be many times cheaper.
RARE = ("no match", "rare name")
FASTER = 20
#: Classes that may not become slower than this part of the platform's cost.
SLOWER = 1.2


def main(env, scale):
    meter = Meter(env)
    env = seller(env)
    report = Report("Find a customer", scale)
    partners = env["res.partner"]
    samples, unequal = {}, []
    for name, term in terms(env).items():
        ours, theirs = Sample(), Sample()
        answers = set()
        for number in range(ROUNDS + 1):
            answers.add(_run(meter, ours if number else Sample(), partners, term))
            with without_indexes(meter, env):
                found = _run(
                    meter, theirs if number else Sample(), partners, term, stock=True
                )
            answers.add(found)
        unequal += [name] * (len(answers) > 1)
        samples[name] = ours
        rare = name in RARE
        ratio = theirs.cpu_ms / ours.cpu_ms
        report.bar(
            f"{name}: “{term}”",
            describe(ours),
            describe(theirs),
            f"{ratio:.1f} x",
            f">= {FASTER} x" if rare else f">= {1 / SLOWER:.2f} x",
            ratio >= (FASTER if rare else 1 / SLOWER),
        )
    costs = [sample.cpu_ms for sample in samples.values()]
    report.bar(
        "worst class against the median",
        f"{max(costs):.3g} ms against {median(costs):.3g} ms",
        ratio=f"{max(costs) / median(costs):.1f} x",
        bar="<= 10 x",
        met=max(costs) <= 10 * median(costs),
    )
    report.fact(
        "classes with unequal answers",
        ", ".join(unequal) or "none",
        bar="none",
        met=not unequal,
    )
    return report.show()


def terms(env):
    """Give the eleven classes of terms: ``{class: term}``, taken from the data."""
    rare = env.execute_query(
        SQL(
            """
            SELECT name, email, ref FROM res_partner
             WHERE is_company AND active AND ref LIKE 'C0%%' AND email LIKE 'info@%%'
               AND name ~ '^[A-Za-z]+ '
             ORDER BY hashint8extended(id, 5) LIMIT 1
            """
        )
    )[0]
    vat = env.execute_query(
        SQL(
            "SELECT vat FROM res_partner WHERE vat LIKE 'DE%%' AND active "
            "ORDER BY hashint8extended(id, 6) LIMIT 1"
        )
    )[0][0]
    return {
        "no match": "qwxzzqy",
        "rare name": f"{rare[0][:-1]}",
        "common Latin": "anna",
        "one Chinese character": "伟",
        "two Chinese characters": "王伟",
        "digits of a code": rare[2][-6:],
        "mail": rare[1],
        "part of a mail": rare[1].split("@")[1].removesuffix(".example"),
        "tax number": vat,
        "two words": "Zoë Zimmer",
        "beginning": "Han",
    }


def _run(meter, sample, partners, term, stock=False):
    domain = [("display_name", "ilike", term)]
    meter.forget()
    with meter.on(sample):
        if stock:
            query = BaseModel._search(
                partners, domain, limit=LIMIT, order=partners._order
            )
        else:
            query = partners._search(domain, limit=LIMIT, order=partners._order)
        found = partners._fetch_query(query, [partners._fields["complete_name"]])
    return found._ids


class without_indexes:
    """Takes our indexes away while the block runs."""

    def __init__(self, meter, env):
        self.undone = meter.undone()
        self.cr = env.cr

    def __enter__(self):
        self.undone.__enter__()
        for name in OURS:
            self.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))

    def __exit__(self, *error):
        return self.undone.__exit__(*error)
