"""An address in the order of its country."""

from collections import defaultdict

DEFAULT_FORMAT = (
    "%(street)s\n%(street2)s\n%(city)s %(state_code)s %(zip)s\n%(country_name)s"
)


def one_line(address_format, values, separator=", "):
    """Write an address on one line, without the parts that are empty.

    :param address_format: lines with ``%(street)s``, ``%(street2)s``, ``%(city)s``,
        ``%(zip)s``, ``%(state_name)s``, ``%(state_code)s``, ``%(country_name)s``,
        ``%(country_code)s``, as a country's ``address_format``; ``None`` for the usual
    :param dict values: the parts; a part that is missing is empty

    >>> one_line(None, {"city": "Xi'an", "zip": "710000", "country_name": "China"})
    "Xi'an 710000, China"
    >>> one_line("%(zip)s %(city)s", {})
    ''
    """
    parts = defaultdict(str, {key: value for key, value in values.items() if value})
    lines = ((address_format or DEFAULT_FORMAT) % parts).splitlines()
    return separator.join(filter(None, (" ".join(line.split()) for line in lines)))
