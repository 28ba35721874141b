from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .cti_call import ALIVE

#: Seconds after its telephone should have stopped ringing that an offer is stale.
STALE = 20
#: Seconds after which what somebody dialled has either a leg or failed.
DIALLED = 60
#: Why an agent did not take a call, other than that nobody was there: it would not be
#: taken the next moment either.
UNREACHABLE = ("BUSY", "CHANUNAVAIL", "CONGESTION")


class CtiPbx(models.Model):
    """Which caller comes to which agent: one statement a decision.

    The caller with the most points for whom a suitable agent is free comes first. An
    agent suits who masters all skills of the queue at the levels that are still needed
    after the caller's wait, and free is who has no part in another call, be it one that
    he or she dials. Among those: who did not let this call ring before, who had the
    caller last, the lowest rank in the queue, the most skill, the longest free.
    """

    _inherit = "cti.pbx"

    def _get_orders(self):
        """Add for how long agents of each queue ring; nothing: it is not ours."""
        queues = self.env["cti.queue"].search_fetch(
            [("pbx_id", "=", self.id)], ["code", "distribution", "ring_seconds"]
        )
        rings = {
            f"CRM_RING_{queue.code}": str(queue.ring_seconds)
            if queue.distribution == "own"
            else ""
            for queue in queues
        }
        return {**super()._get_orders(), **rings}

    def _distribute(self, waiting, returned=()):
        """Offer waiting callers to free agents, as long as there are some of both.

        :param waiting: ``{linkedid: code of the queue}`` of callers at hand
        :param returned: ``[(linkedid, why)]`` of callers whom an agent did not take
        :return: ``[{"id", "linkedid", "extension"}]``, offers to be carried out
        """
        for linkedid, why in returned:
            self._take_back(linkedid, why)
        offers = self.env["cti.offer"]
        while waiting and (made := self._decide(waiting)):
            made.agent_id._happen("offered", call=made.call_id)
            offers |= made
        return [
            {
                "id": offer.id,
                "linkedid": offer.call_id.linkedid,
                "extension": offer.agent_id.extension,
            }
            for offer in offers
        ]

    def _take_back(self, linkedid, why):
        """Release the agent who did not take a call."""
        offers = self.env["cti.offer"].search(
            [
                ("call_id.pbx_id", "=", self.id),
                ("call_id.linkedid", "=", linkedid),
                ("state", "=", "ringing"),
            ]
        )
        for offer in offers._settle("missed"):
            agent = offer.agent_id
            if agent.state != "offered" or agent.call_id != offer.call_id:
                continue
            if why in UNREACHABLE or offer.queue_id.no_answer == "away":
                agent._give_up(passed_on=True)
            else:
                agent._happen(agent.resume)

    def _withdraw(self, offer_id):
        """Take back an offer that reached nobody."""
        offers = self.env["cti.offer"].browse(offer_id)._settle("withdrawn")
        self._release(offers)

    def _withdraw_stale(self):
        """Take back offers of which nobody heard again, as after a loss of power."""
        offers = self.env["cti.offer"].search(
            [("state", "=", "ringing"), ("queue_id.pbx_id", "=", self.id)]
        )
        now = fields.Datetime.now()
        stale = offers.filtered(
            lambda offer: (
                offer.made + timedelta(seconds=offer.queue_id.ring_seconds + STALE)
                < now
            )
        )
        self._release(stale._settle("withdrawn"))

    def _release(self, offers):
        for offer in offers:
            agent = offer.agent_id
            if agent.state == "offered" and agent.call_id == offer.call_id:
                agent._happen(agent.resume)

    # -------------------------------------------------------------------- one decision

    def _decide(self, waiting):
        """Choose a caller and an agent together, and note the offer.

        An agent in somebody else's hands just now is left out, so no two processes
        offer one agent two calls.

        :return: the offer, or none
        """
        self.env.flush_all()
        rows = self.env.execute_query(self._get_decision_sql(waiting))
        return self.env["cti.offer"].browse(id_ for (id_,) in rows)

    def _get_decision_sql(self, waiting):
        return SQL(
            """
            WITH waiting AS MATERIALIZED (%(waiting)s),
            engaged AS MATERIALIZED (%(engaged)s),
            judged AS MATERIALIZED (
                SELECT * FROM (%(judged)s) v ORDER BY points DESC, began, call_id
            ),
            chosen AS (
                -- Callers are gone through in their order until one has an agent.
                SELECT j.*, best.*
                  FROM judged j CROSS JOIN LATERAL (
                       SELECT a.id AS agent_id, s.skills
                         FROM cti_queue_member m
                         JOIN cti_agent a ON a.id = m.agent_id
                         CROSS JOIN LATERAL (%(suits)s) s
                        WHERE m.queue_id = j.queue_id AND a.active AND a.state = 'ready'
                          AND a.id NOT IN (SELECT agent_id FROM engaged)
                          AND NOT EXISTS (
                              SELECT FROM cti_offer o
                               WHERE o.agent_id = a.id AND o.state = 'ringing')
                          AND (j.kept_for IS NULL OR j.kept_for = a.id)
                          AND NOT EXISTS (%(lacking)s)
                        ORDER BY s.missed, (a.id IS NOT DISTINCT FROM j.last_id) DESC,
                                 m.penalty, s.level DESC, a.since, a.id
                        LIMIT 1 FOR NO KEY UPDATE OF a SKIP LOCKED) best
                 LIMIT 1
            )
            INSERT INTO cti_offer (call_id, agent_id, queue_id, company_id, state,
                                   made, waited, points, signs)
            SELECT call_id, agent_id, queue_id, company_id, 'ringing', %(now)s, waited,
                   points, signs || jsonb_build_object(
                       'skills', skills, 'last', agent_id IS NOT DISTINCT FROM last_id)
              FROM chosen
                ON CONFLICT DO NOTHING RETURNING id
            """,
            waiting=self._get_waiting_sql(waiting),
            engaged=self._get_engaged_sql(),
            judged=self._get_judged_sql(),
            suits=self._get_suits_sql(),
            lacking=self._get_lacking_sql(SQL("a.id"), SQL("j")),
            now=fields.Datetime.now(),
        )

    def _get_waiting_sql(self, waiting):
        """Give who waits, with the settings of the queue and the last agent."""
        return SQL(
            """
            SELECT c.id AS call_id, c.partner_id, c.number, c.created,
                   coalesce(c.queued, c.created) AS began, q.id AS queue_id,
                   q.company_id, p.commercial_partner_id AS customer_id, p.lang,
                   q.base_points, q.value_points, q.overdue_points, q.repeat_points,
                   q.repeat_days, q.wait_points, q.sticky_seconds, last.last_id,
                   greatest(0, extract(epoch FROM
                       %(now)s - coalesce(c.queued, c.created)))::int AS waited
              FROM unnest(%(calls)s::text[], %(codes)s::text[]) AS w(linkedid, code)
              JOIN cti_call c ON c.pbx_id = %(pbx)s AND c.linkedid = w.linkedid
              JOIN cti_queue q ON q.pbx_id = c.pbx_id AND q.code = w.code
              LEFT JOIN res_partner p ON p.id = c.partner_id
              LEFT JOIN LATERAL (
                   SELECT l.agent_id AS last_id FROM cti_call l
                    WHERE l.pbx_id = c.pbx_id AND l.id <> c.id
                      AND (l.number = c.number OR l.partner_id = c.partner_id)
                      AND l.answered IS NOT NULL AND l.agent_id IS NOT NULL
                    ORDER BY l.created DESC, l.id DESC LIMIT 1) last ON TRUE
             WHERE c.ended IS NULL AND q.distribution = 'own'
               AND NOT EXISTS (SELECT FROM cti_offer o
                                WHERE o.call_id = c.id AND o.state = 'ringing')
            """,
            now=fields.Datetime.now(),
            calls=list(waiting),
            codes=list(waiting.values()),
            pbx=self.id,
        )

    def _get_engaged_sql(self):
        """Give who dials or has a telephone off the hook, whatever his or her state.

        What was dialled has no leg at first; later the leg alone says who is engaged.
        """
        return SQL(
            """
            SELECT b.agent_id FROM cti_call b
             WHERE b.pbx_id = %(pbx)s AND b.state IN %(alive)s AND b.direction = 'out'
               AND b.agent_id IS NOT NULL
               AND b.created > %(now)s - make_interval(secs => %(dialled)s)
             UNION ALL
            SELECT g.agent_id FROM cti_call b JOIN cti_leg g ON g.call_id = b.id
             WHERE b.pbx_id = %(pbx)s AND b.state IN %(alive)s
               AND g.agent_id IS NOT NULL AND g.ended IS NULL
            """,
            pbx=self.id,
            alive=ALIVE,
            now=fields.Datetime.now(),
            dialled=DIALLED,
        )

    def _get_judged_sql(self):
        """Give the points of who waits, and for whom a caller is kept for a while."""
        signs = self._get_signs_sql()
        names = SQL(", ").join(SQL("%s, s.%s", n, SQL.identifier(n)) for n in signs)
        return SQL(
            """
            SELECT w.*, (%(total)s)::int AS points,
                   jsonb_build_object(%(names)s) AS signs,
                   CASE WHEN w.waited < w.sticky_seconds AND EXISTS (
                        SELECT FROM cti_agent a
                          JOIN cti_queue_member m ON m.agent_id = a.id
                         WHERE a.id = w.last_id AND m.queue_id = w.queue_id AND a.active
                           AND a.state IN ('ready', 'offered', 'talking', 'wrapup')
                           AND NOT EXISTS (%(lacking)s)
                           AND NOT EXISTS (SELECT FROM cti_offer o
                                            WHERE o.call_id = w.call_id
                                              AND o.agent_id = a.id
                                              AND o.state = 'missed'))
                        THEN w.last_id END AS kept_for
              FROM waiting w CROSS JOIN LATERAL (SELECT %(signs)s) s
            """,
            total=SQL(" + ").join(SQL("s.%s", SQL.identifier(n)) for n in signs),
            names=names,
            lacking=self._get_lacking_sql(SQL("a.id"), SQL("w")),
            signs=SQL(", ").join(
                SQL("(%s)::int AS %s", sign, SQL.identifier(name))
                for name, sign in signs.items()
            ),
        )

    @api.model
    def _get_signs_sql(self):
        """Give the points that a caller ``w`` has, by reason: ``{name: SQL}``.

        Override with ``super()``. ``w`` has ``call_id``, ``customer_id`` (commercial
        entity or NULL), ``number``, ``created``, ``waited`` (seconds), ``company_id``
        and the points of its queue.
        """
        return {
            "base": SQL("w.base_points"),
            "value": SQL("w.value_points * (%s) / 100", self._get_value_sql()),
            "overdue": SQL(
                """CASE WHEN EXISTS (
                       SELECT FROM crm_collection d
                        WHERE d.partner_id = w.customer_id AND d.state = 'open'
                          AND d.company_id = w.company_id AND d.overdue_amount > 0)
                   THEN w.overdue_points ELSE 0 END"""
            ),
            "repeat": SQL(
                """CASE WHEN EXISTS (
                       SELECT FROM cti_call r
                        WHERE r.number = w.number AND r.company_id = w.company_id
                          AND r.direction = 'in' AND r.id <> w.call_id
                          AND r.created BETWEEN
                              w.created - make_interval(days => w.repeat_days)
                              AND w.created)
                   THEN w.repeat_points ELSE 0 END"""
            ),
            "wait": SQL("w.wait_points * w.waited / 60"),
        }

    @api.model
    def _get_value_sql(self):
        """Give how good the customer of a caller ``w`` is, 0 to 100, whole numbers.

        By default the stage of the lifecycle says it. Override with what is known
        better.
        """
        return SQL(
            """coalesce((SELECT CASE l.stage WHEN 'long_standing' THEN 100
                                WHEN 'retained' THEN 70 WHEN 'satisfied' THEN 50
                                WHEN 'new' THEN 30 ELSE 0 END
                           FROM crm_lifecycle l
                          WHERE l.partner_id = w.customer_id), 0)"""
        )

    @api.model
    def _get_suits_sql(self):
        """Give how well agent ``a`` suits caller ``j``: skills, and calls let ring."""
        return SQL(
            """
            SELECT coalesce(sum(k.level), 0) AS level,
                   coalesce(jsonb_object_agg(k.skill_id, k.level)
                            FILTER (WHERE k.skill_id IS NOT NULL), '{}') AS skills,
                   (SELECT count(*) FROM cti_offer o
                     WHERE o.call_id = j.call_id AND o.agent_id = a.id
                       AND o.state = 'missed') AS missed
              FROM cti_agent_skill k
              JOIN cti_skill i ON i.id = k.skill_id AND i.active
             WHERE k.agent_id = a.id
               AND (i.lang = j.lang OR EXISTS (
                    SELECT FROM cti_queue_skill n
                     WHERE n.queue_id = j.queue_id AND n.skill_id = k.skill_id))
            """
        )

    @api.model
    def _get_lacking_sql(self, agent, caller):
        """Give the skills that a caller still needs and an agent lacks."""
        return SQL(
            """
            SELECT FROM cti_queue_skill n
              JOIN cti_skill i ON i.id = n.skill_id AND i.active
              LEFT JOIN cti_agent_skill k
                ON k.skill_id = n.skill_id AND k.agent_id = %(agent)s
             WHERE n.queue_id = %(caller)s.queue_id
               AND coalesce(k.level, 0) < CASE WHEN n.relax_seconds = 0 THEN n.level
                   ELSE greatest(n.lowest,
                                 n.level - %(caller)s.waited / n.relax_seconds) END
            """,
            agent=agent,
            caller=caller,
        )
