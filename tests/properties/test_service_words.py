"""Words of any text: safe as lexemes, the same in both scripts, phrases in a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.cap_v08

HAN = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12
)
LATIN = st.from_regex(r"[A-Za-z]{1,9}(-?[0-9]{1,4}[A-Z]?)?", fullmatch=True)
MIXED = st.lists(st.one_of(HAN, LATIN, st.just("，")), max_size=8).map("".join)


@pytest.fixture(scope="module")
def tool(load):
    return load("words", "crm_service")


@given(text=st.text(max_size=200))
def test_any_text(tool, text):
    for word in tool.words(text) + tool.asked(text):
        assert 0 < len(word) <= tool.LONGEST
        assert not set(word) & set("'\\ :&|!<>()*\0")


@given(text=MIXED)
def test_script_width_and_case_do_not_count(tool, text):
    wide = "".join(
        chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text
    )
    found = tool.words(text)
    assert tool.words(text.translate(tool.SIMPLIFIED)) == found
    assert tool.words(wide) == found
    assert tool.words(text.upper()) == found
    assert tool.fold(tool.fold(text)) == tool.fold(text)


@given(before=HAN, phrase=HAN, after=HAN)
def test_a_phrase_is_consecutive_pairs(tool, before, phrase, after):
    if len(phrase) < 2:
        return
    whole, wanted = tool.words(before + phrase + after), tool.words(phrase)
    places = range(len(whole) - len(wanted) + 1)
    assert any(whole[place : place + len(wanted)] == wanted for place in places)


@given(parts=st.lists(st.one_of(HAN, LATIN), min_size=1, max_size=6))
def test_parts_of_a_text_do_not_touch(tool, parts):
    assert tool.words("，".join(parts)) == [
        word for part in parts for word in tool.words(part)
    ]


@given(parts=st.lists(LATIN, max_size=6))
def test_every_question_keeps_words(tool, parts):
    text = " ".join(parts)
    assert bool(tool.asked(text)) == bool(tool.words(text))
    assert set(tool.asked(text)) <= set(tool.words(text))


@given(one=MIXED, other=MIXED)
def test_likeness(tool, one, other):
    one, other = tool.words(one), tool.words(other)
    alike = tool.likeness(one, other)
    assert 0 <= alike <= 1
    assert alike == tool.likeness(other, one)
    assert (alike == 1) == (bool(one) and set(one) == set(other))
