from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import format_date

from ..tools.refusal import refused
from .loyalty_program import STORED_VALUE


class LoyaltyValueEntry(models.Model):
    """What cards of a program gained and lost without a document of its own, booked.

    Deposits, refunds and invoices post their part. What is left is money that expires,
    gifts, corrections and debts: one entry a program and day, of what is missing
    between the ledger and all that was posted, so that nothing is booked twice.
    """

    _name = "loyalty.value.entry"
    _description = "Stored Value Entry"
    _inherit = ["loyalty.document"]
    _check_company_auto = True
    _order = "date desc, id desc"
    _rec_name = "program_id"

    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    date = fields.Date("As of", required=True, readonly=True)
    state = fields.Selection(
        [("draft", "Waiting"), ("posted", "Posted")],
        required=True,
        default="draft",
        readonly=True,
    )
    lapsed = fields.Monetary(
        "Expired Principal", readonly=True, help="Paid in and not spent in time."
    )
    given = fields.Monetary(
        "Given and Corrected",
        readonly=True,
        help="What members are owed more by gifts, corrections and bonuses; "
        "below 0: less.",
    )
    move_id = fields.Many2one("account.move", "Journal Entry", readonly=True)
    date_posted = fields.Date("Booked on", readonly=True)
    note = fields.Char("Why It Waits", readonly=True)

    _day_once = models.UniqueIndex("(program_id, date)")
    _waits_once = models.UniqueIndex("(program_id) WHERE state = 'draft'")

    def _prepare_closed_error(self):
        return AccessError(
            refused(
                self,
                self.env._(
                    "The stored value entry of program %(program)s follows from its "
                    "cards. Correct a card instead.",
                    program=self[:1].program_id.sudo().name,
                ),
            )
        )

    def _prepare_state_error(self, label):
        return UserError(
            self.env._(
                "The stored value entry of program %(program)s on %(date)s is in the "
                "state %(state)s. Reload the page.",
                program=self.program_id.sudo().name,
                date=format_date(self.env, self.date),
                state=label,
            )
        )

    @api.model
    def _cron_post(self):
        """Post what is missing up to yesterday, company by company.

        What cannot be posted waits with the reason, and the others go on. A company
        that was looked at is not looked at again on the same day.
        """
        companies = self.env["res.company"].search(
            [("loyalty_value_account_id", "!=", False)], order="id"
        )
        waiting = companies.filtered(lambda one: one._is_value_unposted())
        for done, company in enumerate(waiting, 1):
            self._post_company(company)
            left = len(waiting) - done
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    @api.model
    def _post_company(self, company):
        """Post the programs of a company up to its yesterday."""
        day = company._get_loyalty_yesterday()
        programs = (
            self.env["loyalty.program"]
            .with_context(active_test=False)
            .search(
                [
                    ("program_type", "in", STORED_VALUE),
                    ("company_id", "=", company.id),
                ]
            )
        )
        flows = self._get_flows(company, programs, day)
        for program in programs:
            self._post_daily(program, day, flows.get(program, {}))
        company.loyalty_value_date = day

    @api.model
    def _post_daily(self, program, day, flow):
        """Post one program up to a day.

        :param flow: see `_get_flows`
        """
        own = [("program_id", "=", program.id)]
        waiting = self.search([*own, ("state", "=", "draft")])
        if self.search([*own, ("state", "=", "posted"), ("date", ">=", day)]):
            return
        amounts = self._get_missing(program, flow)
        if not any(amounts.values()):
            waiting.unlink()
            return
        if not waiting:
            waiting = self.create({"program_id": program.id, "date": day})
        waiting.write({"date": day, **amounts})
        try:
            with self.env.cr.savepoint():
                waiting._post()
        except (UserError, RedirectWarning) as error:
            waiting.note = error.args[0]

    @api.model
    def _get_missing(self, program, flow):
        """Give what the books lack of a flow: ``{"lapsed", "given"}``, rounded."""
        ((lapsed, given),) = self._read_group(
            [("program_id", "=", program.id), ("state", "=", "posted")],
            [],
            ["lapsed:sum", "given:sum"],
        )
        booked = {"lapsed": lapsed, "given": given}
        return {
            name: program.currency_id.round(flow.get(name, 0) - amount)
            for name, amount in booked.items()
        }

    def action_post(self):
        """Post an entry that waited, up to its day, with the figures of now."""
        self.check_access("write")
        for entry in self:
            entry._check_state("draft")
            # The entry follows from the ledger, which this person may read.
            own = entry.sudo()
            program = own.program_id
            flows = own._get_flows(own.company_id, program, own.date)
            own.write(own._get_missing(program, flows.get(program, {})))
            own._post()
        return True

    def _post(self):
        company = self.company_id
        liability = company._get_value_account()
        amounts = []
        # In pairs, so that each is balanced in another currency, too.
        if self.given:
            expense = company._get_value_account("loyalty_marketing_account_id")
            amounts += [(expense, self.given), (liability, -self.given)]
        if self.lapsed:
            breakage = company._get_value_account("loyalty_breakage_account_id")
            amounts += [(liability, self.lapsed), (breakage, -self.lapsed)]
        journal = company._get_value_journal()
        day = company._get_open_loyalty_day(self.date, journal)
        name = self.env._(
            "Stored value of program %(program)s up to %(date)s",
            program=self.program_id.name,
            date=format_date(self.env, self.date),
        )
        move = company._post_value_entry(
            journal,
            self.env["res.partner"],
            name,
            amounts,
            self.currency_id,
            day,
        )
        self.write(
            {"state": "posted", "move_id": move.id, "date_posted": day, "note": False}
        )

    def action_open_entry(self):
        """Show the journal entry."""
        self.ensure_one()
        return self.move_id._get_records_action()
