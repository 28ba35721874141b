"""A place survives the address bar, and pages neither lose nor repeat an entry."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_e06

kinds = st.sampled_from(["activity", "delivery", "mail", "note", "order"])
ids = st.integers(1, 2**31 - 1)
start = datetime(2026, 1, 1)
entries = st.sets(
    st.tuples(
        st.integers(0, 3).map(lambda hours: start + timedelta(hours=hours)),
        kinds,
        st.integers(1, 6),
    ),
    max_size=40,
)


@given(date=st.datetimes(), kind=st.text("abcdefghijklmnop_", max_size=30), res_id=ids)
def test_round_trip(load, date, kind, res_id):
    tool = load("timeline")
    place = tool.Place(date, kind, res_id)
    text = tool.encode(place)
    assert tool.decode(text) == place
    assert not set(text) - set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


@given(
    text=st.one_of(
        st.text(max_size=80),
        st.binary(max_size=80).map(repr),
        st.integers(),
        st.none(),
        st.lists(st.integers(), max_size=3),
    )
)
def test_rubbish_is_no_place(load, text):
    tool = load("timeline")
    try:
        place = tool.decode(text)
    except ValueError:
        return
    assert tool.decode(tool.encode(place)) == place


@given(rows=entries, size=st.integers(1, 7))
def test_pages_give_everything_once_and_in_order(load, rows, size):
    """Walk page by page with ``allows`` alone; the oracle is one sorted list."""
    tool = load("timeline")

    def follows(row, place):
        allowed = place.allows(row[1])
        if allowed == "same":
            return (row[0], row[2]) < (place.date, place.res_id)
        return row[0] <= place.date if allowed == "upto" else row[0] < place.date

    seen, place = [], None
    while True:
        rest = sorted(
            (row for row in rows if place is None or follows(row, place)), reverse=True
        )
        if not rest:
            break
        seen += rest[:size]
        place = tool.decode(tool.encode(tool.Place(*seen[-1])))
    assert seen == sorted(rows, reverse=True)


@given(text=st.text(max_size=400))
def test_a_title_is_one_short_line_without_markup(load, text):
    tool = load("timeline")
    title = tool.plain(f"<p>{text}</p>")
    assert len(title) <= tool.MAX_TITLE
    assert title == " ".join(title.split())
