"""Hours of work as an exchange understands them, without a calendar."""

#: The exchange is told the hours of so many days, and goes by them without us.
DAYS = 14
#: So many stretches, so that what is said to the exchange stays below 1000 characters.
MOST = 40


def write(stretches, until):
    """Write when somebody is there: ``until:from-to&from-to…``.

    Stretches that follow each other within a second are one. What comes after ``until``
    is not known yet.

    :param stretches: pairs of seconds since 1970, in any order, from inclusive
    :param until: seconds since 1970

    >>> write([(200, 300), (100, 200), (400, 500)], 600)
    '600:100-300&400-500'
    >>> write([], 600)
    '600:'
    >>> write([(start, start + 5) for start in range(0, 500, 10)], 500)[:14]
    '395:0-5&10-15&'
    """
    merged = []
    for start, stop in sorted(stretches):
        if merged and start <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([start, stop])
    if len(merged) > MOST:
        merged = merged[:MOST]
        until = merged[-1][1]
    return f"{until}:" + "&".join(f"{start}-{stop}" for start, stop in merged)


def is_open(text, moment):
    """Tell whether somebody is there, as the exchange does.

    >>> [is_open("600:100-300&400-500", moment) for moment in (99, 100, 300, 700)]
    [False, True, False, True]
    >>> is_open("", 5)
    True
    """
    until, _colon, stretches = text.partition(":")
    if moment >= int(until or 0):
        return True
    pairs = (one.split("-") for one in stretches.split("&") if one)
    return any(int(start) <= moment < int(stop) for start, stop in pairs)
