"""The rules of order-to-cash tracking: stage, lateness, whose turn it is, what is next.

All functions take :class:`Figures`, so that a list, a form, the portal and the stored
stage agree by construction.

>>> from datetime import date
>>> order = Figures(state="sale", qty_ordered=5.0, qty_open=5.0, amount_total=100.0)
>>> stage(order)
'confirmed'
>>> turn(order)
'sales'
>>> late_reasons(order, date(2026, 3, 2))
()
"""

from dataclasses import dataclass, fields
from datetime import date

STAGES = (
    "quoted",
    "confirmed",
    "in_production",
    "produced",
    "part_delivered",
    "delivered",
    "invoiced",
    "part_paid",
    "paid",
    "cancelled",
)
#: Stages that the passing of a day can make late.
OPEN_STAGES = STAGES[1:8]
TURNS = (
    "sales",
    "purchasing",
    "production",
    "warehouse",
    "accounting",
    "customer",
    "nobody",
)


@dataclass(frozen=True)
class Figures:
    """What is known about one order.

    Quantities are in the units of the order's lines (production: in the units of the
    products), goods only unless the name says service; amounts are in the order's
    currency, taxes included, refunds negative; days are calendar days of the reader.
    """

    state: str = "draft"
    picking_policy: str = "direct"
    qty_ordered: float = 0.0
    qty_delivered: float = 0.0
    qty_reserved: float = 0.0
    #: ordered and not delivered, summed over lines that lack something
    qty_open: float = 0.0
    #: transfers towards the customer that are neither done nor cancelled
    moves_open: int = 0
    qty_to_produce: float = 0.0
    qty_produced: float = 0.0
    #: productions that are released and neither done nor cancelled
    productions_open: int = 0
    service_ordered: float = 0.0
    service_delivered: float = 0.0
    amount_total: float = 0.0
    amount_invoiced: float = 0.0
    amount_paid: float = 0.0
    amount_overdue: float = 0.0
    invoice_status: str = "no"
    invoices_posted: int = 0
    invoices_draft: int = 0
    #: smallest amount of the order's currency
    rounding: float = 0.01
    #: first promise among the lines that lack something
    open_promise: date | None = None
    next_production: date | None = None
    next_delivery: date | None = None
    next_due: date | None = None
    validity: date | None = None

    @classmethod
    def from_row(cls, row):
        """Take the figures out of a mapping that may hold more keys."""
        return cls(**{f.name: row[f.name] for f in fields(cls) if f.name in row})


def goods_done(figures: Figures) -> bool:
    """Say whether every good left the house, or the rest was given up.

    >>> goods_done(Figures(state="sale", qty_ordered=3, qty_delivered=3))
    True
    >>> short = Figures(state="sale", qty_ordered=3, qty_delivered=2, qty_open=1)
    >>> goods_done(short)
    True
    """
    if figures.qty_open <= 0:
        return True
    return figures.qty_delivered > 0 and not figures.moves_open


def unpaid(figures: Figures) -> float:
    """Give what is invoiced and not settled.

    >>> unpaid(Figures(amount_invoiced=100.0, amount_paid=30.0))
    70.0
    """
    return figures.amount_invoiced - figures.amount_paid


def fully_invoiced(figures: Figures) -> bool:
    """Say whether posted invoices cover the order.

    >>> fully_invoiced(Figures(amount_total=9, amount_invoiced=9, invoices_posted=1))
    True
    >>> fully_invoiced(Figures(amount_total=9, invoice_status="invoiced"))
    False
    """
    if not figures.invoices_posted:
        return False
    if figures.amount_invoiced >= figures.amount_total - figures.rounding / 2:
        return True
    return (
        figures.invoice_status in ("invoiced", "upselling")
        and not figures.invoices_draft
    )


def stage(figures: Figures) -> str:
    """Place the order on the way from quotation to cash.

    The goods decide until they left the house; from then on the money does. An order
    without goods goes by its services and its money.

    >>> stage(Figures(state="sent")), stage(Figures(state="cancel"))
    ('quoted', 'cancelled')
    >>> made = {"state": "sale", "qty_ordered": 4, "qty_open": 4, "qty_to_produce": 4}
    >>> stage(Figures(**made, productions_open=1))
    'in_production'
    >>> stage(Figures(**made, qty_produced=4))
    'produced'
    >>> cash = {"state": "sale", "qty_ordered": 4, "qty_delivered": 4}
    >>> stage(Figures(**cash, amount_total=9, amount_invoiced=9, invoices_posted=1))
    'invoiced'
    """
    if figures.state == "cancel":
        return "cancelled"
    if figures.state != "sale":
        return "quoted"
    if not goods_done(figures):
        return _goods_stage(figures)
    return _money_stage(figures)


def _goods_stage(figures: Figures) -> str:
    if figures.qty_delivered > 0:
        return "part_delivered"
    if figures.productions_open:
        return "in_production"
    if figures.qty_to_produce > 0:
        return "produced"
    return "confirmed"


def _money_stage(figures: Figures) -> str:
    owed = unpaid(figures)
    if fully_invoiced(figures):
        if owed < figures.rounding / 2:
            return "paid"
        return "part_paid" if figures.amount_paid > 0 else "invoiced"
    if figures.amount_paid > 0 and figures.qty_ordered:
        return "part_paid"
    if figures.qty_ordered:
        return "delivered"
    if figures.amount_paid > 0:
        return "part_paid"
    if figures.service_ordered and figures.service_delivered > 0:
        whole = figures.service_delivered >= figures.service_ordered
        return "delivered" if whole else "part_delivered"
    return "confirmed"


def late_reasons(figures: Figures, today: date) -> tuple[str, ...]:
    """Say what is late: ``delivery`` past its promise, ``payment`` past its due day.

    >>> from datetime import date
    >>> open_order = {"state": "sale", "qty_ordered": 1, "qty_open": 1}
    >>> promise = date(2026, 3, 1)
    >>> late_reasons(Figures(**open_order, open_promise=promise), promise)
    ()
    >>> late_reasons(Figures(**open_order, open_promise=promise), date(2026, 3, 2))
    ('delivery',)
    """
    if figures.state != "sale":
        return ()
    reasons = []
    promise = figures.open_promise
    if promise and promise < today and not goods_done(figures):
        reasons.append("delivery")
    if figures.amount_overdue >= figures.rounding / 2:
        reasons.append("payment")
    return tuple(reasons)


def turn(figures: Figures) -> str:
    """Say who has to act next.

    >>> turn(Figures(state="draft")), turn(Figures(state="sent"))
    ('sales', 'customer')
    >>> goods = {"state": "sale", "qty_ordered": 4, "qty_open": 4, "moves_open": 1}
    >>> turn(Figures(**goods, qty_reserved=4))
    'warehouse'
    >>> turn(Figures(**goods, productions_open=1))
    'production'
    >>> turn(Figures(**goods))
    'purchasing'
    """
    if figures.state == "cancel":
        return "nobody"
    if figures.state != "sale":
        return "customer" if figures.state == "sent" else "sales"
    if not goods_done(figures):
        return _goods_turn(figures)
    return _money_turn(figures)


def _goods_turn(figures: Figures) -> str:
    if not figures.moves_open:
        return "sales"
    if figures.qty_reserved >= figures.qty_open:
        return "warehouse"
    if figures.productions_open:
        return "production"
    if figures.qty_reserved > 0 and figures.picking_policy == "direct":
        return "warehouse"
    return "purchasing"


def _money_turn(figures: Figures) -> str:
    if not fully_invoiced(figures):
        if figures.invoice_status == "to invoice" or figures.invoices_draft:
            return "accounting"
        if figures.service_ordered > figures.service_delivered:
            return "sales"
    if figures.amount_overdue >= figures.rounding / 2:
        return "accounting"
    if unpaid(figures) >= figures.rounding / 2:
        return "customer"
    return "nobody"


def next_date(figures: Figures) -> date | None:
    """Give the day of the next event, in the calendar of whoever's turn it is.

    >>> from datetime import date
    >>> day = date(2026, 3, 9)
    >>> next_date(Figures(state="sent", validity=day)) == day
    True
    """
    who = turn(figures)
    if figures.state in ("draft", "sent"):
        return figures.validity
    if who == "production":
        return figures.next_production or figures.open_promise
    if who in ("warehouse", "purchasing"):
        return figures.next_delivery or figures.open_promise
    if who in ("customer", "accounting"):
        return figures.next_due
    return None


def paid_share(figures: Figures) -> float:
    """Give the settled part of the order's total, between 0 and 1.

    >>> paid_share(Figures(amount_total=200.0, amount_paid=50.0))
    0.25
    >>> paid_share(Figures(amount_total=0.0, amount_paid=0.0))
    0.0
    """
    if figures.amount_total <= 0:
        return 0.0
    return min(max(figures.amount_paid / figures.amount_total, 0.0), 1.0)


#: The steps of the progress line, in order; a step without subject is left out.
STEPS = ("ordered", "production", "ready", "shipped", "invoiced", "paid")


def step_states(figures: Figures, today: date) -> dict[str, str]:
    """Give ``{step: done|now|late|todo}`` for the steps that the order has.

    Production stands only on orders that make something, ready and shipped only on
    orders with goods. The first step that is not done is ``now`` or ``late``.

    >>> from datetime import date
    >>> order = Figures(state="sale", qty_ordered=2, qty_open=2, qty_reserved=2)
    >>> states = step_states(order, date(2026, 3, 2))
    >>> [states[key] for key in ("ordered", "ready", "shipped", "invoiced")]
    ['done', 'done', 'now', 'todo']
    """
    if figures.state == "cancel":
        return {"ordered": "todo"}
    done = _steps_done(figures)
    late = late_reasons(figures, today)
    states, current = {}, False
    for key, finished in done.items():
        if finished:
            states[key] = "done"
        elif not current:
            current = True
            states[key] = "now"
        else:
            states[key] = "todo"
        blames = "payment" if key in ("invoiced", "paid") else "delivery"
        if states[key] == "now" and blames in late:
            states[key] = "late"
    if "payment" in late and states["paid"] == "todo":
        states["paid"] = "late"
    return states


def _steps_done(figures: Figures) -> dict[str, bool]:
    sold = figures.state == "sale"
    shipped = sold and goods_done(figures)
    steps = {"ordered": sold}
    if figures.qty_to_produce > 0 or figures.productions_open:
        steps["production"] = shipped or not figures.productions_open
    if figures.qty_ordered > 0:
        steps["ready"] = shipped or (sold and figures.qty_open <= figures.qty_reserved)
        steps["shipped"] = shipped
    billed = sold and fully_invoiced(figures)
    steps["invoiced"] = billed
    steps["paid"] = billed and unpaid(figures) < figures.rounding / 2
    return steps
