from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.posting import exact
from ..tools.provision import Pool, expected_redemption, in_unit, recognised
from ..tools.refusal import refused

#: What a person says; all else follows.
OPEN = {"provision_id", "date"}
FIXED = {
    "state": "draft",
    "number": 0,
    "point_value": 0,
    "expected_percent": 0,
    "line_ids": False,
    "move_id": False,
    "date_posted": False,
    "reversal_id": False,
    "note": False,
}


class LoyaltyValuation(models.Model):
    """What the points of a program are worth on a day, and the entry that says so."""

    _name = "loyalty.valuation"
    _description = "Points Valuation"
    _inherit = ["loyalty.document"]
    _check_company_auto = True
    _order = "date desc, id desc"
    _rec_name = "provision_id"
    _said = OPEN

    provision_id = fields.Many2one(
        "loyalty.provision", required=True, index=True, ondelete="restrict"
    )
    program_id = fields.Many2one(
        related="provision_id.program_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="provision_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "As of",
        required=True,
        default=fields.Date.context_today,
        help="Last day whose points count.",
    )
    state = fields.Selection(
        [("draft", "Preview"), ("posted", "Posted"), ("reversed", "Reversed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    number = fields.Integer(readonly=True, copy=False)

    # the estimates that were used
    point_value = fields.Float("Value of a Point", digits=(16, 6), readonly=True)
    expected_percent = fields.Float(
        "Expected Redemption (%)", digits=(6, 3), readonly=True
    )

    # figures
    line_ids = fields.One2many("loyalty.valuation.line", "valuation_id", "Years")
    defer_now = fields.Monetary(compute="_compute_sums", store=True)
    redeem_now = fields.Monetary("Revenue Now", compute="_compute_sums", store=True)
    breakage_now = fields.Monetary(compute="_compute_sums", store=True)
    carrying = fields.Monetary("Still Deferred", compute="_compute_sums", store=True)

    # the entry
    move_id = fields.Many2one("account.move", "Entry", readonly=True, copy=False)
    date_posted = fields.Date("Booked on", readonly=True, copy=False)
    reversal_id = fields.Many2one("account.move", readonly=True, copy=False)
    note = fields.Char(readonly=True, copy=False)

    _number_once = models.UniqueIndex(
        "(provision_id, number) WHERE number IS NOT NULL AND number > 0",
        "Somebody valued the points of this program at the same time. "
        "Compute the figures again.",
    )
    _day_once = models.UniqueIndex(
        "(provision_id, date) WHERE state = 'posted'",
        "The points of this program are valued for this day already.",
    )

    @api.depends(
        "line_ids.defer_now",
        "line_ids.redeem_now",
        "line_ids.breakage_now",
        "line_ids.carrying",
    )
    def _compute_sums(self):
        for one in self:
            for name in ("defer_now", "redeem_now", "breakage_now", "carrying"):
                one[name] = sum(one.line_ids.mapped(name))

    @api.model_create_multi
    def create(self, vals_list):
        # Figures and entries are made by the buttons, whatever the caller says.
        own = [{name: vals[name] for name in OPEN & set(vals)} for vals in vals_list]
        return super().create([{**vals, **FIXED} for vals in own])

    def _prepare_closed_error(self):
        return UserError(
            refused(
                self,
                self.env._(
                    "The valuation of program %(program)s changes by its buttons. "
                    "Reverse it, and make a new one.",
                    program=self[:1].program_id.sudo().name,
                ),
            )
        )

    def action_compute(self):
        """Show what would be posted, from the ledger as it is now."""
        self.check_access("write")
        for one in self:
            one._check_state("draft")
            one._compute_lines()
        return True

    def _prepare_state_error(self, label):
        return UserError(
            self.env._(
                "The valuation of program %(program)s on %(date)s is in the state "
                "%(state)s. Reload the page.",
                program=self.program_id.sudo().name,
                date=self.date,
                state=label,
            )
        )

    def _compute_lines(self):
        """Write one line for each year of issue: so far, and what is missing."""
        self.ensure_one()
        # Who values points may not write figures by hand, nor read every setting.
        self = self.sudo()
        provision = self.provision_id
        figures = provision._get_figures(
            self.company_id, self.program_id.ids, self.date
        ).get(self.program_id.id, {})
        before = self._get_before()
        self.line_ids.unlink()
        self.write(
            {
                "point_value": provision.point_value,
                "expected_percent": provision.expected_percent,
                "line_ids": [
                    (0, 0, self._prepare_line(year, figures.get(year), before))
                    for year in sorted(set(figures) | set(before))
                ],
            }
        )

    def _get_before(self):
        """Give what was posted so far: ``{year: (deferred, redeemed, breakage)}``."""
        groups = self.env["loyalty.valuation.line"]._read_group(
            [
                ("valuation_id.provision_id", "=", self.provision_id.id),
                ("valuation_id.state", "=", "posted"),
            ],
            ["year"],
            ["defer_now:sum", "redeem_now:sum", "breakage_now:sum"],
        )
        return {
            year: tuple(Decimal(str(round(amount, 6))) for amount in amounts)
            for year, *amounts in groups
        }

    def _prepare_line(self, year, figures, before):
        """Give the values of the line of one year of issue.

        :param figures: (issued, redeemed, expired, remaining, allocated) or ``None``
        :param before: ``{year: (deferred, redeemed, breakage)}`` in money
        """
        issued, redeemed, expired, remaining, allocated = figures or [Decimal(0)] * 5
        unit = Decimal(str(self.currency_id.rounding))
        rate = exact(self.provision_id.expected_percent) / 100
        pool = Pool(issued, redeemed, remaining, allocated)
        redemption, breakage = recognised(pool, rate, unit)
        deferred = in_unit(allocated, unit)
        was_deferred, was_redeemed, was_broken = before.get(year, [Decimal(0)] * 3)
        return {
            "year": year,
            "issued": float(issued),
            "redeemed": float(redeemed),
            "expired": float(expired),
            "remaining": float(remaining),
            "expected": float(expected_redemption(pool, rate)),
            "allocated": float(deferred),
            "recognised": float(redemption + breakage),
            "carrying": float(deferred - redemption - breakage),
            "defer_now": float(deferred - was_deferred),
            "redeem_now": float(redemption - was_redeemed),
            "breakage_now": float(breakage - was_broken),
        }

    def _has_movement(self):
        """Tell whether there is anything to post."""
        self.ensure_one()
        return any(
            line[name]
            for line in self.line_ids
            for name in ("defer_now", "redeem_now", "breakage_now")
        )
