from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..tools.provision import Pool, in_unit, recognised

#: Programs whose balances are owed to members.
OWED = ("loyalty", "ewallet", "gift_card")

#: What ledger, lots and cards say of each card up to a moment: the ledger counts its
#: rows forward, lots and cards are counted back from what they hold now.
CARDS = """
row AS (
    SELECT id, card_id, program_id, amount, date >= %(until)s AS later
      FROM loyalty_ledger WHERE program_id = ANY(%(programs)s)
), ledger AS (
    SELECT program_id, card_id,
           coalesce(sum(amount) FILTER (WHERE NOT later), 0) AS points,
           coalesce(sum(amount) FILTER (WHERE later), 0) AS after
      FROM row GROUP BY program_id, card_id
), since AS (
    SELECT a.lot_id, sum(a.amount) AS amount
      FROM loyalty_allocation a JOIN row r ON r.id = a.ledger_id
     WHERE r.later GROUP BY a.lot_id
), lot AS (
    SELECT t.card_id,
           sum(t.remaining - coalesce(s.amount, 0)
               - CASE WHEN r.later THEN t.issued ELSE 0 END) AS points
      FROM loyalty_lot t
      JOIN row r ON r.id = t.ledger_id
      LEFT JOIN since s ON s.lot_id = t.id
     GROUP BY t.card_id
), card AS (
    SELECT c.id, c.program_id, coalesce(l.points, 0) AS ledger,
           coalesce(lot.points, 0) AS lots,
           coalesce(c.points, 0) - coalesce(l.after, 0) AS balance
      FROM loyalty_card c
      LEFT JOIN ledger l ON l.card_id = c.id
      LEFT JOIN lot ON lot.card_id = c.id
     WHERE c.program_id = ANY(%(programs)s)
     UNION ALL -- a deleted card left nothing but its rows
    SELECT NULL, program_id, points, points, points FROM ledger
     WHERE card_id IS NULL
)
"""
WRONG = "(greatest(ledger, 0) <> lots OR ledger <> balance)"


class LoyaltyReconciliation(models.TransientModel):
    """Ledger, lots, cards and general ledger of programs side by side, on any day."""

    _name = "loyalty.reconciliation"
    _description = "Loyalty Reconciliation"
    _rec_name = "date"

    date = fields.Date(
        "As of",
        required=True,
        default=fields.Date.context_today,
        help="Last day that counts, in the time zone of each company.",
    )
    line_ids = fields.One2many("loyalty.reconciliation.line", "reconciliation_id")

    def action_show(self):
        """Compare everything as of the day, and show one row a program."""
        self.ensure_one()
        self.check_access("write")
        self.line_ids.unlink()
        values = []
        for company in self.env.companies:
            values += self._prepare_company_lines(company)
        self.env["loyalty.reconciliation.line"].create(values)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.loyalty_reconciliation_line_action"
        )
        name = self.env._(
            "Loyalty Reconciliation, %(date)s", date=format_date(self.env, self.date)
        )
        return {
            **action,
            "name": name,
            "domain": [("reconciliation_id", "=", self.id)],
        }

    def _prepare_company_lines(self, company):
        # An accountant may not read every program and provision of the company.
        programs = (
            self.env["loyalty.program"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("company_id", "=", company.id), ("program_type", "in", OWED)],
                order="program_type, id",
            )
        )
        cards = self._sum_cards(company, programs.ids)
        money = self._get_money(company, programs)
        booked, strange = self._split_entries(
            company, {program: money[program]["account_id"] for program in money}
        )
        lines = [
            self._prepare_line(program, cards, money.get(program), booked)
            for program in programs
            if program.id in cards or program in money
        ]
        return lines + [
            self._prepare_strange_line(company, account_id, amount)
            for account_id, amount in strange.items()
            if amount
        ]

    def _sum_cards(self, company, program_ids):
        """Sum up the cards of programs, in one statement.

        :return: ``{program_id: (cards, ledger, lots, balances, wrong)}``, ``wrong``
            the number of cards on which the three differ
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "WITH "
                + CARDS
                + "SELECT program_id, count(id), sum(ledger), sum(lots), sum(balance),"
                " count(*) FILTER (WHERE " + WRONG + ") FROM card GROUP BY program_id",
                **self._get_cards_parameters(company, program_ids),
            )
        )
        return {program_id: numbers for program_id, *numbers in rows}

    def _get_cards_parameters(self, company, program_ids):
        provisions = self.env["loyalty.provision"]
        until = provisions._get_end_of_day(self.date, company._get_loyalty_tz())
        return {"programs": list(program_ids), "until": until}

    def _find_wrong_cards(self, company, program):
        """Give the ids of cards on which ledger, lots and balance differ."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "WITH "
                + CARDS
                + "SELECT id FROM card WHERE id IS NOT NULL AND "
                + WRONG
                + " ORDER BY id LIMIT 1000",
                **self._get_cards_parameters(company, program.ids),
            )
        )
        return [card_id for (card_id,) in rows]

    def _get_money(self, company, programs):
        """Give what programs owe to members by their own books, and what was posted.

        :return: ``{program: {"account_id", "carrying", "posted"}}``, company currency;
            ``posted`` is what valuations say that they booked up to the day
        """
        provisions = (
            self.env["loyalty.provision"]
            .sudo()
            .with_context(active_test=False)
            .search([("program_id", "in", programs.ids)])
        )
        used = provisions.filtered(lambda one: one.active or one.valuations)
        figures = used._get_figures(company, used.program_id.ids, self.date)
        return {
            one.program_id: {
                "account_id": one._get_setting("liability_account_id").id,
                "carrying": self._get_carrying(one, figures.get(one.program_id.id, {})),
                "posted": self._get_posted(one),
            }
            for one in used
        }

    def _get_carrying(self, provision, figures):
        """Give what is deferred, by the estimate that was in force on the day."""
        unit = Decimal(str(provision.currency_id.rounding))
        last = provision.valuation_ids.filtered(
            lambda one: one.state == "posted" and one.date <= self.date
        )[:1]
        rate = Decimal(str((last or provision).expected_percent)) / 100
        return sum(
            in_unit(allocated, unit)
            - sum(recognised(Pool(issued, used, left, allocated), rate, unit))
            for issued, used, _expired, left, allocated in figures.values()
        )

    def _get_posted(self, provision):
        """Sum up what valuations say that they booked, and took back, up to the day."""
        total = Decimal(0)
        for one in provision.valuation_ids.filtered("date_posted"):
            net = one.defer_now - one.redeem_now - one.breakage_now
            booked = one.date_posted <= self.date
            undone = one.reversal_id and one.reversal_id.date <= self.date
            total += Decimal(str(round(net, 6))) * (booked - bool(undone))
        return total

    def _split_entries(self, company, accounts):
        """Give the balance of each liability account, by the programs behind it.

        :param accounts: ``{program: account_id}``
        :return: ``({program: amount}, {account_id: amount of no program})``
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.account_id, o.program_id, -sum(l.balance)
                  FROM account_move_line l
                  LEFT JOIN (%(origins)s) o ON o.line_id = l.id
                 WHERE l.account_id = ANY(%(accounts)s) AND l.company_id = %(company)s
                   AND l.parent_state = 'posted' AND l.date <= %(date)s
                 GROUP BY l.account_id, o.program_id
                """,
                origins=self._get_origins_sql(),
                accounts=list(filter(None, accounts.values())),
                company=company.id,
                date=self.date,
            )
        )
        programs = {program.id: program for program in accounts}
        booked, strange = {}, {}
        for account_id, program_id, amount in rows:
            sharing = [one for one, other in accounts.items() if other == account_id]
            program = programs.get(program_id)
            if program and accounts[program] == account_id:
                booked[program] = booked.get(program, 0) + amount
            elif len(sharing) == 1:
                booked[sharing[0]] = booked.get(sharing[0], 0) + amount
            else:
                strange[account_id] = strange.get(account_id, 0) + amount
        return booked, strange

    @api.model
    def _get_origins_sql(self):
        """Select the program behind journal items: ``line_id``, ``program_id``."""
        return SQL(
            """
            SELECT l.id AS line_id, v.program_id
              FROM loyalty_valuation v
              JOIN account_move_line l ON l.move_id IN (v.move_id, v.reversal_id)
            """
        )

    def _prepare_line(self, program, cards, money, booked):
        count, ledger, lots, balances, wrong = cards.get(program.id, [0] * 5)
        money = money or {"account_id": False, "carrying": 0, "posted": 0}
        carrying, posted = float(money["carrying"]), float(money["posted"])
        general = float(booked.get(program, 0))
        currency = program.company_id.currency_id
        return {
            "reconciliation_id": self.id,
            "company_id": program.company_id.id,
            "program_id": program.id,
            "account_id": money["account_id"],
            "cards": count,
            "points_ledger": ledger,
            "points_lots": lots,
            "points_cards": balances,
            "cards_wrong": wrong,
            "carrying": carrying,
            "general_ledger": general,
            "unposted": currency.round(carrying - posted),
            "difference": currency.round(general - posted),
        }

    def _prepare_strange_line(self, company, account_id, amount):
        return {
            "reconciliation_id": self.id,
            "company_id": company.id,
            "account_id": account_id,
            "general_ledger": amount,
            "difference": amount,
        }
