"""The shape of a section on the customer's page.

>>> s = section("money", "Money", sequence=30)
>>> s["metrics"].append(metric("Overdue", "¥ 1,200.00", tone="danger"))
>>> s["metrics"][0]["tone"]
'danger'
"""

TONES = (None, "muted", "info", "success", "warning", "danger")
MAX_TILES = 6


def section(key, title, *, sequence=50, icon=None, empty=None, action=None):
    """Make a section.

    :param str key: stable name, also the CSS hook and the anchor of tests
    :param int sequence: place on the page, low first
    :param icon: Font Awesome class such as ``fa-truck``
    :param empty: sentence shown while the section has neither metrics nor rows
    :param action: "see all": a dict made by :func:`link`
    """
    return {
        "key": key,
        "title": title,
        "sequence": sequence,
        "icon": icon,
        "empty": empty,
        "action": action,
        "metrics": [],
        "rows": [],
        "alerts": [],
    }


def metric(label, value, *, tone=None, hint=None, action=None, tile=None):
    """Make one figure of a section; ``value`` is text, already formatted.

    :param tile: place among the tiles on top of the page, low first; ``None`` keeps the
        figure in its section
    """
    assert tone in TONES, tone
    return {
        "label": label,
        "value": value,
        "tone": tone,
        "hint": hint,
        "action": action,
        "tile": tile,
        "on_top": False,
    }


def row(
    title, *, subtitle=None, value=None, tone=None, action=None, steps=None, icon=None
):
    """Make one line of a section.

    :param value: text at the end of the line, already formatted
    :param steps: ``[(label, state, hint)]`` drawn as a progress line; state is one of
        ``done``, ``now``, ``late``, ``todo``
    :param icon: Font Awesome class before the title
    """
    assert tone in TONES, tone
    return {
        "title": title,
        "subtitle": subtitle,
        "value": value,
        "tone": tone,
        "action": action,
        "steps": steps or [],
        "icon": icon,
    }


def alert(text, *, tone="warning", action=None):
    """Make one sentence that a reader of the page must not miss."""
    assert tone in TONES, tone
    return {"text": text, "tone": tone, "action": action}


def link(name, res_model=None, *, res_id=None, domain=None, context=None, url=None):
    """Say where a click leads: a record (``res_id``), a list (``domain``) or a ``url``.

    A ``url`` (``tel:``, ``mailto:``, ``https:``) is opened as it stands.
    """
    return {
        "name": name,
        "res_model": res_model,
        "res_id": res_id,
        "domain": domain,
        "context": context or {},
        "url": url,
    }


def web_link(value, scheme):
    """Make a link to an address that a user typed, if it is safe to open.

    :param scheme: ``tel:`` or ``mailto:`` put before the value, ``""`` for a web page,
        ``None`` for no link

    >>> web_link("+86 10 5555 0100", "tel:")["url"]
    'tel:+86 10 5555 0100'
    >>> web_link("javascript:alert(1)", "") is None
    True
    """
    if scheme is None or not (scheme or value.startswith(("http://", "https://"))):
        return None
    return link(value, url=f"{scheme}{value}")


def tiles(sections):
    """Choose the figures for the top of the page: at most six, by their place.

    A figure that is chosen is marked ``on_top``, so that it is not shown twice.

    >>> s = section("a", "A")
    >>> s["metrics"] = [metric("x", "1", tile=20), metric("y", "2"),
    ...                 metric("z", "3", tile=10)]
    >>> [figure["label"] for figure in tiles([s])]
    ['z', 'x']
    """
    figures = [
        (figure["tile"], part["key"], figure)
        for part in sections
        for figure in part["metrics"]
        if figure["tile"] is not None
    ]
    figures.sort(key=lambda entry: entry[:2])
    for _place, _key, figure in figures[:MAX_TILES]:
        figure["on_top"] = True
    return [{**figure, "section": key} for _place, key, figure in figures[:MAX_TILES]]
