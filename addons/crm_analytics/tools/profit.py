"""Why a customer brings more or less than others alike, in whole cents.

Kaplan and Cooper, *Cost and Effect* (1998): customers of the same sales differ by
discounts, returns and by what serving them costs.
"""

#: Components of a profit, beside the activities.
COMPONENTS = ("discount", "loyalty", "returns", "goods")
#: What to do about the component in which a customer falls behind most.
MEASURES = {
    "goods": "price",
    "discount": "price",
    "loyalty": "price",
    "returns": "service",
    "return": "service",
    "complaint": "service",
    "ticket": "channel",
    "call_minute": "channel",
    "visit": "channel",
    "order_line": "minimum",
    "delivery": "minimum",
    "collection": "terms",
}


def decompose(own, peers, sales, peer_sales):
    """Take the gap to the peer group apart.

    What a customer of these sales would bring with the rates of the group is
    ``sales × component of the group / sales of the group``; the gap of a component is
    what it is more or less than that.

    :param own: ``{component: cents}`` of the customer; deductions are negative
    :param peers: the same, summed over the group with the customer in it
    :param int sales: of the customer, cents at list price, the base of the rates
    :param int peer_sales: of the group; without any there are no rates
    :return: ``{component: cents}``, whose sum is the gap exactly; a component that
        both are without is not in it

    >>> own = {"discount": -3000, "goods": -5000, "ticket": -4000}
    >>> decompose(own, {"discount": -10000, "goods": -50000}, 10000, 100000)
    {'discount': -2000, 'goods': 0, 'ticket': -4000}
    """
    if peer_sales <= 0 or sales <= 0:
        return {name: cents for name, cents in own.items() if cents}
    names = [name for name in {**own, **peers} if own.get(name) or peers.get(name)]
    total = sum(peers.get(name, 0) for name in names)
    expected = _at_rates([peers.get(name, 0) for name in names], sales, peer_sales)
    # The gap as a whole is rounded once; what single roundings leave goes to the
    # components that were rounded most.
    left = _nearest(total * sales, peer_sales) - sum(expected)
    rest = [peers.get(name, 0) * sales % peer_sales for name in names]
    nearest = sorted(
        range(len(names)),
        key=lambda at: (abs(2 * rest[at] - peer_sales), at),
    )
    for at in nearest[: abs(left)]:
        expected[at] += 1 if left > 0 else -1
    return {
        name: own.get(name, 0) - cents
        for name, cents in zip(names, expected, strict=True)
    }


def _at_rates(components, sales, peer_sales):
    return [_nearest(cents * sales, peer_sales) for cents in components]


def _nearest(over, under):
    """Divide whole numbers and round half up.

    >>> _nearest(5, 2), _nearest(-5, 2), _nearest(7, 3)
    (3, -2, 2)
    """
    return (2 * over + under) // (2 * under)


def reasons(gaps, own):
    """Give why a customer loses money: components in order of size, worst first.

    Where no component is behind, the whole group loses; then the greatest costs are the
    reasons.

    :param gaps: of :func:`decompose`
    :param own: components of the customer, sales left out
    :return: ``[(component, cents)]``, cents negative

    >>> reasons({"goods": 50, "ticket": -70, "visit": -20}, {})
    [('ticket', -70), ('visit', -20)]
    >>> reasons({"goods": 0}, {"goods": -900, "ticket": -100})
    [('goods', -900), ('ticket', -100)]
    """
    behind = {name: cents for name, cents in gaps.items() if cents < 0}
    if not behind:
        behind = {name: cents for name, cents in own.items() if cents < 0}
    return sorted(behind.items(), key=lambda item: (item[1], item[0]))


def measure(component):
    """Propose what to do about a component: a key of the measures.

    >>> measure("visit"), measure("an activity of another addon")
    ('channel', 'service')
    """
    return MEASURES.get(component, "service")
