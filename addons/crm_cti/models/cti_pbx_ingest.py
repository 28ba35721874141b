import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_base.tools import phone

from ..tools import facts
from .cti_call import ALIVE

_logger = logging.getLogger(__name__)

#: Columns that a summary of facts has as they are, and those that are moments.
PLAIN = ("state", "direction", "facts")
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
        linkedids, count = pbx._store_facts(events)
        if linkedids:
            summaries = pbx._summarise(linkedids)
            before = pbx._read_before(linkedids)
            agents = pbx._find_agents(summaries)
            calls = pbx._store_calls(summaries, before, agents)
            pbx._store_legs(summaries, agents, calls)
            pbx._run_hooks(summaries, before, agents, calls)
        return count

    # ------------------------------------------------------------------------- facts

    def _store_facts(self, events):
        """Store what is new.

        :return: the calls that it is about, and how much it was
        """
        rows = [self._prepare_event_row(event) for event in events]
        if not rows:
            return [], 0
        stored = self.env.execute_query(
            SQL(
                """
                INSERT INTO cti_event (pbx_id, key, linkedid, kind, data)
                SELECT %s, e.*
                  FROM unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[]) e
                    ON CONFLICT (pbx_id, key) DO NOTHING
                RETURNING linkedid, kind
                """,
                self.id,
                *map(list, zip(*rows, strict=True)),
            )
        )
        calls = {linkedid for linkedid, kind in stored if kind != REFUSED}
        return sorted(calls), len(stored)

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

    def _summarise(self, linkedids):
        """Give ``{linkedid: tools.facts.Call}`` of all facts about some calls."""
        rows = self.env.execute_query(
            SQL(
                "SELECT linkedid, array_agg(data) FROM cti_event"
                " WHERE pbx_id = %s AND linkedid = ANY(%s) AND kind <> %s"
                " GROUP BY linkedid",
                self.id,
                linkedids,
                REFUSED,
            )
        )
        return {linkedid: facts.summarise(said) for linkedid, said in rows}

    # ------------------------------------------------------------------------- calls

    def _read_before(self, linkedids):
        """Give ``{linkedid: Before}`` of the calls that exist."""
        self.env["cti.call"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.linkedid, c.answered, c.concluded, c.partner_id, c.number,
                       array_agg(l.uid), array_agg(l.answered)
                  FROM cti_call c LEFT JOIN cti_leg l ON l.call_id = c.id
                 WHERE c.pbx_id = %s AND c.linkedid = ANY(%s)
                 GROUP BY c.id
                """,
                self.id,
                linkedids,
            )
        )
        found = {linkedid: Before(legs={}) for linkedid in linkedids}
        for linkedid, *values, uids, answers in rows:
            legs = dict(zip(uids, answers, strict=True))
            found[linkedid] = Before(*values, legs=legs)
        return found

    def _find_agents(self, summaries):
        """Give ``{extension: agent}`` of the phones in some calls."""
        endpoints = {leg.endpoint for call in summaries.values() for leg in call.legs}
        endpoints |= {call.endpoint for call in summaries.values()}
        agents = self.env["cti.agent"].search_fetch(
            [("pbx_id", "=", self.id), ("extension", "in", sorted(endpoints))],
            ["extension", "user_id"],
        )
        return {agent.extension: agent for agent in agents}

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
        codes = {queue.code: queue.id for queue in self._get_queues(summaries)}
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

    def _get_queues(self, summaries):
        codes = sorted({call.queue for call in summaries.values() if call.queue})
        queues = self.env["cti.queue"].with_context(active_test=False)
        return queues.search_fetch(
            [("pbx_id", "=", self.id), ("code", "in", codes)], ["code"]
        )

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

    def _store_legs(self, summaries, agents, calls):
        rows = []
        for linkedid, call in sorted(summaries.items()):
            for leg in call.legs:
                agent = agents.get(leg.endpoint) if leg.inside else None
                rows.append(
                    {
                        "call_id": calls[linkedid].id,
                        "uid": leg.uid,
                        "endpoint": leg.endpoint or None,
                        "agent_id": agent.id if agent else None,
                        "started": to_datetime(leg.started),
                        "answered": to_datetime(leg.answered),
                        "ended": to_datetime(leg.ended),
                        "cause": leg.cause or None,
                    }
                )
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
        return self.env.execute_query(
            SQL(
                "INSERT INTO %s AS t (%s) VALUES %s"
                " ON CONFLICT (%s) DO UPDATE SET %s RETURNING id, %s",
                SQL.identifier(table),
                SQL(", ").join(names),
                SQL(", ").join(SQL("%s", row) for row in values),
                keys,
                SQL(", ").join(changes),
                keys,
            )
        )

    # ------------------------------------------------------------------ what follows

    def _run_hooks(self, summaries, before, agents, calls):
        """Tell what is new about phones that ring, answers and ends."""
        for linkedid, summary in summaries.items():
            call, known = calls[linkedid], before[linkedid]
            if summary.state in ALIVE:
                self._run_live_hooks(call, summary, known, agents)
            if summary.ended and not known.concluded:
                self._run_hook(call._on_ended)

    def _run_live_hooks(self, call, summary, known, agents):
        for leg in summary.rung:
            agent = agents.get(leg.endpoint)
            if not agent or leg.ended:
                continue
            if leg.uid not in known.legs and not leg.answered:
                self._run_hook(call._on_offered, agent)
            if leg.answered and not known.legs.get(leg.uid):
                self._run_hook(call._on_answered, agent)
        if summary.direction == "out" and summary.answered and not known.answered:
            if call.agent_id:
                self._run_hook(call._on_answered, call.agent_id)

    def _run_hook(self, hook, *args):
        """Run what follows; its failure must not lose a fact."""
        try:
            with self.env.cr.savepoint():
                hook(*args)
        except psycopg2.OperationalError:
            raise  # the whole transaction is to be repeated
        except Exception:
            _logger.exception("exchange %s: %s failed", self.code, hook.__name__)
