"""Orders paid with cards at several tills at once, ours beside the platform alone."""

import time

import pytest
from runner.paths import LOGS

# takes 150 seconds
TILLS = 4
SPENT = "select sum(100000 - points) from loyalty_card"


def run(odoo, count_wrong_cards, template, tmp_path, orders, cards):
    """Confirm quotations at all tills.

    :return: (answers ``[(seconds, tries, outcome)]``, seconds in all, points spent)
    """
    name = "faults_tills"
    odoo.clone(template, name)
    folder = tmp_path / f"{template}{time.monotonic_ns()}"
    folder.mkdir()
    try:
        odoo.inside(name, "tests.faults.tills:prepare", orders=orders, cards=cards)
        paths = [folder / f"{number}" for number in range(TILLS)]
        workers = [
            odoo.inside_process(
                name,
                "tests.faults.tills:confirm",
                number=number,
                tills=TILLS,
                start=str(folder / "start"),
                path=str(path),
            )
            for number, path in enumerate(paths)
        ]
        until = time.monotonic() + 90
        while not all(path.exists() for path in paths):
            assert time.monotonic() < until, "the tills do not open"
            time.sleep(0.05)
        (folder / "start").touch()
        began = time.monotonic()
        assert [worker.wait(timeout=300) for worker in workers] == [0] * TILLS
        took = time.monotonic() - began
        lines = [line.split() for path in paths for line in path.open()]
        answers = [(float(one), int(tries), outcome) for one, tries, outcome in lines]
        spent = float(odoo.cluster.sql(SPENT, name))
        if "suite" in template:
            assert count_wrong_cards(name) == 0
        return answers, took, spent
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
def test_one_card_at_all_tills(odoo, count_wrong_cards, tmp_path):
    """Everybody stands in line, nobody fails or does the work twice.

    The platform's tills try again; how both fared stands in the log.
    """
    figures, said = {}, []
    for whose, template in (
        ("platform", odoo.host_template()),
        ("ours", odoo.suite_template()),
    ):
        answers, took, spent = run(odoo, count_wrong_cards, template, tmp_path, 40, 1)
        done = [one for one, _tries, outcome in answers if outcome == "confirmed"]
        assert spent == 10 * len(done)
        figures[whose] = (len(done) / took, max(one for one, *_rest in answers))
        said.append(
            f"{whose}: {len(done)} of {len(answers)} in {took:.1f} s, "
            f"{figures[whose][0]:.2f}/s, worst {figures[whose][1]:.1f} s, "
            f"tries {max(tries for _one, tries, _outcome in answers)}"
        )
    (LOGS / "tills.log").write_text("\n".join(said) + "\n")
    assert len(done) == 40, "no error was shown"
    assert {tries for _one, tries, _outcome in answers} == {1}, "nobody did work twice"
