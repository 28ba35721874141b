"""Drives the addon and the plain model side by side, one random operation at a time."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .loyalty_model import NEVER, Account, Refused

CARDS = 6
DOCUMENTS = 25
VALIDITIES = (0, 3, 10, 30)
OPERATIONS = {
    "earn": 30,
    "gift": 5,
    "redeem": 25,
    "withdraw": 3,
    "claw_back": 12,
    "restore": 12,
    "adjust": 4,
    "transfer": 4,
    "extend": 3,
    "expire": 6,
    "validity": 3,
}


def run(env, steps=1000, seed=0):
    """Compare after each step.

    :raise AssertionError: the addon and the model differ, with the step and the seed
    """
    with mute_logger("odoo.addons.crm_loyalty.tools.refusal"):
        pair = Pair(env, seed)
        for step in range(steps):
            pair.step(step)
    return pair.refused


class Pair:
    """Cards of the addon and accounts of the model, with one clock for both."""

    def __init__(self, env, seed):
        self.env = env
        self.seed = seed
        self.rng = random.Random(seed)
        self.today = fields.Date.context_today(env["loyalty.card"])
        self.day = self.today
        self.refused = 0
        self.program = env["loyalty.program"].create(
            {"name": "Oracle", "program_type": "loyalty", "applies_on": "both"}
        )
        self.cards = env["loyalty.card"].create(
            [{"program_id": self.program.id} for _number in range(CARDS)]
        )
        self.accounts = [Account() for _card in self.cards]

    def step(self, number):
        kind = self.rng.choices(list(OPERATIONS), OPERATIONS.values())[0]
        place = self.rng.randrange(CARDS)
        self.number, self.told = number, f"seed {self.seed}, step {number}: {kind}"
        getattr(self, f"do_{kind}", self._book)(kind, place)
        self.env.flush_all()
        for card, account in zip(self.cards, self.accounts, strict=True):
            assert self._shown(card) == account.shown(), (
                f"{self.told}: card {card.id} is {self._shown(card)}, "
                f"wanted {account.shown()}"
            )

    def _shown(self, card):
        self.env.cr.execute(
            "SELECT coalesce(expires, %s), remaining::text FROM loyalty_lot"
            " WHERE card_id = %s AND remaining > 0",
            [NEVER, card.id],
        )
        lots = sorted((day, Decimal(left)) for day, left in self.env.cr.fetchall())
        self.env.cr.execute(
            "SELECT coalesce(points, 0)::text, coalesce(loyalty_debt, 0)::text"
            " FROM loyalty_card WHERE id = %s",
            [card.id],
        )
        points, debt = map(Decimal, self.env.cr.fetchone())
        return points, debt, lots

    def _amount(self):
        return Decimal(self.rng.randint(1, 500000)) / self.rng.choice((100, 10000))

    def _expires(self):
        days = self.program.loyalty_validity_days
        return self.day + timedelta(days) if days else NEVER

    def _both(self, ours, model):
        """Do the same to both; they refuse together or not at all."""
        try:
            model()
        except Refused:
            self.refused += 1
            try:
                with self.env.cr.savepoint():
                    ours()
            except UserError:
                self.env.invalidate_all()
                return
            raise AssertionError(f"{self.told} was not refused") from None
        ours()

    def _book(self, kind, place):
        amount, account = self._amount(), self.accounts[place]
        document = None if kind == "withdraw" else self.rng.randrange(1, DOCUMENTS)
        source = document and self.env["res.partner"].browse(document)
        at = datetime.combine(self.day, time(12))
        expires = self._expires()
        model = {
            "earn": lambda: account.gain(amount, expires, document),
            "gift": lambda: account.gain(amount, expires, document),
            "redeem": lambda: account.spend(amount, document),
            "withdraw": lambda: account.spend(amount),
            "claw_back": lambda: account.claw_back(amount, document),
            "restore": lambda: account.give_back(amount, document, expires),
        }[kind]
        key = f"oracle {self.program.id}/{self.number}"
        card = self.cards[place]
        self._both(lambda: card.book(kind, float(amount), key, source, date=at), model)

    def do_adjust(self, _kind, place):
        amount, account = (
            self._amount() * self.rng.choice((1, -1)),
            self.accounts[place],
        )
        # A correction is made today, whatever the clock of the run says.
        days = self.program.loyalty_validity_days
        expires = date.today() + timedelta(days) if days else NEVER
        self._both(
            lambda: self._apply(place, amount),
            lambda: (
                account.gain(amount, expires) if amount > 0 else account.spend(-amount)
            ),
        )

    def do_transfer(self, _kind, place):
        other = self.rng.choice([at for at in range(CARDS) if at != place])
        amount = self._amount()
        self._both(
            lambda: self._apply(
                place, amount, operation="transfer", to_card_id=self.cards[other].id
            ),
            lambda: self.accounts[place].give_to(self.accounts[other], amount),
        )

    def _apply(self, place, amount, **values):
        self.env["loyalty.adjustment"].create(
            {
                "card_id": self.cards[place].id,
                "amount": float(amount),
                "reason": "Oracle",
                **values,
            }
        ).action_request()

    def do_extend(self, _kind, place):
        days = self.rng.randint(1, 20)
        self.cards[place].action_extend(days)
        self.accounts[place].extend(days, self.today)

    def do_expire(self, _kind, _place):
        self.day += timedelta(self.rng.randint(0, 4))
        while self.env["loyalty.card"]._expire_batch(self.day, 4):
            pass
        for account in self.accounts:
            account.expire(self.day)

    def do_validity(self, _kind, _place):
        self.program.loyalty_validity_days = self.rng.choice(VALIDITIES)
