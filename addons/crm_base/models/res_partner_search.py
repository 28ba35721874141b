import re

from odoo import models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL, Query

#: Columns in which the search for a customer looks (`_rec_names_search` and the box).
NAME_COLUMNS = ("complete_name", "email", "ref", "vat", "company_registry")
#: Terms below this length hold no trigram (PostgreSQL manual, F.35 pg_trgm).
TRIGRAM = 3
#: Rows at the head of the order that are tried before all matches are gathered.
HEAD_MIN, HEAD_MAX, HEAD_PER_ROW = 1000, 4000, 40
MAX_ROWS = 200

#: What was written since the last clean-up stands in a list that every search reads
#: to its end; PostgreSQL's 4 MB of it would undo the index, 64 kB are not felt, and
#: cost 0.1 ms a new customer (PostgreSQL manual, 70.4.1 GIN Fast Update Technique).
PENDING_KB = 64

_COLUMN = re.compile(r'"res_partner"\."(\w+)"')
_UNQUOTED = re.compile(r'(?<!")\bres_partner\b(?!")|"res_partner"(?!\.")')


def _can_index(registry):
    """Tell whether a search without accents can use a trigram index."""
    plain = registry.has_unaccent in (FunctionStatus.MISSING, FunctionStatus.INDEXABLE)
    return bool(registry.has_trigram and plain)


def _names_index(registry):
    if not _can_index(registry):
        return ""
    columns = ", ".join(
        f"{registry.unaccent(name)} gin_trgm_ops" for name in NAME_COLUMNS
    )
    return f"USING gin ({columns}) WITH (gin_pending_list_limit = {PENDING_KB})"


def _spread(registry):
    """Write the names with every character tripled, so that each one is a trigram."""
    text = " || chr(10) || ".join(f"coalesce({name}, '')" for name in NAME_COLUMNS)
    return rf"regexp_replace(lower({registry.unaccent(text)}), '(.)', '\1\1\1', 'g')"


def _short_index(registry):
    if not _can_index(registry):
        return ""
    return (
        f"USING gin (({_spread(registry)}) gin_trgm_ops) "
        f"WITH (gin_pending_list_limit = {PENDING_KB})"
    )


class ResPartner(models.Model):
    """Finding a customer among millions by a piece of the name.

    PostgreSQL answers "the first 8 customers by name that contain …" badly in two
    cases: a term that hardly anybody has (it reads the whole table), and a term that
    many have, but late in the alphabet (it walks the order from the start). Here the
    head of the order is tried first, which answers the terms that everybody has; what
    that leaves is gathered through a trigram index and sorted. Rows and rights are
    those of the platform's query, whose conditions are used as they are.
    """

    _inherit = "res.partner"

    _names_idx = models.Index(_names_index)
    _short_names_idx = models.Index(_short_index)
    _customer_rank_idx = models.Index("(customer_rank DESC, complete_name, id DESC)")

    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        query = super()._search(domain, offset, limit, order, **kwargs)
        if (
            limit
            and order == self._order
            and (limit or 0) + (offset or 0) <= MAX_ROWS
            and _can_index(self.env.registry)
            and not query.is_empty()
            and query.from_clause == SQL.identifier(self._table)
            and (terms := self._name_terms(domain))
        ):
            short = any(len(term) < TRIGRAM for term in terms)
            return self._search_by_name(domain if short else None, query)
        return query

    def _name_terms(self, domain):
        names = {"display_name", *NAME_COLUMNS}
        return [
            leaf.value
            for leaf in Domain(domain).iter_conditions()
            if leaf.field_expr in names
            and leaf.operator == "ilike"
            and isinstance(leaf.value, str)
        ]

    def _search_by_name(self, short_domain, query):
        rows = query.limit + (query.offset or 0)
        head = min(max(HEAD_MIN, HEAD_PER_ROW * rows), HEAD_MAX)
        short = short_domain is not None and self._short_term_condition(
            Domain(short_domain).optimize_full(self)
        )
        ids = SQL(
            """
            WITH head AS MATERIALIZED (
                SELECT res_partner.id
                  FROM (SELECT %(columns)s FROM res_partner
                         ORDER BY %(order)s LIMIT %(head)s) AS res_partner
                 WHERE %(where)s ORDER BY %(order)s LIMIT %(rows)s
            )
            (SELECT id FROM head)
            UNION ALL
            (SELECT res_partner.id
               FROM (SELECT %(order_columns)s FROM res_partner
                      WHERE (SELECT count(*) FROM head) < %(rows)s
                        AND %(where)s AND %(short)s OFFSET 0) AS res_partner
              ORDER BY %(order)s LIMIT %(rows)s)
            """,
            columns=self._columns_of(query.where_clause, query.order),
            order_columns=self._columns_of(query.order),
            order=query.order,
            head=head,
            where=query.where_clause,
            rows=rows,
            short=short or SQL("TRUE"),
        )
        bounded = Query(self.env, self._table, self._table_sql)
        bounded.add_where(SQL("res_partner.id IN (%s)", ids))
        bounded.order, bounded.limit = query.order, query.limit
        bounded.offset = query.offset
        return bounded

    def _columns_of(self, *parts):
        """List the customer's columns that pieces of a query name.

        A table with a hundred columns takes longer to plan than to read.
        """
        code = " ".join(part.code for part in parts)
        if _UNQUOTED.search(code):
            return SQL("*")
        names = sorted({"id", *_COLUMN.findall(code)})
        return SQL(", ").join(SQL.identifier("res_partner", name) for name in names)

    def _short_term_condition(self, domain):
        """Say in an indexable way what a domain of one or two characters implies.

        :return: SQL that holds for every row of the domain, or None
        """
        if not hasattr(domain, "children"):
            return self._short_leaf_condition(domain)
        parts = [self._short_term_condition(child) for child in domain.children]
        if domain.OPERATOR == "&":
            return next(filter(None, parts), None)
        if domain.OPERATOR == "|" and all(parts):
            # The leaves of one search box carry one term and give one condition.
            return parts[0] if all(part == parts[0] for part in parts) else None
        return None

    def _short_leaf_condition(self, leaf):
        if (
            getattr(leaf, "operator", None) != "ilike"
            or leaf.field_expr not in NAME_COLUMNS
            or not isinstance(leaf.value, str)
            or not 0 < len(leaf.value) < TRIGRAM
            or not leaf.value.isalnum()
        ):
            return None
        value = self.env.registry.unaccent(SQL("%s", leaf.value))
        return SQL(
            r"%s LIKE '%%' || regexp_replace(lower(%s), '(.)', '\1\1\1', 'g') || '%%'",
            SQL(_spread(self.env.registry)),
            value,
        )
