from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.limits import Limit
from ..tools.posting import exact

KINDS = [
    ("redeem_count", "Redemptions in 24 Hours"),
    ("redeem_points", "Points Redeemed in 24 Hours"),
    ("earn_points", "Points Earned in 24 Hours"),
    ("transfer_count", "Transfers in 24 Hours"),
    ("lookup_count", "Unknown Numbers in an Hour"),
]


class LoyaltyLimit(models.Model):
    """How much may happen on a card, or be asked by a user, before it looks abused."""

    _name = "loyalty.limit"
    _inherit = ["crm.remembered"]
    _description = "Abuse Limit"
    _order = "program_id, kind, id"
    _rec_name = "kind"

    kind = fields.Selection(
        KINDS, "What", required=True, help="On one card; unknown numbers: by one user."
    )
    most = fields.Float("At Most", digits=(16, 4), required=True)
    action = fields.Selection(
        [
            ("alert", "Alert Only"),
            ("refuse", "Refuse"),
            ("freeze", "Refuse and Freeze the Card"),
        ],
        "Beyond That",
        required=True,
        default="refuse",
    )
    program_id = fields.Many2one(
        "loyalty.program",
        ondelete="cascade",
        help="Empty: for all programs of the company that have no such limit.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)

    _kind_once = models.UniqueIndex(
        "(company_id, coalesce(program_id, 0), kind) WHERE active",
        "There is such a limit already. Change that one.",
    )
    _most = models.Constraint(
        "CHECK (most >= 0)", "A limit is 0 or more; 0 allows nothing."
    )
    _lookup_of_company = models.Constraint(
        "CHECK (kind <> 'lookup_count' OR program_id IS NULL)",
        "Who asks for an unknown number asks for no program. "
        "Set this limit for the company.",
    )

    @api.model
    @ormcache("company_id", "program_id")
    def _get_limits(self, company_id, program_id):
        """Give the limits of a program in a company, its own before the company's.

        :return: tuple of `tools.limits.Limit`
        """
        # Limits hold for everybody, whoever may read them.
        limits = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("program_id", "in", [program_id, False]),
            ]
        )
        found = {}
        for limit in limits.sorted(lambda one: bool(one.program_id)):
            found[limit.kind] = Limit(limit.kind, exact(limit.most), limit.action)
        return tuple(found.values())
