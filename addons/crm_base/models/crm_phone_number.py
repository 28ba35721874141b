import logging

from odoo import fields, models
from odoo.tools import SQL

from ..tools import phone

_logger = logging.getLogger(__name__)

#: Records read, parsed and written at once when the table is built from nothing.
REBUILD_BATCH = 10000


class CrmPhoneNumber(models.Model):
    """One number under which a customer or a lead can be found.

    The number as typed stays on its owner; here stand the keys of
    :mod:`odoo.addons.crm_base.tools.phone`. Rows are written by ``_sync`` alone.
    """

    _name = "crm.phone.number"
    _description = "Phone Number Index"
    _log_access = False
    _rec_name = "national"

    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="cascade"
    )
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="cascade")
    e164 = fields.Char(
        "International Number", help="ITU-T E.164; empty if the country is unknown."
    )
    national = fields.Char(
        "National Key",
        required=True,
        help="National significant number without leading zeros.",
    )
    extension = fields.Char()

    _national_idx = models.Index("(national)")
    _e164_idx = models.Index("(e164) WHERE e164 IS NOT NULL")
    _one_owner = models.Constraint(
        "CHECK (num_nonnulls(partner_id, lead_id) = 1)",
        "A phone number belongs to either a customer or a lead.",
    )

    def _owner_column(self, model_name):
        return {"res.partner": "partner_id", "crm.lead": "lead_id"}[model_name]

    def _sync(self, owners):
        """Bring the numbers of some customers or leads up to date, in one statement.

        :param owners: records of `res.partner` or `crm.lead`, all saved
        """
        if not owners:
            return
        countries = owners._phone_get_country()
        fallback = self.env["res.company"]._phone_region()
        rows = []
        for owner in owners:
            region = countries[owner.id].code if owner.id in countries else fallback
            keys = self._keys(
                owner.phone, owner.other_phones, owner.phone_sanitized, region
            )
            rows += [(owner.id, key.e164, key.national, key.extension) for key in keys]
        self._replace(owners._name, owners.ids, rows)

    def _keys(self, typed, others, sanitized, region):
        """Read the numbers of one owner; ``sanitized`` saves parsing the usual case."""
        parts = phone.split(typed)
        if sanitized and len(parts) == 1 and phone.agrees(typed, sanitized):
            keys = [phone.from_e164(sanitized)]
        else:
            keys = [phone.parse(part, region) for part in parts]
        if others:
            keys += [phone.parse(part, region) for part in phone.split(others)]
        return dict.fromkeys(filter(None, keys))

    def _replace(self, model_name, owner_ids, rows):
        owner = SQL.identifier(self._owner_column(model_name))
        columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
        self.env.execute_query(
            SQL(
                """
                WITH wanted AS (
                    SELECT * FROM unnest(
                        %(ids)s::int[], %(e164)s::text[],
                        %(national)s::text[], %(extension)s::text[]
                    ) AS w(owner_id, e164, national, extension)
                ), gone AS (
                    DELETE FROM crm_phone_number n
                     WHERE n.%(owner)s = ANY(%(owner_ids)s)
                       AND NOT EXISTS (
                           SELECT FROM wanted w
                            WHERE w.owner_id = n.%(owner)s
                              AND (w.e164, w.national, w.extension)
                                  IS NOT DISTINCT FROM (n.e164, n.national, n.extension)
                       )
                )
                INSERT INTO crm_phone_number (%(owner)s, e164, national, extension)
                SELECT w.* FROM wanted w
                 WHERE NOT EXISTS (
                     SELECT FROM crm_phone_number n
                      WHERE n.%(owner)s = w.owner_id
                        AND (w.e164, w.national, w.extension)
                            IS NOT DISTINCT FROM (n.e164, n.national, n.extension)
                 )
                RETURNING 1
                """,
                owner=owner,
                owner_ids=list(owner_ids),
                ids=list(columns[0]),
                e164=list(columns[1]),
                national=list(columns[2]),
                extension=list(columns[3]),
            )
        )

    def _rebuild(self, model_name):
        """Fill the table for all existing records of a model, in batches with progress.

        Numbers are parsed outside the ORM: about a million in the time in which the
        ORM would load them.

        :return: number of records read
        """
        table = self.env[model_name]._table
        self.env[model_name].flush_model(["phone", "phone_sanitized", "country_id"])
        fallback = self.env["res.company"]._phone_region()
        last, done = 0, 0
        while True:
            batch = self.env.execute_query(
                SQL(
                    """
                    SELECT o.id, o.phone, o.phone_sanitized, c.code
                      FROM %s o LEFT JOIN res_country c ON c.id = o.country_id
                     WHERE o.id > %s AND o.phone IS NOT NULL
                     ORDER BY o.id LIMIT %s
                    """,
                    SQL.identifier(table),
                    last,
                    REBUILD_BATCH,
                )
            )
            if not batch:
                return done
            rows = [
                (owner_id, key.e164, key.national, key.extension)
                for owner_id, typed, sanitized, code in batch
                for key in self._keys(typed, None, sanitized, code or fallback)
            ]
            self._replace(model_name, [row[0] for row in batch], rows)
            last, done = batch[-1][0], done + len(batch)
            _logger.info("Phone numbers of %s: %s records read", model_name, done)

    def _owners_query(self, model_name, term, region):
        """Give a subquery of the owners that a number leads to.

        A number typed with its country leads to its exact owners; where there are
        none, and for a number in national form, the national key decides.

        :return: SQL in parentheses that yields ids, or None if the term is no number
        """
        query = phone.query(term, region)
        if query is None:
            return None
        owner = SQL.identifier(self._owner_column(model_name))
        by_key = SQL(
            "SELECT %s FROM crm_phone_number"
            " WHERE national = ANY(%s) AND %s IS NOT NULL",
            owner,
            list(query.national),
            owner,
        )
        if not (query.international and query.e164):
            return SQL("(%s)", by_key)
        exact = SQL(
            "SELECT %s FROM crm_phone_number WHERE e164 = ANY(%s) AND %s IS NOT NULL",
            owner,
            list(query.e164),
            owner,
        )
        return SQL("(%s UNION ALL %s AND NOT EXISTS (%s))", exact, by_key, exact)
