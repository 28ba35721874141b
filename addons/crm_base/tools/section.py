"""The shape of a section on the customer's page.

>>> s = section("money", "Money", sequence=30)
>>> s["metrics"].append(metric("Overdue", "¥ 1,200.00", tone="danger"))
>>> s["metrics"][0]["tone"]
'danger'
"""

TONES = (None, "muted", "info", "success", "warning", "danger")


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
    }


def metric(label, value, *, tone=None, hint=None, action=None):
    """Make one figure of a section; ``value`` is text, already formatted."""
    assert tone in TONES, tone
    return {
        "label": label,
        "value": value,
        "tone": tone,
        "hint": hint,
        "action": action,
    }


def row(title, *, subtitle=None, value=None, tone=None, action=None, steps=None):
    """Make one line of a section.

    :param value: text at the end of the line, already formatted
    :param steps: ``[(label, state, hint)]`` drawn as a progress line; state is one of
        ``done``, ``now``, ``late``, ``todo``
    """
    assert tone in TONES, tone
    return {
        "title": title,
        "subtitle": subtitle,
        "value": value,
        "tone": tone,
        "action": action,
        "steps": steps or [],
    }


def link(name, res_model, *, res_id=None, domain=None, context=None):
    """Say where a click leads: one record (``res_id``) or a list (``domain``)."""
    return {
        "name": name,
        "res_model": res_model,
        "res_id": res_id,
        "domain": domain,
        "context": context or {},
    }
