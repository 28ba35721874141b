from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import chain


class ServiceEventHead(models.Model):
    """Where the chain of a complaint ends, and how far it was proved."""

    _name = "service.event.head"
    _description = "End of a Chain of Events"
    _log_access = False
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one(
        "service.complaint", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(required=True)
    hash = fields.Char(required=True)
    verified_sequence = fields.Integer(required=True, default=0)
    verified_hash = fields.Char(help="What stood there when the chain was proved.")

    _complaint_once = models.UniqueIndex("(complaint_id)")

    @api.model
    def _lock(self, complaints):
        """Lock the ends of chains, and begin those that are new.

        An update, since a mere lock would let a second transaction go on with what it
        knew before the first one.

        :return: ``{complaint id: (hash, sequence)}``
        """
        complaints.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_event_head
                       (complaint_id, sequence, hash, verified_sequence)
                SELECT id, 0, %(start)s, 0
                  FROM unnest(%(ids)s) AS id ORDER BY id
                    ON CONFLICT (complaint_id)
                    DO UPDATE SET sequence = service_event_head.sequence
                RETURNING complaint_id, hash, sequence
                """,
                start=chain.START,
                ids=complaints.ids,
            )
        )
        self.invalidate_model(flush=False)
        return {id_: (hash_, sequence) for id_, hash_, sequence in rows}

    @api.model
    def _advance(self, rows):
        self.env.execute_query(
            SQL(
                """
                UPDATE service_event_head AS head
                   SET sequence = row.sequence, hash = row.hash
                  FROM unnest(%(ids)s, %(sequences)s, %(hashes)s)
                       AS row (complaint_id, sequence, hash)
                 WHERE head.complaint_id = row.complaint_id
                RETURNING 1
                """,
                ids=[row["complaint_id"] for row in rows],
                sequences=[row["sequence"] for row in rows],
                hashes=[row["hash"] for row in rows],
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _set_proved(self, proved):
        """Remember how far chains were proved.

        :param proved: ``[(complaint id, sequence, hash)]``
        """
        if not proved:
            return
        ids, sequences, hashes = map(list, zip(*proved, strict=True))
        self.env.execute_query(
            SQL(
                """
                UPDATE service_event_head AS head
                   SET verified_sequence = row.sequence, verified_hash = row.hash
                  FROM unnest(%s, %s, %s) AS row (complaint_id, sequence, hash)
                 WHERE head.complaint_id = row.complaint_id
                RETURNING 1
                """,
                ids,
                sequences,
                hashes,
            )
        )
        self.invalidate_model(flush=False)
