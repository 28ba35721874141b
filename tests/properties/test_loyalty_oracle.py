"""The ledger, lots and debts of the addon against a model of thirty rules in Python."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loyalty_model import NEVER, Account, Refused

# takes 45 seconds
pytestmark = pytest.mark.cap_l10

amounts = st.decimals("0.0001", 10**6, places=4)
days = st.one_of(st.just(NEVER), st.dates(max_value=NEVER - timedelta(days=400)))
steps = st.lists(
    st.tuples(
        st.sampled_from(["gain", "spend", "claw_back", "give_back", "expire"]),
        amounts,
        days,
        st.integers(1, 4),
    ),
    max_size=40,
)


@given(steps=steps)
def test_the_model_keeps_its_own_promises(steps):
    """Never below nothing, never more in a lot than it came with, one of two zero."""
    account = Account()
    for kind, amount, day, document in steps:
        before = account.points - account.debt
        words = {
            "gain": (amount, day, document),
            "spend": (amount, document),
            "claw_back": (amount, document),
            "give_back": (amount, document, day),
            "expire": (day,),
        }[kind]
        try:
            getattr(account, kind)(*words)
        except Refused:
            assert kind == "spend" and amount > account.points
            continue
        moved = account.points - account.debt - before
        if kind != "expire":
            assert moved == (amount if kind in ("gain", "give_back") else -amount)
        assert all(Decimal(0) <= lot.left <= lot.issued for lot in account.lots)
        assert not (account.points and account.debt)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_addon_does_what_the_model_does(odoo, seed):
    name = "properties_loyalty"
    odoo.clone(odoo.suite_template(), name)
    try:
        odoo.inside(name, "tests.properties.loyalty_oracle:run", steps=500, seed=seed)
    finally:
        odoo.drop(name)
