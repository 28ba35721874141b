from odoo import api, fields, models
from odoo.tools import SQL


class ServiceRemedyLock(models.Model):
    """Whose turn it is with an invoice or a delivery.

    The row is written and not only locked: whoever comes second and began before the
    first one was done starts again, and sees what the first one did.
    """

    _name = "service.remedy.lock"
    _description = "Lock of Remedies"
    _log_access = False
    _rec_name = "document"

    document = fields.Char(required=True, help="Model and number, as “account.move,1”.")
    turn = fields.Integer(required=True)

    _document_once = models.UniqueIndex("(document)")

    @api.model
    def _take(self, records):
        """Take the turn with documents, in one order for all.

        :param records: list of recordsets
        """
        names = sorted({f"{one._name},{one.id}" for some in records for one in some})
        if names:
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO service_remedy_lock (document, turn)
                    SELECT name, 1 FROM unnest(%s) AS name ORDER BY name
                        ON CONFLICT (document)
                        DO UPDATE SET turn = service_remedy_lock.turn + 1
                    RETURNING 1
                    """,
                    names,
                )
            )
