"""Orders paid with cards at several tills at once, ours beside the platform alone."""

import time

import pytest
from runner.paths import LOGS

# takes 150 seconds
TILLS = 4
SPENT = "select sum(100000 - points) from loyalty_card"
#: Cards with money left, and below nothing.
LEFT = (
    "select count(*) filter (where points > 0) || ' ' || "
    "count(*) filter (where points < 0) from loyalty_card"
)
PAID = "select count(*) from sale_order where state = 'sale'"


def run(odoo, count_wrong_cards, template, tmp_path, orders, cards, **how):
    """Confirm quotations at all tills.

    :param how: ``tills``, and for `tests.faults.tills.prepare`
    :return: (answers ``[(seconds, tries, outcome)]``, seconds in all, points spent)
    """
    tills = how.pop("tills", TILLS)
    name = "faults_tills"
    odoo.clone(template, name)
    folder = tmp_path / f"{template}{time.monotonic_ns()}"
    folder.mkdir()
    try:
        odoo.inside(
            name, "tests.faults.tills:prepare", orders=orders, cards=cards, **how
        )
        paths = [folder / f"{number}" for number in range(tills)]
        workers = [
            odoo.inside_process(
                name,
                "tests.faults.tills:confirm",
                number=number,
                tills=tills,
                start=str(folder / "start"),
                path=str(path),
            )
            for number, path in enumerate(paths)
        ]
        until = time.monotonic() + 240
        while not all(path.exists() for path in paths):
            assert time.monotonic() < until, "the tills do not open"
            time.sleep(0.05)
        (folder / "start").touch()
        began = time.monotonic()
        assert [worker.wait(timeout=300) for worker in workers] == [0] * tills
        took = time.monotonic() - began
        lines = [line.split() for path in paths for line in path.open()]
        answers = [(float(one), int(tries), outcome) for one, tries, outcome in lines]
        spent = float(odoo.cluster.sql(SPENT, name))
        left = odoo.cluster.sql(LEFT, name), int(odoo.cluster.sql(PAID, name))
        if "suite" in template:
            assert count_wrong_cards(name) == 0
        return answers, took, left if how else spent
    finally:
        odoo.drop(name)


@pytest.mark.cap_l05
def test_gift_cards_of_one_program_do_not_meet(odoo, count_wrong_cards, tmp_path):
    answers, _took, spent = run(
        odoo, count_wrong_cards, odoo.suite_template(), tmp_path, 24, 24
    )
    assert {outcome for _one, _tries, outcome in answers} == {"confirmed"}
    assert {tries for _one, tries, _outcome in answers} == {1}, "nobody was in the way"
    assert spent == 24 * 10


@pytest.mark.cap_l05
def test_one_card_at_all_tills(odoo, count_wrong_cards, tmp_path, soaked):
    """Everybody stands in line, nobody fails or does the work twice.

    The platform's tills try again; how both fared stands in the log.
    """
    orders, said = soaked(40, 160), []
    for whose, template in (
        ("platform", odoo.host_template()),
        ("ours", odoo.suite_template()),
    ):
        answers, took, spent = run(
            odoo, count_wrong_cards, template, tmp_path, orders, 1
        )
        done = [one for one, _tries, outcome in answers if outcome == "confirmed"]
        assert spent == 10 * len(done)
        said.append(
            f"{whose}: {len(done)} of {len(answers)} in {took:.1f} s, "
            f"{len(done) / took:.2f}/s, worst {max(one for one, *_ in answers):.1f} s, "
            f"tries {max(tries for _one, tries, _outcome in answers)}"
        )
    (LOGS / "tills.log").write_text("\n".join(said) + "\n")
    assert len(done) == orders, "no error was shown"
    assert {tries for _one, tries, _outcome in answers} == {1}, "nobody did work twice"


@pytest.mark.cap_l05
def test_two_tills_one_wallet(odoo, count_wrong_cards, tmp_path, soaked):
    """Each wallet holds the price of one of two orders that two tills confirm."""
    wallets = soaked(12, 100)
    answers, _took, (left, paid) = run(
        odoo,
        count_wrong_cards,
        odoo.suite_template(),
        tmp_path,
        2 * wallets,
        wallets,
        tills=2,
        points=10,
        neighbours=True,
    )
    outcomes = [outcome for _one, _tries, outcome in answers]
    assert outcomes.count("confirmed") == wallets == paid
    assert len(outcomes) == 2 * wallets
    assert left == "0 0", "every wallet is spent, none is below nothing"
