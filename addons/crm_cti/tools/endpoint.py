"""Names of channels."""

import re

#: Technology, name of the device, and a running number.
CHANNEL = re.compile(r"(?P<technology>[A-Za-z0-9]+)/(?P<name>[^@;]+)-[0-9a-f]+")


def read_endpoint(channel):
    """Give the device of a channel; ``None`` for one that the exchange made for itself.

    >>> read_endpoint("PJSIP/1001-00000001")
    '1001'
    >>> read_endpoint("PJSIP/city-trunk-0000000a")
    'city-trunk'
    >>> read_endpoint("Local/4001@from-agent-00000000;1")
    """
    match = CHANNEL.fullmatch(channel)
    if not match or match["technology"] in ("Local", "Message", "Snoop"):
        return None
    return match["name"]
