import hashlib
import json
import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import psycopg2

from odoo import api, models
from odoo.tools import SQL, ormcache

from odoo.addons.crm_base.tools import phone

from ..tools import facts
from .cti_call import ALIVE

_logger = logging.getLogger(__name__)

#: Columns that a summary of facts has as they are, and those that are moments.
PLAIN = ("state", "direction", "facts", "led")
MOMENTS = ("created", "queued", "offered", "answered", "ended", "wrapped")
CALL = (
    *("pbx_id", "linkedid", "company_id", "number", "called", "partner_id"),
    *("queue_id", "agent_id", "concluded", *PLAIN, *MOMENTS),
)
LEG = (
    *("call_id", "uid", "endpoint", "agent_id"),
    *("started", "answered", "ended", "cause"),
)
REFUSED = "refused"


def to_datetime(seconds):
    """Give the naive UTC date for seconds since 1970, ``None`` for ``None``."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


@dataclass
class Before:
    """What was known of a call before a batch of facts."""

    answered: datetime | None = None
    concluded: bool = False
    partner_id: int | None = None
    number: str | None = None
    closed: bool = False
    #: ``{uid: values of LEG but for the call and the uid}``
    legs: dict = None


class CtiPbx(models.Model):
    """Facts come in here, and become calls."""

    _inherit = "cti.pbx"

    @api.model
    def _ingest(self, pbx, events):
        """Record facts and bring the calls that they are about up to date.

        May be repeated, in any order and at once in several transactions. The number of
        queries does not depend on the number of facts, except for what follows from
        new offers, answers and ends.

        :param pbx: the exchange that said it
        :param events: dictionaries as in ``tools/facts.py``; what is no fact is kept as
            refused
        :return: number of facts that were new
        """
        pbx.ensure_one()
        # Facts are the exchange's, whoever brings them; nobody may write them himself.
        pbx = pbx.sudo().with_company(pbx.sudo().company_id)
        said, count = pbx._store_facts(events)
        before = pbx._read_before(list(said)) if said else {}
        # Without its earlier facts, a late one would tell another call.
        summaries = {
            call: facts.summarise(some)
            for call, some in said.items()
            if not before[call].closed
        }
        if summaries:
            agents = pbx._find_agents(summaries)
            calls = pbx._store_calls(summaries, before, agents)
            pbx._store_legs(summaries, before, agents, calls)
            pbx._run_hooks(summaries, before, agents, calls)
        return count

    # ------------------------------------------------------------------------- facts

    def _store_facts(self, events):
        """Store what is new.

        :return: ``{linkedid: facts}``, all that is known of the calls that it is about,
            and how much was new
        """
        rows = [self._prepare_event_row(event) for event in events]
        if not rows:
            return {}, 0
        stored = self.env.execute_query(
            SQL(
                """
                WITH fresh AS (
                    INSERT INTO cti_event (pbx_id, key, linkedid, kind, data)
                    SELECT %(pbx)s, e.*
                      FROM unnest(%(keys)s::text[], %(calls)s::text[],
                                  %(kinds)s::text[], %(data)s::jsonb[]) e
                        ON CONFLICT (pbx_id, key) DO NOTHING
                    RETURNING linkedid, kind, data
                )
                SELECT linkedid, kind, data, true FROM fresh
                 UNION ALL
                SELECT linkedid, kind, data, false FROM cti_event
                 WHERE pbx_id = %(pbx)s AND kind <> %(refused)s AND linkedid IN (
                       SELECT linkedid FROM fresh WHERE kind <> %(refused)s)
                """,
                pbx=self.id,
                refused=REFUSED,
                **dict(
                    zip(
                        ("keys", "calls", "kinds", "data"),
                        map(list, zip(*rows, strict=True)),
                        strict=True,
                    )
                ),
            )
        )
        said = defaultdict(list)
        for linkedid, kind, data, _is_new in sorted(stored, key=lambda row: row[0]):
            if kind != REFUSED:
                said[linkedid].append(data)
        return dict(said), sum(is_new for *_fact, is_new in stored)

    def _prepare_event_row(self, event):
        try:
            fact = facts.clean(event)
        except facts.Refused as error:
            said = repr(event)[:2000]
            _logger.warning("exchange %s: refused, %s", self.code, error)
            digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
            said = said.encode("utf-8", "replace").decode()
            data = json.dumps({"said": said, "why": str(error)})
            return f"{REFUSED}:{digest}", "", REFUSED, data
        return fact["key"], fact["linkedid"], fact["kind"], json.dumps(fact)

    # ------------------------------------------------------------------------- calls

    def _read_before(self, linkedids):
        """Give ``{linkedid: Before}`` of the calls that exist."""
        self.env["cti.call"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.linkedid, c.answered, c.concluded, c.partner_id, c.number,
                       c.closed,
                       array_agg(l.uid), array_agg(l.endpoint), array_agg(l.agent_id),
                       array_agg(l.started), array_agg(l.answered), array_agg(l.ended),
                       array_agg(l.cause)
                  FROM cti_call c LEFT JOIN cti_leg l ON l.call_id = c.id
                 WHERE c.pbx_id = %s AND c.linkedid = ANY(%s)
                 GROUP BY c.id
                """,
                self.id,
                linkedids,
            )
        )
        found = {linkedid: Before(legs={}) for linkedid in linkedids}
        for linkedid, *row in rows:
            values, (uids, *columns) = row[:5], row[5:]
            legs = dict(zip(uids, zip(*columns, strict=True), strict=True))
            found[linkedid] = Before(*values, legs)
        return found

    @ormcache("self.id")
    def _get_places(self):
        """Give ``{extension: agent id}`` and ``{code: queue id}``."""
        agents = self.env["cti.agent"].search_fetch(
            [("pbx_id", "=", self.id)], ["extension"]
        )
        queues = self.env["cti.queue"].with_context(active_test=False)
        queues = queues.search_fetch([("pbx_id", "=", self.id)], ["code"])
        return (
            {agent.extension: agent.id for agent in agents},
            {queue.code: queue.id for queue in queues},
        )

    def _find_agents(self, summaries):
        """Give ``{extension: agent}`` of the phones in some calls."""
        places, _queues = self._get_places()
        endpoints = {leg.endpoint for call in summaries.values() for leg in call.legs}
        endpoints |= {call.endpoint for call in summaries.values()}
        found = {one: places[one] for one in endpoints if one in places}
        agents = self.env["cti.agent"].browse(found.values())
        return dict(zip(found, agents, strict=True))

    def _store_calls(self, summaries, before, agents):
        """Write the calls in one statement.

        :return: ``{linkedid: call}``
        """
        region = self.env["res.company"]._phone_region()
        numbers = {
            linkedid: self._get_number(call, region)
            for linkedid, call in summaries.items()
        }
        partners = self._find_partners(numbers, before, summaries)
        _agents, codes = self._get_places()
        rows = [
            {
                "pbx_id": self.id,
                "company_id": self.company_id.id,
                "linkedid": linkedid,
                "number": numbers[linkedid] or None,
                "called": call.called or None,
                "partner_id": partners.get(numbers[linkedid]),
                "queue_id": codes.get(call.queue),
                "agent_id": agents[call.endpoint].id
                if call.endpoint in agents
                else None,
                "concluded": bool(call.ended),
                **{name: getattr(call, name) for name in PLAIN},
                **{name: to_datetime(getattr(call, name)) for name in MOMENTS},
            }
            for linkedid, call in sorted(summaries.items())
        ]
        stored = self._upsert("cti_call", CALL, ("pbx_id", "linkedid"), rows)
        calls = self.env["cti.call"].browse(id_ for id_, _pbx, _linkedid in stored)
        calls.invalidate_recordset()
        calls.modified(CALL)
        return dict(zip((row[2] for row in stored), calls, strict=True))

    def _get_number(self, call, region):
        """Give the number outside, in E.164 where it can be read."""
        if call.direction == "internal":
            return call.number
        key = phone.parse(call.number, region)
        return key.e164 if key and key.e164 else call.number

    def _find_partners(self, numbers, before, summaries):
        """Give ``{number: partner id}`` where a number leads to one customer only."""
        wanted = {
            number
            for linkedid, number in numbers.items()
            if not before[linkedid].partner_id
            and before[linkedid].number != number
            and summaries[linkedid].direction != "internal"
        }
        region = self.env["res.company"]._phone_region()
        lookup = self.env["crm.phone.number"]._owners_query
        owners = {
            number: lookup("res.partner", number, region) for number in sorted(wanted)
        }
        parts = [
            SQL("SELECT %s AS number, o.id FROM %s AS o(id)", number, query)
            for number, query in owners.items()
            if query is not None
        ]
        if not parts:
            return {}
        self.env["res.partner"].flush_model(["phone_sanitized"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.number, array_agg(DISTINCT p.id),
                       array_agg(DISTINCT p.commercial_partner_id)
                  FROM (%s) m JOIN res_partner p ON p.id = m.id
                 WHERE p.active AND (p.company_id IS NULL OR p.company_id = %s)
                 GROUP BY m.number
                """,
                SQL(" UNION ALL ").join(parts),
                self.company_id.id,
            )
        )
        return {
            number: (people if len(people) == 1 else customers)[0]
            for number, people, customers in rows
            if len(customers) == 1
        }

    def _store_legs(self, summaries, before, agents, calls):
        rows = []
        for linkedid, call in sorted(summaries.items()):
            for leg in call.legs:
                agent = agents.get(leg.endpoint) if leg.inside else None
                values = (
                    leg.endpoint or None,
                    agent.id if agent else None,
                    *map(to_datetime, (leg.started, leg.answered, leg.ended)),
                    leg.cause or None,
                )
                if before[linkedid].legs.get(leg.uid) != values:
                    row = calls[linkedid].id, leg.uid, *values
                    rows.append(dict(zip(LEG, row, strict=True)))
        if rows:
            self._upsert("cti_leg", LEG, ("call_id", "uid"), rows)
            self.env["cti.leg"].invalidate_model()

    def _upsert(self, table, columns, key, rows):
        """Insert rows, or bring them up to date, in one statement.

        A customer whom somebody chose, and work that has been done, stay.

        :return: list of ``(id, *key)``
        """
        kept = {
            "partner_id": SQL("coalesce(t.partner_id, EXCLUDED.partner_id)"),
            "concluded": SQL("t.concluded OR EXCLUDED.concluded"),
        }
        changes = [
            SQL(
                "%s = %s",
                SQL.identifier(name),
                kept.get(name, SQL("EXCLUDED.%s", SQL.identifier(name))),
            )
            for name in columns
            if name not in key
        ]
        names = [SQL.identifier(name) for name in columns]
        keys = SQL(", ").join(SQL.identifier(name) for name in key)
        values = [tuple(row[name] for name in columns) for row in rows]
        # Whoever is in the way makes the batch begin again: no error to be logged.
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s AS t (%s) VALUES %s"
                " ON CONFLICT (%s) DO UPDATE SET %s RETURNING id, %s",
                SQL.identifier(table),
                SQL(", ").join(names),
                SQL(", ").join(SQL("%s", row) for row in values),
                keys,
                SQL(", ").join(changes),
                keys,
            ),
            log_exceptions=False,
        )
        return self.env.cr.fetchall()

    # ------------------------------------------------------------------ what follows

    def _run_hooks(self, summaries, before, agents, calls):
        """Tell what is new about phones that ring, answers and ends.

        The failure of what follows must not lose a fact, and the failure of one thing
        not another one.
        """
        hooks = [
            hook
            for linkedid, summary in summaries.items()
            for hook in self._get_hooks(
                calls[linkedid], summary, before[linkedid], agents
            )
        ]
        if len(hooks) < 2 or not self._try(*hooks):
            for hook in hooks:
                self._try(hook)

    def _get_hooks(self, call, summary, known, agents):
        """Give what follows for one call, in its order, as functions."""
        hooks = []
        if summary.state in ALIVE:
            hooks += self._get_live_hooks(call, summary, known, agents)
        if summary.ended and not known.concluded:
            hooks.append(call._on_ended)
        if summary.messages:
            hooks.append(partial(call._on_messages, summary.messages))
        if summary.barrings:
            hooks.append(partial(call._on_barred, summary.barrings))
        return hooks

    def _get_live_hooks(self, call, summary, known, agents):
        hooks = self._get_left_hooks(call, summary, known, agents)
        for leg in summary.rung:
            agent = agents.get(leg.endpoint)
            if not agent or leg.ended:
                continue
            if leg.uid not in known.legs and not leg.answered:
                hooks.append(partial(call._on_offered, agent))
            told = dict(zip(LEG[2:], known.legs.get(leg.uid, ()), strict=False))
            if leg.answered and not told.get("answered"):
                hooks.append(partial(call._on_answered, agent))
        if summary.direction == "out" and summary.answered and not known.answered:
            if call.agent_id:
                hooks.append(partial(call._on_answered, call.agent_id))
        return hooks

    def _get_left_hooks(self, call, summary, known, agents):
        """Give what follows where agents have left a call that goes on."""
        hooks = []
        there = {leg.endpoint for leg in summary.legs if not leg.ended}
        for leg in summary.legs:
            agent = agents.get(leg.endpoint)
            told = dict(zip(LEG[2:], known.legs.get(leg.uid, ()), strict=False))
            if not agent or leg.endpoint in there or told.get("ended"):
                continue
            if leg.answered and leg.ended:
                hooks.append(partial(call._on_left, agent))
        return hooks

    def _try(self, *hooks):
        """Run what follows, all or nothing; tell whether it could."""
        try:
            with self.env.cr.savepoint():
                for hook in hooks:
                    hook()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise  # the whole transaction is to be repeated
        except Exception:
            _logger.exception("exchange %s: what follows a call failed", self.code)
            return False
        return True
