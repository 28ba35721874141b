"""What keeping the stage of an order costs on the way to cash, step by step."""

from odoo import Command

from .measure import Meter, Report, Sample, describe

ROUNDS = 25
LINES = 3
BAR = 1.10
STEPS = ("create and confirm", "post the invoice", "register the payment")


def main(env, scale):
    meter = Meter(env)
    report = Report("Price of the mechanism", scale)
    env = env(context={"lang": "en_US", "tz": "Asia/Shanghai"})
    bare = env(context={**env.context, "tracking_no_refresh": True})
    samples = {step: (Sample(), Sample()) for step in STEPS}
    warm = {step: (Sample(), Sample()) for step in STEPS}
    for number in range(ROUNDS + 3):
        kept = samples if number >= 3 else warm
        # whoever goes first meets the colder caches
        order = (0, 1) if number % 2 else (1, 0)
        for place in order:
            with meter.undone():
                way_to_cash(
                    meter,
                    (env, bare)[place],
                    {step: kept[step][place] for step in STEPS},
                    number,
                )
    for step, (with_, without) in samples.items():
        ratio = with_.cpu_ms / without.cpu_ms
        report.bar(
            f"{step}, CPU",
            describe(with_),
            describe(without),
            f"{ratio:.3f}",
            f"<= {BAR:.2f}",
            ratio <= BAR,
        )
        ratio = with_.query_count / without.query_count
        report.fact(
            f"{step}, queries",
            f"{with_.query_count:g}",
            f"{without.query_count:g}",
            f"{ratio:.3f}",
            f"<= {BAR:.2f}",
            ratio <= BAR,
        )
    return report.show()


def way_to_cash(meter, env, samples, number):
    """Take one order from quotation to payment, each step as a request of its own."""
    customer = env["res.partner"].search(
        [("is_company", "=", True), ("ref", "like", "C0")], limit=1, offset=number
    )
    articles = env["product.product"].search(
        [("default_code", "like", "A")], limit=LINES, offset=number
    )
    vals = {
        "partner_id": customer.id,
        "order_line": [
            Command.create({"product_id": article.id, "product_uom_qty": 2})
            for article in articles
        ],
    }

    def step(name, action):
        meter.env.flush_all()
        env.cr.flush()
        env.invalidate_all()
        with meter.on(samples[name]):
            result = action()
            env.cr.flush()  # what a commit does
        return result

    def confirm():
        order = env["sale.order"].create(vals)
        order.action_confirm()
        return order

    order = step(STEPS[0], confirm)
    invoice = order._create_invoices()
    step(STEPS[1], invoice.action_post)
    wizard = (
        env["account.payment.register"]
        .with_context(active_model="account.move", active_ids=invoice.ids)
        .create({})
    )
    step(STEPS[2], wizard._create_payments)
