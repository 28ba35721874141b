"""Sets of products that many baskets hold, and the rules that follow from them.

Depth first over sets of baskets (Eclat: Zaki, "Scalable Algorithms for Association
Mining", IEEE Trans. Knowledge and Data Engineering 12(3), 2000); a set of baskets is
the bits of an integer. A rule has one product on its right side, as in arules.
"""

from math import ceil

#: More sets than these are noise, and would not fit in memory.
MOST = 500_000


def frequent(baskets, support, largest=10, most=MOST):
    """Give the sets that at least a share of the baskets hold.

    :param baskets: iterables of products
    :param support: share, above 0
    :param largest: products in a set at most
    :return: ``({sorted tuple of products: baskets}, number of baskets)``
    :raise ValueError: there are more than ``most`` sets

    >>> frequent([("a", "b"), ("a", "b", "c"), ("a",)], 0.5)
    ({('a',): 3, ('b',): 2, ('a', 'b'): 2}, 3)
    """
    places, count = {}, 0
    for count, basket in enumerate(baskets, 1):
        for product in set(basket):
            places.setdefault(product, []).append(count - 1)
    least = max(1, ceil(support * count - 1e-9))
    singles = [
        (product, _bits(held))
        for product, held in sorted(places.items())
        if len(held) >= least
    ]
    found = {}
    _extend((), singles, least, largest, most, found)
    return dict(sorted(found.items(), key=lambda item: (len(item[0]), item[0]))), count


def _bits(places):
    """Give an integer with these bits set."""
    octets = bytearray(places[-1] // 8 + 1)
    for place in places:
        octets[place // 8] |= 1 << place % 8
    return int.from_bytes(octets, "little")


def _extend(prefix, tails, least, largest, most, found):
    """Add each product of ``tails`` to the set, and go on with those after it."""
    for place, (product, held) in enumerate(tails):
        grown = (*prefix, product)
        found[grown] = held.bit_count()
        if len(found) > most:
            raise ValueError(f"more than {most:,} sets; ask for a higher support")
        if len(grown) == largest:
            continue
        longer = [
            (other, both)
            for other, others in tails[place + 1 :]
            if (both := held & others).bit_count() >= least
        ]
        _extend(grown, longer, least, largest, most, found)


def rules(found, count, confidence):
    """Give the rules of sets with two products or more.

    :param found: as :func:`frequent` gives them
    :param count: number of all baskets
    :return: ``[(products, product, baskets, support, confidence, lift)]``, highest
        lift first

    >>> found, count = frequent([("a", "b"), ("a", "b", "c"), ("a",)], 0.5)
    >>> [(left, right, both) for left, right, both, *_rest in rules(found, count, 0.9)]
    [(('b',), 'a', 2)]
    """
    made = []
    for products, both in found.items():
        if len(products) < 2:
            continue
        for place, right in enumerate(products):
            left = products[:place] + products[place + 1 :]
            sure = both / found[left]
            if sure >= confidence - 1e-12:
                lift = sure * count / found[(right,)]
                made.append((left, right, both, both / count, sure, lift))
    return sorted(made, key=lambda rule: (-rule[5], -rule[3], rule[0], rule[1]))
