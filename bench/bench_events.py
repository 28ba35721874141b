"""Chains of events proved by one statement, against a program that reads them all."""

from datetime import datetime, timedelta

from odoo import SUPERUSER_ID
from odoo.tools import SQL

from odoo.addons.crm_service.tools import chain

from .measure import Meter, Report, describe

ROUNDS = 3
#: Events of full size, and of one complaint.
EVENTS, EACH = 100_000, 10
#: Rows of one statement.
CHUNK = 5000
SECONDS = 5


def main(env, scale):
    meter = Meter(env)
    env = env(user=SUPERUSER_ID)
    report = Report("Proof of events", scale)
    with meter.undone():
        complaints = make(env, max(int(EVENTS * scale) // EACH, 20))
        _measure(meter, report, env, complaints)
    return report.show()


def _measure(meter, report, env, complaints):
    ours, reading = meter.turns(
        ROUNDS, lambda: by_statement(env), lambda: by_reading(env)
    )
    report.compare("all chains against a program that reads them", ours, reading, 1)
    most = SECONDS * EACH * len(complaints) / EVENTS
    report.bar(
        f"{EACH * len(complaints)} events proved within",
        describe(ours),
        bar=f"<= {most:g} s CPU",
        met=ours.cpu_ms <= 1000 * most,
    )
    broken = by_statement(env) + list(by_reading(env))
    report.fact("breaks of a sound record", len(broken), bar="0", met=not broken)
    edit(env, complaints[len(complaints) // 2])
    both = [{row[0] for row in way(env)} for way in (by_statement, by_reading)]
    report.fact(
        "complaints found after one byte was edited",
        len(both[0]),
        f"{len(both[1])} by the program",
        bar="1, the same",
        met=both[0] == both[1] and len(both[0]) == 1,
    )
    queries = max(ours.queries)
    report.fact("queries", f"{queries:g}", bar="<= 1", met=queries <= 1)


def make(env, count):
    """Make complaints with ten events each.

    :return: ids of the complaints
    """
    ids = [
        id_
        for (id_,) in env.execute_query(
            SQL(
                """
                INSERT INTO service_complaint (number, name, channel, priority,
                       company_id, state, date_received)
                SELECT 'BENCH' || n, 'Bench', 'phone', '1', %s, 'intake', now()
                  FROM generate_series(1, %s) AS n RETURNING id
                """,
                env.company.id,
                count,
            )
        )
    ]
    rows = [row for number, id_ in enumerate(ids, 1) for row in events(number, id_)]
    for start in range(0, len(rows), CHUNK):
        insert(env, rows[start : start + CHUNK])
    env.execute_query(
        SQL(
            """
            INSERT INTO service_event_head
                   (complaint_id, sequence, hash, verified_sequence)
            SELECT complaint_id, sequence, hash, 0 FROM service_event
             WHERE sequence = %s AND complaint_id = ANY(%s) RETURNING 1
            """,
            EACH,
            ids,
        )
    )
    env.cr.execute("ANALYZE service_event, service_event_payload, service_event_head")
    return ids


def events(number, complaint_id):
    """Give the rows of one complaint: columns of the event, and its payload."""
    previous, day = chain.START, datetime(2026, 1, 5, 8)
    for sequence in range(1, EACH + 1):
        content = chain.dump(
            {"by": "Bench", "note": f"{number}/{sequence} " + "字" * 60}
        )
        date = day + timedelta(hours=sequence)
        case, digest = f"BENCH{number}", chain.digest(content)
        seal = chain.seal(
            case, sequence, "changed", chain.moment(date), 1, digest, previous
        )
        yield (complaint_id, case, sequence, date, digest, previous, seal, content)
        previous = seal


def insert(env, rows):
    columns = [list(column) for column in zip(*rows, strict=True)]
    env.execute_query(
        SQL(
            """
            WITH row AS (
                SELECT * FROM unnest(%s, %s, %s, %s::timestamp[], %s, %s, %s, %s) AS row
                       (complaint_id, case_number, sequence, date, payload_hash,
                        previous_hash, hash, content)
            ), event AS (
                INSERT INTO service_event (complaint_id, case_number, sequence, kind,
                       date, author_id, payload_hash, previous_hash, hash)
                SELECT complaint_id, case_number, sequence, 'changed', date, 1,
                       payload_hash, previous_hash, hash
                  FROM row
                RETURNING id, complaint_id, sequence
            )
            INSERT INTO service_event_payload (event_id, content)
            SELECT event.id, row.content
              FROM event JOIN row USING (complaint_id, sequence)
            RETURNING 1
            """,
            *columns,
        )
    )


def edit(env, complaint_id):
    """Change one letter of a payload, as somebody with the database could."""
    env.cr.execute("ALTER TABLE service_event_payload DISABLE TRIGGER USER")
    env.cr.execute(
        """
        UPDATE service_event_payload SET content = replace(content, 'Bench', 'bench')
         WHERE event_id = (SELECT id FROM service_event
                            WHERE complaint_id = %s AND sequence = 3)
        """,
        [complaint_id],
    )
    env.cr.execute("ALTER TABLE service_event_payload ENABLE TRIGGER USER")


def by_statement(env):
    return env["service.event"]._find_broken()


def by_reading(env):
    """Read every event in order and seal it again."""
    broken, last = set(), {}
    env.cr.execute(
        """
        SELECT e.complaint_id, e.case_number, e.sequence, e.kind, e.date, e.author_id,
               e.payload_hash, e.hash, p.content
          FROM service_event e JOIN service_event_payload p ON p.event_id = e.id
         ORDER BY e.complaint_id, e.sequence
        """
    )
    for (
        id_,
        case,
        sequence,
        kind,
        date,
        author,
        digest,
        seal,
        content,
    ) in env.cr.fetchall():
        number, previous = last.get(id_, (0, chain.START))
        mine = chain.seal(
            case, number + 1, kind, chain.moment(date), author, digest, previous
        )
        if mine != seal or sequence != number + 1 or chain.digest(content) != digest:
            broken.add((id_,))
        last[id_] = (sequence, seal)
    return broken
