from itertools import combinations

from odoo import api, fields, models
from odoo.tools import SQL


class CrmDuplicateIgnored(models.Model):
    """Two customers of whom somebody said that they are not the same."""

    _name = "crm.duplicate.ignored"
    _description = "Customers Known to Differ"
    _rec_name = "first_id"

    first_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade"
    )
    second_id = fields.Many2one(
        "res.partner", "Other Customer", required=True, index=True, ondelete="cascade"
    )

    _pair_unique = models.Constraint(
        "UNIQUE (first_id, second_id)", "These customers are known to differ already."
    )
    _pair_in_order = models.Constraint(
        "CHECK (first_id < second_id)", "A pair is kept once, the older customer first."
    )

    @api.model
    def _remember(self, groups):
        """Remember each pair of each group.

        :param groups: lists of partner ids
        """
        pairs = {pair for ids in groups for pair in combinations(sorted(ids), 2)}
        if pairs:
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO crm_duplicate_ignored (
                        first_id, second_id, create_uid, create_date, write_uid,
                        write_date
                    )
                    SELECT a, b, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM unnest(%(first)s::int[], %(second)s::int[]) p(a, b)
                    ON CONFLICT DO NOTHING RETURNING 1
                    """,
                    uid=self.env.uid,
                    now=fields.Datetime.now(),
                    first=[first for first, _second in pairs],
                    second=[second for _first, second in pairs],
                )
            )
