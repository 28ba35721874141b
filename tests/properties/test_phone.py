"""One number, however it is written; the oracle is the number it was written from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = [pytest.mark.cap_s10, pytest.mark.cap_c02]

#: country: calling code, trunk prefix, pattern of valid national numbers
PLANS = {
    "CN": ("86", "0", r"1(3[0-9]|58|59|8[0-9])[0-9]{8}"),
    "DE": ("49", "0", r"15[17][0-9]{8}"),
    "FR": ("33", "0", r"6[1-9][0-9]{7}"),
    "GB": ("44", "0", r"7[45]0[0-9]{7}"),
}


@st.composite
def numbers(draw):
    region = draw(st.sampled_from(sorted(PLANS)))
    code, trunk, pattern = PLANS[region]
    return region, code, trunk, draw(st.from_regex(pattern, fullmatch=True))


@st.composite
def punctuated(draw, digits):
    """Put blanks, dots and dashes between the digits."""
    marks = draw(
        st.lists(
            st.sampled_from(["", "", "", " ", "-", ".", "\u00a0"]),
            min_size=len(digits),
            max_size=len(digits),
        )
    )
    return "".join(d + m for d, m in zip(digits, marks, strict=True)).strip(" -.\u00a0")


def wide(text):
    return text.translate({ord("0") + n: 0xFF10 + n for n in range(10)})


@given(number=numbers(), data=st.data())
def test_every_spelling_is_one_number(load, number, data):
    tool = load("phone")
    region, code, trunk, national = number
    body = data.draw(punctuated(national))
    expected = f"+{code}{national}"
    for text in (
        f"+{code} {body}",
        f"+{code}{body}",
        f"00{code} {body}",
        f"00 {code} {body}",
        wide(f"+{code}{national}"),
        f"tel: +{code} {body}",
    ):
        key = tool.parse(text, data.draw(st.sampled_from([*PLANS, None])))
        assert (key.e164, key.national) == (expected, national), text
    domestic = f"{body}" if region == "CN" else f"{trunk}{body}"
    assert tool.parse(domestic, region).e164 == expected
    assert tool.parse(wide(domestic), region).national == national


@given(number=numbers(), extension=st.from_regex("[1-9][0-9]{0,4}", fullmatch=True))
def test_extensions_are_taken_off(load, number, extension):
    tool = load("phone")
    _region, code, _trunk, national = number
    for mark in (" ext. ", " x", "#", " 转 ", " 分机", " extension "):
        key = tool.parse(f"+{code} {national}{mark}{extension}", None)
        assert key == tool.PhoneKey(f"+{code}{national}", national, extension)


@given(first=numbers(), second=numbers())
def test_two_numbers_are_two(load, first, second):
    parse = load("phone").parse
    keys = [
        parse(f"+{code}{national}", None) for _r, code, _t, national in (first, second)
    ]
    same = (first[1], first[3]) == (second[1], second[3])
    assert (keys[0] == keys[1]) == same


@given(
    several=st.lists(numbers(), min_size=1, max_size=4),
    mark=st.sampled_from(";,/|、\n"),
)
def test_a_field_of_several_numbers(load, several, mark):
    tool = load("phone")
    field = f" {mark} ".join(
        f"+{code} {national}" for _r, code, _t, national in several
    )
    found = [tool.parse(part, None).e164 for part in tool.split(field)]
    assert found == [f"+{code}{national}" for _r, code, _t, national in several]


@given(number=numbers(), data=st.data())
def test_what_is_asked_for_is_found(load, number, data):
    """Kept in one spelling, asked in another: exact, or by the national key."""
    tool = load("phone")
    region, code, trunk, national = number
    kept = tool.parse(f"+{code} {national}", None)
    asked = data.draw(
        st.sampled_from(
            [f"+{code}{national}", f"00{code}{national}", f"{code}{national}"]
            + [national if region == "CN" else f"{trunk}{national}"]
        )
    )
    query = tool.query(asked, region)
    assert kept.e164 in query.e164 or kept.national in query.national


@given(text=st.text(max_size=30), region=st.sampled_from([*PLANS, "US", None]))
def test_any_text_is_a_number_or_none(load, text, region):
    tool = load("phone")
    key = tool.parse(text, region)
    assert key is None or (
        key.national.isdigit()
        and len(key.national) <= 2 * tool.MAX_DIGITS
        and (key.e164 is None or 2 <= len(key.e164) <= tool.MAX_DIGITS + 1)
    )
    assert all(part for part in tool.split(text))
    query = tool.query(text, region)
    assert query is None or all(query.national)
