from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MiningActivityRate(models.Model):
    """What one activity for a customer costs the company in a period."""

    _name = "mining.activity.rate"
    _description = "Rate of an Activity"
    _order = "activity, date_from desc, id desc"
    _rec_name = "activity"
    _check_company_auto = True

    activity = fields.Selection(selection="_selection_activity", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", help="Empty: until further notice")
    origin = fields.Selection(
        [("manual", "A Fixed Amount"), ("analytic", "An Analytic Account")],
        "Comes From",
        default="manual",
        required=True,
        help="The costs of an analytic account in the period are divided by the number "
        "of activities.",
    )
    amount = fields.Monetary("For Each", help="For one unit of the activity")
    account_id = fields.Many2one(
        "account.analytic.account", "Analytic Account", check_company=True
    )

    _sound = models.Constraint(
        "CHECK ((date_to IS NULL OR date_to >= date_from) AND amount >= 0"
        " AND (origin <> 'analytic' OR account_id IS NOT NULL))",
        "A period ends after it begins, a rate is not negative, and a rate that comes "
        "from an analytic account names one.",
    )

    @api.model
    def _selection_activity(self):
        kinds = self.env["res.partner"]._customer_effort_kinds()
        ordered = sorted(kinds.items(), key=lambda kind: kind[1]["sequence"])
        return [
            (name, kind["label"])
            for name, kind in ordered
            if not kind.get("is_deduction")
        ]

    @api.constrains("activity", "company_id", "date_from", "date_to")
    def _check_overlap(self):
        same = self.search(
            [
                ("activity", "in", list(set(self.mapped("activity")))),
                ("company_id", "in", self.company_id.ids),
            ]
        ).grouped(lambda rate: (rate.activity, rate.company_id))
        for rates in same.values():
            ordered = rates.sorted("date_from")
            for before, after in zip(ordered, ordered[1:], strict=False):
                if not before.date_to or before.date_to >= after.date_from:
                    raise ValidationError(
                        self.env._(
                            "Two rates of “%(activity)s” hold on %(date)s. End the "
                            "first one on the day before.",
                            activity=after.display_name,
                            date=after.date_from,
                        )
                    )

    def _get_periods(self, date_from, date_to):
        """Give the rates in force in a window.

        :param date_from: day before the first
        :param date_to: last day
        :return: ``{activity: [(first day, last day, amount or None, costs of the
            analytic account or None)]}``
        """
        first = fields.Date.add(date_from, days=1)
        found = {}
        for rate in self:
            start = max(rate.date_from, first)
            end = min(rate.date_to or date_to, date_to)
            if start > end:
                continue
            is_manual = rate.origin == "manual"
            found.setdefault(rate.activity, []).append(
                (
                    start,
                    end,
                    rate.amount if is_manual else None,
                    None if is_manual else rate._get_costs(start, end),
                )
            )
        return found

    def _get_costs(self, start, end):
        """Give what the analytic account cost in a period, in company currency."""
        column = self.account_id.plan_id._column_name()
        rows = self.env["account.analytic.line"]._read_group(
            [
                (column, "=", self.account_id.id),
                ("company_id", "=", self.company_id.id),
                ("date", ">=", start),
                ("date", "<=", end),
            ],
            [],
            ["amount:sum"],
        )
        return -(rows[0][0] or 0)
