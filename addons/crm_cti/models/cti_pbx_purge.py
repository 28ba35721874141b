from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: States in which nothing is left to be said about a call.
OVER = ("done", "abandoned", "missed", "voicemail", "interrupted", "failed")
#: Calls whose facts, and rows of a log that go in one transaction.
CALLS, ROWS = 500, 5000


class CtiPbx(models.Model):
    """Facts are kept for a while; the calls that they came to are kept for ever."""

    _inherit = "cti.pbx"

    keep_days = fields.Integer(
        "Keep Facts for",
        required=True,
        default=180,
        help="Days after which what the exchange said about an ended call is deleted; "
        "the call itself stays. 0: never.",
    )

    _keep_range = models.Constraint(
        "CHECK (keep_days = 0 OR keep_days BETWEEN 7 AND 36500)",
        "Facts are kept for 7 days to 100 years, or for ever (0).",
    )

    @api.model
    def _cron_purge(self):
        """Delete the facts of calls that ended long ago, in batches."""
        for pbx in self.search([("keep_days", ">", 0)]):
            for purge in (pbx._purge_facts, pbx._purge_log):
                while purge():
                    self.env["ir.cron"]._commit_progress(1)

    def _purge_facts(self):
        """Close some calls that ended long ago, and delete their facts.

        As long as rows of the exchange's own log wait to be read, nothing is deleted.

        :return: number of calls
        """
        return self.env.execute_query(
            SQL(
                """
                WITH old AS (
                    SELECT c.id, c.linkedid FROM cti_call c
                     WHERE c.pbx_id = %(pbx)s AND c.concluded AND c.closed IS NOT TRUE
                       AND c.state IN %(over)s AND c.ended < %(limit)s
                       AND NOT EXISTS (
                           SELECT FROM cti_cel l
                            WHERE l.writer = %(writer)s AND l.id > %(offset)s
                              AND l.written < %(limit)s)
                     ORDER BY c.ended LIMIT %(calls)s FOR UPDATE SKIP LOCKED
                ), closed AS (
                    UPDATE cti_call c SET closed = true FROM old WHERE c.id = old.id
                ), gone AS (
                    DELETE FROM cti_event e USING old
                     WHERE e.pbx_id = %(pbx)s AND e.linkedid = old.linkedid
                )
                SELECT count(*) FROM old
                """,
                calls=CALLS,
                over=OVER,
                **self._get_purge_values(),
            )
        )[0][0]

    def _purge_log(self):
        """Delete rows of the exchange's own log about calls that are closed.

        :return: number of rows
        """
        return self.env.execute_query(
            SQL(
                """
                WITH old AS (
                    SELECT l.id FROM cti_cel l
                      JOIN cti_call c
                        ON c.pbx_id = %(pbx)s AND c.linkedid = l.linkedid AND c.closed
                     WHERE l.writer = %(writer)s AND l.id <= %(offset)s
                       AND l.written < %(limit)s
                     ORDER BY l.id LIMIT %(rows)s
                ), gone AS (
                    DELETE FROM cti_cel l USING old WHERE l.id = old.id
                )
                SELECT count(*) FROM old
                """,
                rows=ROWS,
                **self._get_purge_values(),
            )
        )[0][0]

    def _get_purge_values(self):
        self.env.flush_all()
        return {
            "pbx": self.id,
            "writer": f"pbx_{self.code}",
            "offset": self.cel_offset,
            "limit": fields.Datetime.now() - timedelta(days=self.keep_days),
        }
