from odoo import fields, models
from odoo.tools import SQL


class CtiCompleteness(models.Model):
    """A day of an exchange: the calls in its own log against those recorded here.

    ``missing`` is 0 when nothing was lost; ``open`` are calls said to be alive.
    """

    _name = "cti.completeness"
    _description = "Completeness of Calls"
    _order = "date desc, pbx_id"
    _auto = False
    _rec_name = "date"

    pbx_id = fields.Many2one("cti.pbx", "Exchange", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True, help="Of the first channel, in UTC.")
    logged = fields.Integer("In the Exchange's Log", readonly=True)
    recorded = fields.Integer("Recorded Here", readonly=True)
    missing = fields.Integer(readonly=True)
    open = fields.Integer("Still Open", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH logged AS (
                SELECT p.id AS pbx_id, p.company_id, l.linkedid,
                       to_timestamp(min(l.eventtime)) AT TIME ZONE 'UTC' AS began
                  FROM cti_cel l JOIN cti_pbx p ON l.writer = 'pbx_' || p.code
                 WHERE l.linkedid <> ''
                 GROUP BY p.id, l.linkedid
            )
            SELECT row_number() OVER (ORDER BY l.began::date, l.pbx_id) AS id,
                   l.pbx_id, l.company_id, l.began::date AS date,
                   count(*)::int AS logged, count(c.id)::int AS recorded,
                   (count(*) - count(c.id))::int AS missing,
                   count(c.id) FILTER (WHERE c.ended IS NULL)::int AS open
              FROM logged l
              LEFT JOIN cti_call c
                ON c.pbx_id = l.pbx_id AND c.linkedid = l.linkedid
             GROUP BY l.pbx_id, l.company_id, l.began::date
            """
        )
