"""Week after week: orders, production, deliveries, invoices, payments, returns."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from freezegun import freeze_time

from odoo import Command

from . import catalogue

SEASON = [0.8, 0.6, 1.1, 1.0, 1.0, 1.0, 0.8, 1.2, 1.5, 1.0, 1.1, 1.3]  # by month
SIZE = {"shop": (4, 12), "direct": (2, 8), "dealer": (20, 80)}
WEEKLY = 0.085  # orders of an average customer in an average week


def simulate(demo):
    """Live through the months before today, a week at a time."""
    weeks = round(demo.months * 52 / 12)
    habits = {
        customer: _habit(demo, place, weeks)
        for place, customer in enumerate(demo.customers)
    }
    agenda = Agenda(demo)
    start = datetime.combine(demo.today, time(2, 30)) - timedelta(weeks=weeks)
    with freeze_time(start, ignore=["threading", "socket"]) as clock:
        for week in range(weeks + 1):
            clock.move_to(start + timedelta(weeks=week))
            agenda.week(week, last=week == weeks)
            growth = 0.7 + 0.6 * week / weeks
            buyers = [
                c for c, habit in habits.items() if habit.buys(demo.rng, week, growth)
            ]
            agenda.take_orders(week, buyers, left=weeks - week)
            if week % 4 == 3:
                demo.env["crm.lifecycle"]._cron_refresh()
            if week % 13 == 12:
                print(f"  week {week + 1} of {weeks}", flush=True)
            demo.env.cr.commit()
    _date_back(demo)


class Habit:
    """When a customer starts and stops to buy, how often, and how it pays."""

    def __init__(self, first, last, weekly, start):
        self.first, self.last, self.weekly, self.start = first, last, weekly, start

    def buys(self, rng, week, growth):
        """Tell whether the customer orders in a week."""
        month = (self.start + timedelta(weeks=week)).month
        lives = self.first <= week <= self.last
        return lives and rng.random() < self.weekly * growth * SEASON[month - 1]


def _habit(demo, place, weeks):
    rng = demo.rng
    start = demo.today - timedelta(weeks=weeks)
    first, last = 0, weeks
    if place % 6 == 1:
        first = weeks - rng.randint(2, 12)  # new
    elif place % 6 == 2:
        last = weeks - rng.randint(14, 30)  # dormant
    elif place % 12 == 3:
        last = weeks - rng.randint(45, 60)  # lost
    elif place % 12 == 9:
        last = -1  # has never bought
    return Habit(first, last, WEEKLY * rng.choice([0.5, 0.8, 1, 1.3, 2.2]), start)


class Agenda:
    """What has to happen in which week."""

    def __init__(self, demo):
        self.demo, self.env, self.rng = demo, demo.env, demo.rng
        self.produce, self.deliver = defaultdict(list), defaultdict(list)
        self.pay, self.give_back = defaultdict(list), defaultdict(list)

    # --------------------------------------------------------------------- orders
    def take_orders(self, week, buyers, left):
        """Quote and confirm; the newest stay open, a few never become orders."""
        if not buyers:
            return
        orders = self.env["sale.order"].create(
            [
                self._prepare_order(buyer, desk_share=0.9 if left < 4 else 0.35)
                for buyer in buyers
            ]
        )
        confirmed = self.env["sale.order"]
        for order in orders:
            chance = self.rng.random()
            if chance < 0.06 or (left < 2 and chance < 0.4):
                if chance < 0.3:
                    order.action_quotation_sent()
            elif chance < 0.09:
                order.action_cancel()
            else:
                confirmed |= order
        confirmed.action_confirm()
        for order in confirmed:
            slow = any(
                line.product_id.default_code[:2] == "DK" for line in order.order_line
            )
            if slow:
                self.produce[week + self.rng.randint(1, 2)].append(order)
            self.deliver[week + (3 if slow else self.rng.choice([1, 1, 1, 2]))].append(
                order
            )

    def _prepare_order(self, customer, desk_share):
        rng, demo = self.rng, self.demo
        kind = demo.kinds[customer]
        low, high = SIZE[kind]
        codes = [row[0] for row in catalogue.PRODUCTS]
        weights = [row[6] for row in catalogue.PRODUCTS]
        picked = dict.fromkeys(rng.choices(codes, weights, k=rng.randint(2, 5)))
        lines = [(code, rng.randint(low, high)) for code in picked]
        if kind == "direct" and rng.random() < desk_share:
            lines.insert(0, (rng.choice(catalogue.DESKS)[0], rng.randint(1, 6)))
            lines.append(("SV-02", 1))
        if rng.random() < 0.12:
            lines.append(("KIT-01", rng.randint(1, 5)))
        led = rng.random() < 0.3
        return {
            "partner_id": customer.id,
            "user_id": customer.user_id.id,
            "warehouse_id": rng.choices(demo.warehouses, [6, 2, 1])[0].id,
            "campaign_id": rng.choice(demo.campaigns).id if led else False,
            "source_id": rng.choice(list(demo.sources)).id if led else False,
            "commitment_date": datetime.now()
            + timedelta(days=rng.choice([7, 10, 14, 21])),
            "order_line": [
                Command.create(
                    {
                        "product_id": demo.products[code].id,
                        "product_uom_qty": quantity,
                        "discount": 12 if kind == "dealer" else 0,
                    }
                )
                for code, quantity in lines
            ],
        }

    # ---------------------------------------------------------------------- weeks
    def week(self, number, last):
        """Do what is due in a week."""
        self._produce(self.produce.pop(number, []), last)
        delivered = self._deliver(number, self.deliver.pop(number, []))
        self._invoice(number, delivered)
        self._pay(self.pay.pop(number, []))
        self._take_back(number, self.give_back.pop(number, []))

    def _produce(self, orders, last):
        for order in orders:
            for _level in range(3):  # frames before the desks that need them
                for production in order.mrp_production_ids.filtered(
                    lambda mo: mo.state not in ("done", "cancel")
                ).sorted("id", reverse=True):
                    self._finish(production)
                if last:
                    return  # the newest stay in production

    def _finish(self, production):
        children = production._get_children().filtered(
            lambda mo: mo.state not in ("done", "cancel")
        )
        for child in children:
            self._finish(child)
        production.action_assign()
        production.qty_producing = production.product_qty
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        production.with_context(
            skip_backorder=True, skip_redirection=True
        ).button_mark_done()

    def _deliver(self, number, orders):
        delivered = self.env["sale.order"]
        for order in orders:
            pickings = order.picking_ids.filtered(
                lambda p: p.state not in ("done", "cancel")
            )
            if not pickings:
                continue  # half of one piece was the whole
            pickings.action_assign()
            if any(picking.state != "assigned" for picking in pickings):
                self.deliver[number + 1].append(order)
                continue
            partly = self.rng.random() < 0.1
            for picking in pickings:
                if partly:
                    self._halve(picking)
                picking.move_ids.picked = True
                picking.with_context(
                    skip_backorder=True, skip_sms=True
                ).button_validate()
            if partly:
                self.deliver[number + 2].append(order)
            delivered |= order
        return delivered

    def _halve(self, picking):
        for move in picking.move_ids[: max(1, len(picking.move_ids) // 2)]:
            move.quantity = max(1, int(move.product_uom_qty // 2))

    # ---------------------------------------------------------------------- money
    def _invoice(self, number, orders):
        orders = orders.filtered(lambda o: o.invoice_status == "to invoice")
        if not orders:
            return
        moves = orders._create_invoices(grouped=True)
        moves.invoice_date = datetime.now().date()
        moves.action_post()
        for move in moves:
            self._plan_payment(number, move)
        if self.rng.random() < 0.25:
            self.give_back[number + 1].append(orders[0])

    def _plan_payment(self, number, move):
        place = self.demo.customers.index(move.commercial_partner_id)
        due = max(0, (move.invoice_date_due - move.invoice_date).days)
        late = {0: 45, 5: 20}.get(place % 9, self.rng.choice([-5, 0, 0, 2, 6]))
        if place % 17 == 4 and self.rng.random() < 0.5:
            return  # does not pay
        self.pay[number + max(0, round((due + late) / 7))].append(move)

    def _pay(self, moves):
        moves = self.env["account.move"].concat(*moves)
        for same in moves.grouped("move_type").values():
            due = same.filtered(lambda m: m.payment_state in ("not_paid", "partial"))
            if due:
                self.env["account.payment.register"].with_context(
                    active_model="account.move", active_ids=due.ids
                ).create(
                    {"group_payment": False, "payment_date": datetime.now().date()}
                )._create_payments()

    def _take_back(self, number, orders):
        """Return a little of a delivery and credit it."""
        for order in orders:
            picking = order.picking_ids.filtered(
                lambda p: p.state == "done" and p.picking_type_code == "outgoing"
            )[:1]
            line = order.order_line.filtered(
                lambda sold: (
                    sold.qty_delivered > 1 and sold.product_id.default_code[:2] != "KI"
                )
            )[:1]
            move = picking.move_ids.filtered(
                lambda m, line=line: m.sale_line_id == line
            )[:1]
            if not move:
                continue
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            for item in wizard.product_return_moves:
                item.quantity = 1 if item.move_id == move else 0
            returned = wizard._create_return()
            returned.move_ids.picked = True
            returned.move_ids.to_refund = True
            returned.with_context(skip_backorder=True, skip_sms=True).button_validate()
            if order.invoice_status == "to invoice" or line.qty_to_invoice < 0:
                refund = order._create_invoices(grouped=True, final=True)
                refund.invoice_date = datetime.now().date()
                refund.action_post()
                self.pay[number + 1].append(refund)


def _date_back(demo):
    """Let records be as old as the documents; only the insert time is real."""
    demo.env.flush_all()
    for statement in (
        "UPDATE sale_order SET create_date = date_order",
        "UPDATE account_move SET create_date = invoice_date"
        " WHERE invoice_date IS NOT NULL",
        "UPDATE stock_picking SET create_date = scheduled_date",
        "UPDATE res_partner SET create_date = create_date - INTERVAL '%s months'"
        " WHERE ref LIKE 'K0%%'" % (int(demo.months) + 14),
    ):
        demo.env.cr.execute(statement)
    demo.env.invalidate_all()
