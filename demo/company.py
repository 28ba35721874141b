"""The demo company: an office-supply distributor with eighteen months of business.

Everything is made through the platform's own documents; the same seed and day give
the same company.
"""

import logging
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from . import (
    agent_time,
    analytics,
    call_desk,
    call_skills,
    complaints,
    entitlements,
    exchange,
    facts,
    knowledge,
    losses,
    loyalty,
    loyalty_accounting,
    masterdata,
    members,
    messages,
    norms,
    pipeline,
    sales_process,
    stored_value,
    territories,
    ticket_channels,
    tickets,
    trade,
    web_shop,
)

_logger = logging.getLogger(__name__)


@dataclass
class Demo:
    """What the parts of the generator share."""

    env: object
    rng: random.Random
    today: date
    customers_wanted: int
    months: int
    users: dict = field(default_factory=dict)
    warehouses: list = field(default_factory=list)
    products: dict = field(default_factory=dict)
    customers: list = field(default_factory=list)
    kinds: dict = field(default_factory=dict)  # customer -> shop, direct, dealer
    campaigns: list = field(default_factory=list)

    def this_morning(self, hour, minute):
        """Give seconds since 1970 of a moment of today that is over (UTC)."""
        moment = datetime.combine(self.today, time(hour, minute))
        return min(moment, datetime.now() - timedelta(minutes=5)).timestamp()


def fill(env, customers=60, months=18, seed=19):
    """Fill a database with the demo company.

    :param customers: number of companies that buy
    :param months: length of the business before today
    :param seed: of every choice
    """
    env = env(
        context={
            **env.context,
            "lang": "en_US",
            "tracking_disable": True,
            "no_reset_password": True,
            "mail_activity_quick_update": True,
        }
    )
    demo = Demo(env, random.Random(seed), date.today(), customers, months)
    for step in (
        masterdata.make,
        trade.simulate,
        pipeline.make,
        facts.make,
        # Gives the categories, by which territories would move a customer again.
        norms.make,
        territories.make,
        loyalty.make,
        stored_value.make,
        loyalty_accounting.make,
        members.make,
        tickets.make,
        ticket_channels.make,
        knowledge.make,
        complaints.make,
        tickets.rate,
        entitlements.make,
        exchange.make,
        call_desk.make,
        call_skills.make,
        messages.make,
        agent_time.make,
        losses.make,
        # Last, since its conditions hold what others would confirm.
        sales_process.make,
        web_shop.make,
        analytics.make,
    ):
        step(demo)
        env.cr.commit()
        print(f"  {step.__module__.split('.')[-1]}: done", flush=True)
