"""The payments of the generated company."""

from .copies import next_id


def fill(run):
    """Add the payments of the invoices that are paid wholly or in part."""
    bases = {
        "move": next_id(run.env, "account_move"),
        "item": next_id(run.env, "account_move_line"),
        "payment": next_id(run.env, "account_payment"),
        "partial": next_id(run.env, "account_partial_reconcile"),
    }
    run.cr.execute(
        """
        CREATE TEMP TABLE received AS
        SELECT b.n AS invoice_n, b.id AS invoice_id, b.customer_id, b.settled,
               b.day + 20 AS day, row_number() OVER (ORDER BY b.id) AS n
          FROM billed b WHERE b.settled > 0
        """
    )
    entry = f"{bases['move']} + r.n"
    payment = f"{bases['payment']} + r.n"
    when = {"create_date": "r.day", "write_date": "r.day", "date": "r.day"}
    who = {"partner_id": "r.customer_id"}
    run.like(
        "account_move",
        "entry",
        "received",
        id=entry,
        name="'BENCHPAY/' || r.n",
        sequence_prefix="'BENCHPAY/'",
        sequence_number="r.n",
        commercial_partner_id="r.customer_id",
        origin_payment_id=payment,
        amount_total="r.settled",
        amount_total_signed="r.settled",
        amount_total_in_currency_signed="r.settled",
        **when,
        **who,
    )
    run.like(
        "account_payment",
        "payment",
        "received",
        id=payment,
        name="'BENCHPAY/' || r.n",
        move_id=entry,
        amount="r.settled",
        amount_company_currency_signed="r.settled",
        **when,
        **who,
    )
    _fill_items(run, bases, entry, payment)


def _fill_items(run, bases, entry, payment):
    """Add the journal items of the payments and what they settle."""
    when = {"create_date": "r.day", "write_date": "r.day", "date": "r.day"}
    who = {"partner_id": "r.customer_id"}
    run.cr.execute(
        "INSERT INTO account_move__account_payment (invoice_id, payment_id) "
        f"SELECT r.invoice_id, {payment} FROM received r"
    )
    item = {"move_id": entry, "move_name": "'BENCHPAY/' || r.n", **when, **who}
    money = ("debit", "balance", "amount_currency")
    residual = ("amount_residual", "amount_residual_currency")
    run.like(
        "account_move_line",
        "debit",
        "received",
        id=f"{bases['item']} + 2 * r.n",
        **item,
        **dict.fromkeys((*money, *residual), "r.settled"),
    )
    run.like(
        "account_move_line",
        "credit",
        "received",
        id=f"{bases['item']} + 2 * r.n + 1",
        credit="r.settled",
        balance="-r.settled",
        amount_currency="-r.settled",
        full_reconcile_id="NULL",
        matching_number="'B' || r.invoice_n",
        **item,
    )
    del when["date"]
    run.like(
        "account_partial_reconcile",
        "partial",
        "received",
        id=f"{bases['partial']} + r.n",
        debit_move_id=f"{run.receivable_base} + r.invoice_n",
        credit_move_id=f"{bases['item']} + 2 * r.n + 1",
        amount="r.settled",
        debit_amount_currency="r.settled",
        credit_amount_currency="r.settled",
        full_reconcile_id="NULL",
        max_date="r.day",
        **when,
    )
