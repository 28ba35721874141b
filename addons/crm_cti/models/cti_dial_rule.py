from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import _tz_get

from ..tools import dial

#: Denied prefixes, so that what the exchange is told stays below 1000 characters.
MOST = 60


class CtiDialRule(models.Model):
    """What may be dialled from an exchange, so that a stolen login stays cheap."""

    _name = "cti.dial.rule"
    _description = "Dial Rule"
    _rec_name = "pbx_id"
    _check_company_auto = True

    pbx_id = fields.Many2one(
        "cti.pbx",
        "Exchange",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="pbx_id.company_id", store=True, index=True)

    # where to
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="Only numbers of these countries may be dialled.",
    )
    denied_prefixes = fields.Text(
        help="Expensive numbers, with +, separated by commas: +861689, +44871. Numbers "
        "known as premium or shared-cost are refused in any case."
    )

    # when, and how often
    hour_from = fields.Float("From", default=8.0)
    hour_to = fields.Float("To", default=21.0)
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
    )
    agent_cap = fields.Integer(
        "Calls of an Agent", default=200, help="Dialled in a day; 0: no limit."
    )
    company_cap = fields.Integer(
        "Calls in All", default=2000, help="Dialled in a day; 0: no limit."
    )

    # calls that were dialled on the last day
    day = fields.Date(readonly=True, copy=False)
    day_calls = fields.Integer("Calls That Day", readonly=True, copy=False)

    _pbx_once = models.UniqueIndex("(pbx_id)", "This exchange has its rule already.")
    _hours_of_a_day = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < 24 AND hour_to > 0 AND hour_to <= 24)",
        "The hours of a day are 0 to 24.",
    )
    _caps_positive = models.Constraint(
        "CHECK (agent_cap >= 0 AND company_cap >= 0)",
        "A number of calls is 0 or more.",
    )

    @api.constrains("denied_prefixes")
    def _check_denied_prefixes(self):
        for rule in self:
            try:
                found = dial.prefixes(rule.denied_prefixes)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%(prefix)s” is no prefix. Write a + and digits, such as "
                        "+861689.",
                        prefix=error,
                    )
                ) from error
            if len(found) > MOST:
                raise ValidationError(
                    self.env._(
                        "The exchange keeps %(most)s denied prefixes. Shorter ones "
                        "stand for many.",
                        most=MOST,
                    )
                )

    @api.model
    def _of(self, pbx):
        """Give the rule of an exchange; the first one allows its own country alone."""
        rule = self.search([("pbx_id", "=", pbx.id)])
        zone = pbx.company_id.partner_id.tz or self.env.user.tz or "UTC"
        return rule or self.create({"pbx_id": pbx.id, "tz": zone})

    def _get_limits(self):
        self.ensure_one()
        countries = self.country_ids or self.pbx_id.company_id.country_id
        return dial.Limits(
            countries=frozenset(countries.mapped("code")),
            denied=dial.prefixes(self.denied_prefixes),
            hour_from=self.hour_from,
            hour_to=self.hour_to,
            agent_cap=self.agent_cap,
            company_cap=self.company_cap,
        )

    def _get_now(self):
        """Give the wall clock of the rule's time zone."""
        return datetime.now(pytz.timezone(self.tz or "UTC"))

    def _count(self, day):
        """Count a call that is dialled, so that two at once cannot pass a cap.

        PostgreSQL ends the transaction with a serialization failure if somebody dialled
        since it began, and the request is repeated.
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE cti_dial_rule
                   SET day = %(day)s,
                       day_calls =
                           CASE WHEN day = %(day)s THEN day_calls + 1 ELSE 1 END
                 WHERE id = %(id)s
                """,
                day=day,
                id=self.id,
            )
        )
        self.invalidate_recordset(["day", "day_calls"])
