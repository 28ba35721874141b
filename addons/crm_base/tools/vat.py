"""Tax numbers: does one look right for its country?

>>> looks_wrong("91110108MA01A2B3CX", "CN")
True
>>> looks_wrong("911101085923662400", "CN")
False
>>> looks_wrong("BE0477472701", "CN")
False
>>> looks_wrong("anything", None)
False
"""

from stdnum.util import get_cc_module

#: Kinds of numbers that people put in the tax field, where ``vat`` alone is too narrow:
#: in China a natural person is invoiced by the resident identity number.
_KINDS = {"CN": ("vat", "ric")}


def looks_wrong(vat: str, country_code: str | None) -> bool:
    """Tell whether a tax number fails the check of its country.

    The country is taken from the number's own prefix where there is one. A country
    without a published check never fails.
    """
    vat = "".join((vat or "").split()).upper()
    if not vat or vat == "/":
        return False
    checks = [*_checks(vat[:2]), *_checks(country_code)]
    return bool(checks) and not any(check(vat) for check in checks)


def _checks(country_code: str | None) -> list:
    code = (country_code or "").upper()
    if len(code) != 2 or not code.isalpha():
        return []
    modules = (get_cc_module(code.lower(), kind) for kind in _KINDS.get(code, ("vat",)))
    return [module.is_valid for module in modules if module]
