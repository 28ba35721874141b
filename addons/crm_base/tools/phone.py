"""Telephone numbers: one key for every way in which people write the same number.

A number is kept twice: in E.164 (ITU-T E.164, 2010) when the country is known, and as
the *national key*, the national significant number without leading zeros, which every
spelling of a number shares, with or without country code, trunk zero or punctuation.

>>> parse("+86 138 0013 8000", None).e164
'+8613800138000'
>>> parse("0086 13800138000", "US") == parse("138-0013-8000", "CN")
True
>>> parse("(0)10 1234 5678 转 801", "CN")
PhoneKey(e164='+861012345678', national='1012345678', extension='801')
>>> parse("sales department", "CN") is None
True
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers.phonenumberutil import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
)

#: Shortest run of digits taken for a number: emergency and internal numbers.
MIN_DIGITS = 3
#: ITU-T E.164 (2010), 6.1: at most 15 digits, country code included.
MAX_DIGITS = 15
#: Digits from which one part of a field counts as a number of its own.
MIN_DIGITS_OF_PART = 5

_SEPARATORS = re.compile(r"[;,/|、\n\r]+")
_EXTENSION = re.compile(
    r"(?:\b(?:ext(?:ension)?|x)\.?|#|转|轉|分机|分機|内线|內線)\s*:?\s*(\d{1,7})\D*$",
    re.I,
)
#: Chinese landlines carry the extension as a third group: 010-12345678-801.
_DASHED_EXTENSION = re.compile(r"^(\(?0\d{2,3}\)?[-\s]\d{7,8})-(\d{1,6})$")

_NOT_PLAIN = re.compile(r"[^\d\s+().\-]")


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """One number: E.164 or None, national key (digits), extension or None."""

    e164: str | None
    national: str
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneQuery:
    """What to look for: exact numbers, and national keys where the country may miss."""

    e164: tuple[str, ...]
    national: tuple[str, ...]
    international: bool


def split(raw: str) -> list[str]:
    """Cut a field into the numbers that were typed into it.

    >>> split("138 0013 8000 / 010-12345678")
    ['138 0013 8000', '010-12345678']
    >>> split("010-12345678/9")
    ['010-12345678/9']
    """
    text = unicodedata.normalize("NFKC", raw or "").strip()
    parts = [part.strip() for part in _SEPARATORS.split(text)]
    if all(len(_digits(part)) >= MIN_DIGITS_OF_PART for part in parts):
        return parts
    return [text] if text else []


def agrees(raw: str, e164: str) -> bool:
    """Tell whether E.164 is nothing but the typed digits, so that no parsing is needed.

    >>> agrees("138 0013 8000", "+8613800138000"), agrees("00 86 1", "+861")
    (True, True)
    >>> agrees("(555) 005-34999", "+55500534999")  # a code taken out of a group
    False
    >>> agrees("010-12345678 ext. 12", "+861012345678")
    False
    """
    if _NOT_PLAIN.search(raw):
        return False
    digits = _digits(raw)
    if raw.startswith("+"):
        return digits == e164[1:]
    if digits.startswith("00"):
        return digits[2:] == e164[1:]
    return digits.lstrip("0") == _national_of(e164)


def parse(raw: str, region: str | None) -> PhoneKey | None:
    """Read one number.

    A number that the numbering plan of its country does not know is kept by its
    digits: it may be new, internal or mistyped, and must still be found.

    :param region: ISO 3166 code of the country that national forms belong to, or None
    :return: None if the text holds no number
    """
    text, extension = _split_extension(_clean(raw))
    digits = _digits(text)
    if not MIN_DIGITS <= len(digits) <= 2 * MAX_DIGITS:
        return None
    number = _parse_valid(text, region)
    bare = _starts_with_own_code(text, region)
    if number is None and bare:
        number = _parse_valid(f"+{digits}", None)
    elif number is not None and not bare and not text.startswith("+"):
        # The library also takes the country code from the middle of a group of digits.
        if f"{number.country_code}{number.national_number}" == digits:
            number = None
    if number is not None:
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return PhoneKey(e164, _national_of(e164), number.extension or extension)
    return _parse_by_digits(text, digits, region, extension)


def from_e164(e164: str) -> PhoneKey:
    """Make the key of a number that is already in E.164.

    >>> from_e164("+390612345678").national
    '612345678'
    """
    return PhoneKey(e164, _national_of(e164))


def query(term: str, region: str | None) -> PhoneQuery | None:
    """Say which keys to look up for what an operator typed or an exchange sent.

    >>> query("008613800138000", "FR")
    PhoneQuery(e164=('+8613800138000',), national=('13800138000',), international=True)
    >>> query("Anna", "FR") is None
    True
    """
    key = parse(term, region)
    text, _extension = _split_extension(_clean(term))
    if key is None or any(char.isalpha() for char in text):
        return None
    national = [key.national]
    if not text.startswith("+"):
        digits = _digits(text).lstrip("0")
        bare = _parse_valid(f"+{digits}", None)
        national.append(digits)
        national.append(str(bare.national_number) if bare else "")
    return PhoneQuery(
        e164=(key.e164,) if key.e164 else (),
        national=tuple(dict.fromkeys(filter(None, national))),
        international=text.startswith("+"),
    )


def _clean(raw: str) -> str:
    """Fold full-width characters and write the international prefix as ``+``."""
    text = unicodedata.normalize("NFKC", raw or "").strip()
    text = re.sub(r"^(?:tel|phone|电话|手机)\s*[:.]?\s*", "", text, flags=re.I)
    if re.match(r"^\W*00", text) and not text.startswith("+"):
        text = "+" + re.sub(r"^\W*00", "", text)
    return re.sub(r"^\W*\+[\s+]*", "+", text)


def _split_extension(text: str) -> tuple[str, str | None]:
    for pattern, body in ((_DASHED_EXTENSION, 1), (_EXTENSION, None)):
        match = pattern.search(text)
        if match and body:
            return match[1], match[2]
        if match and len(_digits(text[: match.start()])) >= MIN_DIGITS:
            return text[: match.start()].strip(), match[1]
    return text, None


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")


def _parse_valid(text: str, region: str | None):
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _parse_by_digits(text, digits, region, extension):
    if text.startswith("+"):
        code, rest = _split_calling_code(digits)
    else:
        code, rest = _calling_code(region), digits
    national = rest.lstrip("0") or rest
    fits = code and len(code) + len(national) <= MAX_DIGITS
    return PhoneKey(f"+{code}{national}" if fits else None, national, extension)


def _starts_with_own_code(text: str, region: str | None) -> bool:
    """Tell whether the text opens with its country's code, typed without ``+``.

    >>> _starts_with_own_code("8613800138000", "CN")  # as exchanges send it
    True
    >>> _starts_with_own_code("(555) 005-34999", "BR")
    False
    """
    code = _calling_code(region)
    return bool(
        code and re.match(rf"(?:{code}\d+$|{code}(?!\d)|\({code}\))", text.strip())
    )


def _calling_code(region: str | None) -> str:
    return str(phonenumbers.country_code_for_region(region or "") or "")


def _split_calling_code(digits: str) -> tuple[str, str]:
    """Cut the country calling code; the codes are prefix-free (ITU-T E.164, Annex)."""
    for size in (1, 2, 3):
        if int(digits[:size] or 0) in COUNTRY_CODE_TO_REGION_CODE:
            return digits[:size], digits[size:]
    return "", digits


def _national_of(e164: str) -> str:
    rest = _split_calling_code(e164[1:])[1]
    return rest.lstrip("0") or rest
