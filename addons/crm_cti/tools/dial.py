"""Whether a number may be dialled: the limits that keep a stolen login cheap.

A number is refused when it holds anything but a number, when its country is not
allowed, when its prefix or its kind is expensive, at night, and when a cap is reached.
Emergency numbers are never refused for time or caps.
"""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers.phonenumberutil import NumberParseException
from phonenumbers.shortnumberinfo import is_emergency_number

#: What people write around the digits. Control characters, letters and the codes of
#: an exchange (``*``, ``#``) are not among it.
WRITTEN = re.compile(r"\+?[0-9 ().\-/\u00a0]+")
#: ITU-T E.164 (2010), 6.1: at most 15 digits; the rest is punctuation.
MAX_TYPED = 40
#: Kinds of numbers that cost the caller extra; see `PhoneNumberType`.
EXPENSIVE = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
#: Rooms beside the telephone: their codes belong to no country.
NO_COUNTRY = "001"
PREFIX = re.compile(r"\+[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a policy allows; hours are 0 to 24 in the policy's time zone."""

    countries: frozenset[str]
    denied: tuple[str, ...] = ()
    hour_from: float = 0.0
    hour_to: float = 24.0
    agent_cap: int = 0
    company_cap: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The number to dial and why not: None, or one of the words of `judge`."""

    number: str | None
    refusal: str | None = None
    emergency: bool = False


def read(typed, region):
    """Read a number as typed: `Verdict` with ``bad`` where it is none.

    >>> read("138 0013 8000", "CN").number
    '+8613800138000'
    >>> read("1380013\\r\\nAction: Originate", "CN").refusal
    'bad'
    >>> read("*72 138", "CN").refusal
    'bad'
    >>> read("110", "CN")
    Verdict(number='110', refusal=None, emergency=True)
    """
    text = typed if isinstance(typed, str) else ""
    if len(text) > MAX_TYPED or not WRITTEN.fullmatch(text):
        return Verdict(None, "bad")
    digits = re.sub(r"[^0-9+]", "", text)
    if region and is_emergency_number(digits, region):
        return Verdict(digits, emergency=True)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    try:
        number = phonenumbers.parse(digits, region or None)
    except NumberParseException:
        return Verdict(None, "bad")
    if not phonenumbers.is_valid_number(number):
        return Verdict(None, "bad")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Verdict(e164)


def judge(typed, region, limits, hour, by_agent, by_company):
    """Say whether a number may be dialled now.

    :param region: ISO code of the country that national forms belong to, or None
    :param hour: of the day, 0 to 24, in the policy's time zone
    :param by_agent: calls that the agent dialled today
    :param by_company: calls that all dialled today
    :return: `Verdict`; the refusal is ``bad``, ``country``, ``premium``, ``night``,
        ``agent_cap`` or ``company_cap``

    >>> limits = Limits(frozenset({"CN"}), hour_from=8, hour_to=21, agent_cap=50)
    >>> judge("13800138000", "CN", limits, 9, 0, 0).refusal
    >>> judge("13800138000", "CN", limits, 22, 0, 0).refusal
    'night'
    >>> judge("+1 900 555 1234", "CN", limits, 9, 0, 0).refusal
    'country'
    >>> judge("120", "CN", limits, 3, 999, 999).refusal
    """
    verdict = read(typed, region)
    if verdict.refusal or verdict.emergency:
        return verdict
    refusal = _refuse_number(verdict.number, limits) or _refuse_now(
        limits, hour, by_agent, by_company
    )
    return Verdict(verdict.number, refusal)


def _refuse_number(e164, limits):
    number = phonenumbers.parse(e164, None)
    region = phonenumbers.region_code_for_number(number)
    if region is None or region == NO_COUNTRY or region not in limits.countries:
        return "country"
    if phonenumbers.number_type(number) in EXPENSIVE:
        return "premium"
    return "premium" if e164.startswith(limits.denied) else None


def _refuse_now(limits, hour, by_agent, by_company):
    if not is_open(limits, hour):
        return "night"
    if limits.agent_cap and by_agent >= limits.agent_cap:
        return "agent_cap"
    return "company_cap" if 0 < limits.company_cap <= by_company else None


def is_open(limits, hour):
    """Tell whether calls may leave at this hour; the end may lie after midnight.

    >>> is_open(Limits(frozenset(), hour_from=20, hour_to=4), 23)
    True
    >>> is_open(Limits(frozenset(), hour_from=20, hour_to=4), 12)
    False
    """
    if limits.hour_from <= limits.hour_to:
        return limits.hour_from <= hour < limits.hour_to
    return hour >= limits.hour_from or hour < limits.hour_to


def prefixes(text):
    """Read prefixes written with commas, blanks or new lines between them.

    :raise ValueError: the first that is none, as its text

    >>> prefixes("+86 1900, +861689")
    Traceback (most recent call last):
    ValueError: 1900
    >>> prefixes("+861900, +861689")
    ('+861900', '+861689')
    """
    found = tuple(re.split(r"[\s,;]+", (text or "").strip())) if text else ()
    for prefix in filter(None, found):
        if not PREFIX.fullmatch(prefix):
            raise ValueError(prefix)
    return tuple(filter(None, found))


def write_places(limits):
    """Write where calls may go, and where not, for an exchange without a library.

    What two countries share with one code is open for both there.

    :return: ``(calling codes, denied prefixes)``, each as ``digits|digits``

    >>> write_places(Limits(frozenset({"CN", "US", "CA"}), ("+861689", "+4487")))
    ('1|86', '861689|4487')
    """
    codes = {phonenumbers.country_code_for_region(name) for name in limits.countries}
    denied = (prefix.removeprefix("+") for prefix in limits.denied)
    return "|".join(map(str, sorted(codes - {0}))), "|".join(denied)
