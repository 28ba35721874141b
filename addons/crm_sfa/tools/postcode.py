"""Ranges of postcodes that the first characters decide, as a postman sorts.

A range from "200" to "2029" holds "200000", "2015" and "202999": a code belongs to it
when it does not sort before the first, and its beginning, cut to the length of the
last, does not sort after the last. Spaces and case do not count.

>>> normal(" sw1a 1aa ")
'SW1A1AA'
>>> within("200000", "200", "202"), within("203000", "200", "202")
(True, False)
>>> prefix("200000", "202999")
'20'
>>> inverted("300", "200"), inverted("2005", "200")
(True, False)
"""


def normal(code):
    """Write a postcode as it is compared: without spaces, in capitals.

    :param code: text, or None or False for none
    :return: text, empty for none
    """
    return (code or "").replace(" ", "").upper()


def within(code, first, last):
    """Say whether a postcode is in a range; all three are written by `normal`."""
    return bool(code) and code >= first and code[: len(last)] <= last


def inverted(first, last):
    """Say whether no postcode at all can be in the range."""
    return first[: len(last)] > last


def prefix(first, last):
    """Give the characters that all postcodes of the range begin with."""
    same = 0
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        same += 1
    return first[:same]
