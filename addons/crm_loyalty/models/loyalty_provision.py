from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: What the company gives when the program has none of its own.
DEFAULTED = (
    "liability_account_id",
    "revenue_account_id",
    "breakage_account_id",
    "journal_id",
)


class LoyaltyProvision(models.Model):
    """How the points of a program are accounted for; archived: not at all."""

    _name = "loyalty.provision"
    _inherit = ["mail.thread"]
    _description = "Points Provision"
    _check_company_auto = True
    _rec_name = "program_id"

    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        ondelete="restrict",
        domain="[('program_type', '=', 'loyalty'), ('company_id', '!=', False)]",
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True, tracking=True)

    # estimates
    point_value = fields.Float(
        "Value of a Point",
        digits=(16, 6),
        required=True,
        tracking=True,
        help="What a member saves with one point, in the currency of the company, "
        "without tax.",
    )
    expected_percent = fields.Float(
        "Expected Redemption (%)",
        digits=(6, 3),
        required=True,
        default=100,
        tracking=True,
        help="Part of the points of a year that members will use in the end. "
        "A change is caught up by the next valuation.",
    )

    # accounts; empty: those of the company
    liability_account_id = fields.Many2one(
        "account.account",
        "Deferred Revenue Account",
        check_company=True,
        tracking=True,
        help="Liability for points that can still be used.",
    )
    revenue_account_id = fields.Many2one(
        "account.account",
        "Points Revenue Account",
        check_company=True,
        tracking=True,
        help="Lowers revenue when points are given, raises it when they are used.",
    )
    breakage_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        tracking=True,
        help="Revenue of points that expire unused beyond what was expected.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        tracking=True,
    )
    valuation_ids = fields.One2many("loyalty.valuation", "provision_id", "Valuations")
    valuations = fields.Integer(
        "Number of Valuations", readonly=True, copy=False, default=0
    )

    _program_unique = models.Constraint(
        "UNIQUE (program_id)", "The points of this program are provided for already."
    )
    _estimates = models.Constraint(
        "CHECK (point_value > 0 AND expected_percent BETWEEN 0 AND 100)",
        "A point is worth more than 0, and 0 to 100 % of the points are used.",
    )

    @api.constrains("program_id")
    def _check_program(self):
        for one in self:
            program = one.program_id
            if program.program_type != "loyalty" or not program.company_id:
                raise UserError(
                    self.env._(
                        "Program %(program)s does not give points of one company. "
                        "Choose a loyalty program, and a company in it.",
                        program=program.name,
                    )
                )

    def action_value(self):
        """Open a new valuation of today, with its figures, to look at and post."""
        self.ensure_one()
        valuation = self.env["loyalty.valuation"].create(
            {"provision_id": self.id, "date": fields.Date.context_today(self)}
        )
        valuation.action_compute()
        return valuation.get_formview_action()

    @api.model
    def _cron_value(self):
        """Value and post the points of each program as of yesterday.

        What is missing or wrong for a program is written on its provision, and the
        others go on.
        """
        provisions = self.search([])
        for done, one in enumerate(provisions, 1):
            one._value_daily()
            left = len(provisions) - done
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _value_daily(self):
        yesterday = fields.Date.context_today(self._in_company_time()) - timedelta(1)
        try:
            with self.env.cr.savepoint():
                valuation = self.env["loyalty.valuation"].create(
                    {"provision_id": self.id, "date": yesterday}
                )
                valuation.action_compute()
                if valuation._has_movement() and not valuation._is_late():
                    valuation.action_post()
                else:
                    valuation.unlink()
        except UserError as error:
            self.message_post(body=str(error))

    def _in_company_time(self):
        return self.with_context(tz=self.company_id._get_loyalty_tz())

    def _get_setting(self, name):
        """Give an account or journal, of the program or else of the company."""
        self.ensure_one()
        return self[name] or self.company_id[f"loyalty_{name}"]

    def _check_settings(self):
        """Have all accounts and the journal.

        :raise UserError: one is missing
        """
        self.ensure_one()
        missing = [name for name in DEFAULTED if not self._get_setting(name)]
        if missing:
            raise UserError(
                self.env._(
                    "The points of program %(program)s cannot be valued: %(missing)s "
                    "is missing. Set it in the provision of the program or in the "
                    "settings of company %(company)s.",
                    program=self.program_id.name,
                    missing=", ".join(self._fields[name].string for name in missing),
                    company=self.company_id.name,
                )
            )
