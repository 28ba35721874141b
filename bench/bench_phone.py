"""From a phone number to its customer, against the platform's two ways."""

from odoo.tools import SQL

from .measure import Meter, Report, Sample, describe, seller

WARM = 3
NUMBERS = 40
#: The digits that a search by ending uses: a number without its area.
ENDING = 8


def main(env, scale):
    meter = Meter(env)
    env = seller(env)
    report = Report("Phone to customer", scale)
    partners = env["res.partner"]
    wanted = spellings(env)
    for number, _owner_id, _sanitized in wanted[:WARM]:
        for way in (by_number, by_ending, by_equality):
            way(partners, number)
    cold = [Sample(), Sample(), Sample()]
    warm = [Sample(), Sample(), Sample()]
    _measure(meter, partners, wanted, cold, meter.forget)
    found = _measure(meter, partners, wanted, warm, partners.invalidate_model)
    recall = [count / len(wanted) for count in found]
    return _report(report, recall, cold, *warm)


def _measure(meter, partners, wanted, samples, prepare):
    """Look every number up in the three ways, in turns; count the owners found."""
    found = [0, 0, 0]
    for number, owner_id, sanitized in wanted:
        ways = (by_number, number), (by_ending, sanitized), (by_equality, number)
        for place, (way, term) in enumerate(ways):
            prepare()
            with meter.on(samples[place]):
                result = way(partners, term)
            found[place] += owner_id in result.ids
    return found


def _report(report, recall, cold, ours, ending, equal):
    report.compare("lookup against search by ending", ours, ending, 3)
    report.bar(
        "lookup against equality on the stored number",
        describe(ours),
        describe(equal),
        f"{equal.cpu_ms / ours.cpu_ms:.1f} x",
    )
    report.bar(
        "the same when rights and company are read anew",
        describe(cold[0]),
        f"{describe(cold[1])} by ending",
        f"{cold[1].cpu_ms / cold[0].cpu_ms:.1f} x",
    )
    report.fact(
        "numbers found, six formats",
        f"{recall[0]:.2f}",
        f"{recall[1]:.2f} by ending, {recall[2]:.2f} by equality",
        bar="1.00",
        met=recall[0] == 1,
    )
    p95 = ours.cpu_part(0.95)
    report.bar(
        "95 of 100 lookups within",
        f"{p95:.2f} ms CPU ({ours.wall_part(0.95):.2f} ms)",
        f"{ending.cpu_part(0.95):.2f} ms CPU ({ending.wall_part(0.95):.2f} ms)",
        bar="<= 2 ms CPU",
        met=p95 <= 2,
    )
    report.fact(
        "queries", f"{max(ours.queries):g}", bar="<= 2", met=max(ours.queries) <= 2
    )
    return report.show()


def spellings(env):
    """Give numbers of random customers in six formats: ``(typed, id, E.164)``."""
    rows = env.execute_query(
        SQL(
            """
            SELECT p.id, p.phone_sanitized, c.phone_code::text
              FROM res_partner p JOIN res_country c ON c.id = p.country_id
             WHERE p.phone_sanitized IS NOT NULL AND p.active
             ORDER BY hashint8extended(p.id, 3) LIMIT %s
            """,
            NUMBERS,
        )
    )
    return [
        (text, id_, sanitized)
        for id_, sanitized, code in rows
        for text in six_formats(code, sanitized[1 + len(code) :])
    ]


def six_formats(code, national):
    """Write a number in the six ways that are found in the wild."""
    head, middle, tail = national[:3], national[3:6], national[6:]
    return (
        f"0{national}",
        f"0{head}-{middle}{tail}",
        f"00{code}{national}",
        f"+{code}{national}",
        f"({head}) {middle}-{tail}",
        f"+{code} {head} {middle} {tail}",
    )


def by_number(partners, number):
    """Look the number up as an incoming call does."""
    return partners._lookup_by_phone(number, 80)


def by_ending(partners, sanitized):
    """Search the customers whose typed number ends like this, as the search box can."""
    return partners.search_fetch(
        [("phone_mobile_search", "=like", f"%{sanitized[-ENDING:]}")],
        ["display_name"],
        limit=80,
    )


def by_equality(partners, number):
    """Search by the number that the platform stores for what it understood."""
    country = partners.env.company.country_id
    return partners.search_fetch(
        [
            (
                "phone_sanitized",
                "=",
                partners._phone_format(number=number, country=country) or number,
            )
        ],
        ["display_name"],
        limit=80,
    )
