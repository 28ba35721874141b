import logging

from odoo import api, models
from odoo.tools import SQL

from ..tools import chain

_logger = logging.getLogger(__name__)
#: So many breaks are told; one is enough for an alert.
MOST = 1000


class ServiceEvent(models.Model):
    """Every night the chains prove themselves, all in one statement."""

    _inherit = "service.event"

    @api.model
    def _get_sealed_sql(self, where):
        """Give each event with its place, its neighbour and the seal it should have."""
        return SQL(
            """
            SELECT e.complaint_id, e.sequence, e.kind, e.case_number, e.hash,
                   e.previous_hash, e.payload_hash, p.id AS payload_id, p.content,
                   row_number() OVER chain AS place,
                   lag(e.hash, 1, %(start)s) OVER chain AS before,
                   encode(sha256(convert_to(concat_ws(E'\\n',
                       e.case_number, e.sequence, e.kind,
                       to_char(e.date, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                       e.author_id, e.payload_hash, e.previous_hash
                   ), 'UTF8')), 'hex') AS seal
              FROM service_event e
              LEFT JOIN service_event_payload p ON p.event_id = e.id
             WHERE %(where)s
            WINDOW chain AS (PARTITION BY e.complaint_id ORDER BY e.sequence)
            """,
            start=chain.START,
            where=where,
        )

    @api.model
    def _find_broken(self, complaints=None):
        """Prove the chains of complaints.

        :param complaints: which; all when missing
        :return: ``[(complaint id, sequence, what)]``, at most 1000; what is ``seal``,
            ``order``, ``case``, ``payload``, ``erasure`` or ``end``
        """
        self.env.flush_all()
        of_events = of_complaints = SQL("TRUE")
        if complaints is not None:
            of_events = SQL("e.complaint_id = ANY(%s)", complaints.ids)
            of_complaints = SQL("id = ANY(%s)", complaints.ids)
        return self.env.execute_query(
            SQL(
                """
                WITH sealed AS MATERIALIZED (%(sealed)s), erased AS (
                    SELECT complaint_id, jsonb_array_elements_text(
                               content::jsonb -> 'erased')::integer AS sequence
                      FROM sealed
                     WHERE kind = 'erased' AND content IS NOT NULL
                       AND payload_hash =
                           encode(sha256(convert_to(content, 'UTF8')), 'hex')
                ), broken AS (
                    SELECT s.complaint_id, s.sequence, CASE
                               WHEN s.hash <> s.seal THEN 'seal'
                               WHEN s.sequence <> s.place
                                 OR s.previous_hash <> s.before THEN 'order'
                               WHEN c.number IS DISTINCT FROM s.case_number THEN 'case'
                               WHEN s.payload_id IS NULL OR s.payload_hash <>
                                    encode(sha256(convert_to(s.content, 'UTF8')), 'hex')
                               THEN 'payload'
                               WHEN s.content IS NULL AND NOT EXISTS (
                                    SELECT FROM erased x
                                     WHERE x.complaint_id = s.complaint_id
                                       AND x.sequence = s.sequence) THEN 'erasure'
                           END AS what
                      FROM sealed s
                      JOIN service_complaint c ON c.id = s.complaint_id
                ), last AS (
                    SELECT DISTINCT ON (complaint_id) complaint_id, sequence, hash
                      FROM sealed ORDER BY complaint_id, sequence DESC
                ), ends AS (
                    SELECT c.id, coalesce(l.sequence, 0), 'end'
                      FROM service_complaint c
                      LEFT JOIN last l ON l.complaint_id = c.id
                      LEFT JOIN service_event_head h ON h.complaint_id = c.id
                      LEFT JOIN sealed v ON v.complaint_id = c.id
                       AND v.sequence = h.verified_sequence
                     WHERE (l.sequence, l.hash) IS DISTINCT FROM (h.sequence, h.hash)
                        OR l.sequence IS NULL
                        OR (h.verified_sequence > 0
                            AND v.hash IS DISTINCT FROM h.verified_hash)
                )
                SELECT complaint_id, sequence, what FROM broken WHERE what IS NOT NULL
                 UNION ALL
                SELECT * FROM ends WHERE %(where)s
                 ORDER BY 1, 2 LIMIT %(most)s
                """,
                sealed=self._get_sealed_sql(of_events),
                where=of_complaints,
                most=MOST,
            )
        )

    @api.model
    def _cron_prove(self):
        """Prove all chains, alert managers to what is broken, remember what holds."""
        broken = self._find_broken()
        wrong = self.env["service.complaint"].browse({row[0] for row in broken})
        proved = self.env.execute_query(
            SQL(
                """
                SELECT complaint_id, sequence, hash FROM service_event_head
                 WHERE verified_sequence <> sequence AND NOT complaint_id = ANY(%s)
                """,
                wrong.ids,
            )
        )
        for complaint in wrong:
            _logger.error("The chain of events of %s is broken", complaint.number)
        wrong._alert_managers(
            self.env._("The record of this complaint was changed from outside"),
            self.env._(
                "The events no longer prove themselves. Keep the database as it is, "
                "compare with a case file that was given out before, and ask who had "
                "access to the database."
            ),
        )
        # Who adds events meanwhile must not undo the alert, nor what was proved.
        self.env["ir.cron"]._commit_progress(1)
        self.env["service.event.head"]._set_proved(proved)
