from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class LoyaltyValuation(models.Model):
    """The entry of a valuation: one for each program and day, and its reversal."""

    _inherit = "loyalty.valuation"

    def action_post(self):
        """Post what is missing between the ledger of points and the books.

        The figures are computed again, so that what is posted is what is true now.

        :raise UserError: a setting is missing, a later day is valued already, or there
            is nothing to post
        """
        self.check_access("write")
        for one in self:
            one._check_state("draft")
            one.provision_id.sudo()._check_settings()
            one._take_number()
            one._check_day()
            one._compute_lines()
            if not one._has_movement():
                raise UserError(
                    self.env._(
                        "Nothing of program %(program)s is left to post up to "
                        "%(date)s. Choose a later day.",
                        program=one.program_id.sudo().name,
                        date=format_date(self.env, one.date),
                    )
                )
            one._post_entry()
        return True

    def _take_number(self):
        """Count the valuations of the program; two at once cannot get past this line.

        The second one meets the platform's error of serialization, is tried again and
        finds what the first one posted.
        """
        # Whoever posts may not write the settings, where the counter stands.
        provision = self.sudo().provision_id
        provision.flush_recordset()
        self.env.cr.execute(
            "UPDATE loyalty_provision SET valuations = coalesce(valuations, 0) + 1"
            " WHERE id = %s RETURNING valuations",
            [provision.id],
        )
        self.sudo().number = self.env.cr.fetchone()[0]
        provision.invalidate_recordset(["valuations"])

    def _is_late(self):
        """Tell whether this day or a later one is posted for the program."""
        return bool(self._get_last().date and self._get_last().date >= self.date)

    def _get_last(self):
        # What was posted counts, whatever this person may read.
        return self.sudo().search(
            [("provision_id", "=", self.provision_id.id), ("state", "=", "posted")],
            order="date desc",
            limit=1,
        )

    def _check_day(self):
        """Let days be valued in their order, up to today."""
        provision = self.provision_id.sudo()._in_company_time()
        today = fields.Date.context_today(provision)
        if self.date > today or self._is_late():
            raise UserError(
                self.env._(
                    "The points of program %(program)s can be valued for a day after "
                    "%(last)s, up to today, %(today)s. Choose one of these days, or "
                    "reverse the last valuation first.",
                    program=self.program_id.sudo().name,
                    last=format_date(self.env, self._get_last().date) or "-",
                    today=format_date(self.env, today),
                )
            )

    def _post_entry(self):
        provision = self.provision_id.sudo()
        provision._pin(self)
        journal = provision._get_setting("journal_id")
        day = self.company_id._get_open_loyalty_day(self.date, journal)
        # The entry is a figure of the valuation, which this person may post.
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        move = moves.create(self._prepare_move_vals(journal, day))
        move.action_post()
        self.sudo().write(
            {
                "state": "posted",
                "move_id": move.id,
                "date_posted": day,
                "note": self._get_day_note(day),
            }
        )

    def _get_day_note(self, day):
        if day == self.date:
            return False
        return self.env._(
            "The books are closed up to %(lock)s: booked on %(day)s.",
            lock=format_date(self.env, day - timedelta(days=1)),
            day=format_date(self.env, day),
        )

    def _prepare_move_vals(self, journal, day):
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": day,
            "ref": self.env._(
                "Points of program %(program)s up to %(date)s",
                program=self.program_id.sudo().name,
                date=format_date(self.env, self.date),
            ),
            "line_ids": [(0, 0, vals) for vals in self._prepare_move_lines()],
        }

    def _prepare_move_lines(self):
        """Give the items: what is deferred, and what becomes revenue."""
        liability, revenue, breakage = (
            self.provision_id.sudo()._get_setting(f"{name}_account_id")
            for name in ("liability", "revenue", "breakage")
        )
        items = (
            (self.env._("Points given"), revenue, self.defer_now),
            (self.env._("Points given"), liability, -self.defer_now),
            (
                self.env._("Points used or expired"),
                liability,
                self.redeem_now + self.breakage_now,
            ),
            (self.env._("Points used"), revenue, -self.redeem_now),
            (self.env._("Points expired"), breakage, -self.breakage_now),
        )
        return [
            {"name": name, "account_id": account.id, "balance": balance}
            for name, account, balance in items
            if not self.currency_id.is_zero(balance)
        ]

    def action_reverse(self):
        """Take the last valuation of a program back, with a counter-entry."""
        self.check_access("write")
        for one in self:
            one._check_state("posted")
            if one._get_last() != one:
                raise UserError(
                    self.env._(
                        "The points of program %(program)s were valued again after "
                        "%(date)s. Reverse the last valuation first.",
                        program=one.program_id.sudo().name,
                        date=format_date(self.env, one.date),
                    )
                )
            one._take_number()
            one._reverse()
        return True

    def _reverse(self):
        # The entry is a figure of the valuation, which this person may reverse.
        valuation = self.sudo()
        move = valuation.move_id
        day = self.company_id._get_open_loyalty_day(move.date, move.journal_id)
        reversal = move._reverse_moves([{"date": day}], cancel=True)
        valuation.env["loyalty.deferral"].search(
            [("valuation_id", "=", self.id)]
        ).unlink()
        valuation.write({"state": "reversed", "reversal_id": reversal.id})

    def action_open_entries(self):
        """Show the entry and its reversal."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        moves = self.move_id | self.reversal_id
        return {
            **action,
            "domain": [("id", "in", moves.ids)],
            "context": {},
        }
