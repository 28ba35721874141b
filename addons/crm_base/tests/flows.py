"""Random order-to-cash flows, and what they amount to in the eyes of the plain ORM.

`FlowFactory` drives real documents: quotations, transfers, returns, invoices, refunds,
payments. `FlowOracle` counts the same flows by looping over records; it shares no code
with the statement that it judges.
"""

from datetime import timedelta

from odoo import Command, fields


class FlowFactory:
    """Makes flows out of a seeded random generator."""

    def __init__(self, env, rng):
        self.env = env
        self.rng = rng
        self.retiring = []
        self.today = fields.Date.context_today(env.user)
        self.company = env.company
        self.location = (
            env["stock.warehouse"]
            .search([("company_id", "=", self.company.id)], limit=1)
            .lot_stock_id
        )
        self.customers = env["res.partner"].create(
            [{"name": f"Flow customer {number}"} for number in range(3)]
        )
        self.dozen = env.ref("uom.product_uom_dozen")
        self.euro = self._make_currency()
        self.pricelist = env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        self.instalments = env["account.payment.term"].create(
            {
                "name": "Thirty now, rest later",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 30, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 70, "nb_days": 20}
                    ),
                ],
            }
        )
        self._make_products()

    def _make_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": self.today - timedelta(days=days),
                    "rate": rate,
                }
                for days, rate in ((400, 0.8), (30, 0.9), (5, 0.85))
            ]
        )
        return euro

    def product(self, name, policy="order", **vals):
        return self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": self.rng.choice((7.0, 19.99, 120.0)),
                "invoice_policy": policy,
                **vals,
            }
        )

    def _make_products(self):
        make = self.product
        self.goods = [
            make("Flow lamp"),
            make("Flow table", "delivery"),
            make("Flow chair", sale_delay=12),
            make("Flow ribbon", "delivery", is_storable=False),
        ]
        self.services = [
            make("Flow visit", type="service", is_storable=False),
            make("Flow advice", "delivery", type="service", is_storable=False),
        ]
        for product in self.goods[:3]:
            self.stock(product, 60)

    # ---------------------------------------------------------------- orders
    def stock(self, product, quantity):
        self.env["stock.quant"]._update_available_quantity(
            product, self.location, quantity
        )

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def lines(self):
        """Give the values of the lines of one order; overridden by other factories."""
        products = self.rng.sample(self.goods, self.rng.randint(1, 3))
        if self.chance(30):
            products.append(self.rng.choice(self.services))
        if self.chance(5):
            products = [self.rng.choice(self.services)]
        if self.chance(10):
            products.append(self.retire())
        lines = []
        for product in products:
            vals = {
                "product_id": product.id,
                "product_uom_qty": self.rng.choice((1, 2, 3, 5, 8)),
            }
            if self.chance(8):
                vals["product_uom_qty"] = 0
            if self.chance(20):
                vals["discount"] = self.rng.choice((5, 12.5, 100))
            if product.type == "consu" and self.chance(15):
                vals["product_uom_id"] = self.dozen.id
            lines.append(vals)
        return lines

    def retire(self):
        """Make a product that is archived when its only flow ends."""
        product = self.product("Flow retired")
        self.stock(product, 4)
        self.retiring.append(product)
        return product

    def order(self, partner=None):
        vals = {
            "partner_id": (partner or self.rng.choice(self.customers)).id,
            "order_line": [Command.create(vals) for vals in self.lines()],
            "picking_policy": self.rng.choice(("direct", "direct", "one")),
        }
        if self.chance(25):
            vals["pricelist_id"] = self.pricelist.id
        if self.chance(25):
            vals["payment_term_id"] = self.instalments.id
        if self.chance(30):
            vals["commitment_date"] = fields.Datetime.now() + timedelta(
                days=self.rng.choice((-9, -2, 3, 15)), hours=self.rng.randint(0, 5)
            )
        return self.env["sale.order"].create(vals)

    def flow(self):
        """Make one flow and return its orders: usually one, two when they share."""
        orders = self.quote()
        if self.chance(6):
            return orders
        orders.action_confirm()
        if self.chance(25):
            orders.date_order = fields.Datetime.now() - timedelta(days=40)
        if self.chance(10):
            self.down_payment(orders[0])
        if len(orders) == 2 and self.chance(70):
            self.share_picking(orders)
        self.make(orders)
        for _round in range(self.rng.choice((0, 1, 1, 2))):
            self.deliver(orders)
        if self.chance(20):
            self.take_back(orders)
        self.serve(orders)
        for _round in range(self.rng.choice((0, 1, 1, 2))):
            self.invoice(orders)
        self.settle(orders)
        self.mishaps(orders)
        return orders

    def quote(self):
        orders = self.order()
        if self.chance(12):
            orders |= self.order(orders.partner_id)
        for order in orders:
            if self.chance(7):
                order.action_quotation_sent()
        return orders

    def make(self, orders):
        """Produce; there is nothing to produce without manufacturing."""

    def share_picking(self, orders):
        pickings = orders.picking_ids.filtered(lambda p: p.state not in ("done",))
        if len(pickings) == 2:
            pickings[1].move_ids.write({"picking_id": pickings[0].id})

    def deliver(self, orders):
        for picking in orders.picking_ids.filtered(
            lambda p: (
                p.state not in ("done", "cancel") and p.picking_type_code == "outgoing"
            )
        ):
            picking.action_assign()
            moves = picking.move_ids.filtered(lambda m: m.quantity > 0)
            if not moves:
                continue
            if self.chance(45):
                for move in moves:
                    move.quantity = self.rng.randint(0, int(move.quantity))
            moves = moves.filtered(lambda m: m.quantity > 0)
            if not moves:
                continue
            moves.picked = True
            skip = {"skip_backorder": True, "skip_sms": True}
            if self.chance(25):
                skip["picking_ids_not_to_backorder"] = picking.ids
            picking.with_context(**skip).button_validate()

    def take_back(self, orders):
        pickings = orders.picking_ids.filtered(
            lambda p: p.state == "done" and p.picking_type_code == "outgoing"
        )
        if not pickings:
            return
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=pickings[0].id, active_model="stock.picking")
            .create({"picking_id": pickings[0].id})
        )
        for line in wizard.product_return_moves:
            line.quantity = self.rng.randint(0, int(line.move_id.quantity))
            line.to_refund = self.chance(75)
        if not any(wizard.product_return_moves.mapped("quantity")):
            return
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        if self.chance(80):
            for move in back.move_ids:
                move.quantity = move.product_uom_qty
            back.move_ids.picked = True
            back.with_context(skip_backorder=True, skip_sms=True).button_validate()

    def serve(self, orders):
        for line in orders.order_line:
            if line.product_id.type == "service" and not line.is_downpayment:
                if self.chance(60):
                    line.qty_delivered = line.product_uom_qty

    # ----------------------------------------------------------------- money
    def down_payment(self, order):
        if not order.amount_total > 0:
            return
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_ids=order.ids, active_model="sale.order")
            .create({"advance_payment_method": "percentage", "amount": 20})
        )
        wizard.create_invoices()
        order.invoice_ids.action_post()
        if self.chance(60):
            self.pay(order.invoice_ids)

    def invoice(self, orders):
        ready = orders.filtered(lambda o: o.invoice_status == "to invoice")
        if not ready:
            return
        invoices = ready._create_invoices(final=self.chance(80))
        for invoice in invoices:
            lines = invoice.invoice_line_ids.filtered(lambda line: line.quantity > 1)
            if lines and self.chance(30):
                lines[0].quantity -= 1
            if self.chance(6) and invoice.currency_id != self.euro:
                invoice.currency_id = self.euro
            if self.chance(25):
                invoice.invoice_date = self.today - timedelta(days=25)
            if self.chance(88) and invoice.amount_total >= 0:
                invoice.action_post()

    def settle(self, orders):
        for invoice in orders.invoice_ids.filtered(lambda m: m.state == "posted"):
            if invoice.amount_residual and self.chance(60):
                self.pay(invoice)
            if invoice.move_type == "out_invoice" and self.chance(15):
                self.refund(invoice)

    def pay(self, invoice):
        if not invoice.amount_residual:
            return
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {"payment_date": self.today - timedelta(days=self.rng.randint(0, 4))}
            )
        )
        if self.chance(35):
            wizard.amount = wizard.currency_id.round(wizard.amount * 0.4)
        wizard.action_create_payments()

    def refund(self, invoice):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Flow"})
        )
        wizard.refund_moves()
        refund = invoice.reversal_move_ids
        if len(refund) != 1:
            return
        lines = refund.invoice_line_ids.filtered(lambda line: line.quantity > 1)
        if lines and self.chance(60):
            lines[0].quantity -= 1
        if self.chance(80):
            refund.action_post()
            if self.chance(70):
                (invoice | refund).line_ids.filtered(
                    lambda line: (
                        line.account_type == "asset_receivable" and not line.reconciled
                    )
                ).reconcile()

    def mishaps(self, orders):
        if self.chance(8):
            partials = orders.invoice_ids.line_ids.matched_credit_ids
            partials[:1].unlink()
        if self.chance(4):
            orders.invoice_ids.filtered(
                lambda m: m.state == "posted" and m.payment_state == "not_paid"
            )[:1].button_draft()
        if self.chance(6):
            orders[0]._action_cancel()
        for product in self.retiring:
            product.action_archive()
        self.retiring.clear()


class FlowOracle:
    """Counts an order by looping over its records."""

    def __init__(self, today):
        self.today = today

    def figures(self, order):
        goods = order.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.product_id.type == "consu"
            )
        )
        services = order.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.product_id.type == "service"
            )
        )
        delivered = {line: self.delivered(line) for line in goods}
        result = {
            "qty_ordered": sum(goods.mapped("product_uom_qty")),
            "qty_delivered": sum(delivered.values()),
            "qty_open": sum(
                max(line.product_uom_qty - delivered[line], 0) for line in goods
            ),
            "qty_reserved": sum(self.reserved(line) for line in goods),
            "service_ordered": sum(services.mapped("product_uom_qty")),
            "service_delivered": sum(services.mapped("qty_delivered")),
            "amount_total": order.amount_total,
            **self.production(order),
            **self.money(order),
        }
        result["late"] = order.state == "sale" and (
            result["amount_overdue"] > 0.004 or self.delivery_late(order, delivered)
        )
        result["stage"] = self.stage(order, result)
        return result

    # ----------------------------------------------------------------- goods
    def delivered(self, line):
        quantity = 0.0
        for move in line.move_ids:
            if move.state == "done":
                quantity += self.sign(move) * self.convert(move, line)
        return quantity

    def sign(self, move):
        if move.location_dest_id.usage == "customer":
            return 1 if not move.origin_returned_move_id or move.to_refund else 0
        if move.location_id.usage == "customer" and move.to_refund:
            return -1
        return 0

    def convert(self, move, line):
        return move.product_uom._compute_quantity(
            move.quantity, line.product_uom_id, rounding_method="HALF-UP"
        )

    def open_moves(self, line):
        return line.move_ids.filtered(
            lambda move: (
                move.state
                in ("waiting", "confirmed", "assigned") + ("partially_available",)
                and move.location_id.usage == "internal"
                and move.location_dest_id.usage != "inventory"
            )
        )

    def reserved(self, line):
        return sum(
            move.product_uom._compute_quantity(
                move.quantity, line.product_uom_id, round=False
            )
            for move in self.open_moves(line)
        )

    def production(self, order):
        return {"qty_to_produce": 0.0, "qty_produced": 0.0}

    def delivery_late(self, order, delivered):
        if self.goods_gone(order, delivered):
            return False
        for line, quantity in delivered.items():
            promise = order.commitment_date or order.date_order + timedelta(
                days=line.customer_lead
            )
            if quantity < line.product_uom_qty and promise.date() < self.today:
                return True
        return False

    def goods_gone(self, order, delivered):
        if all(qty >= line.product_uom_qty for line, qty in delivered.items()):
            return True
        waiting = any(self.open_moves(line) for line in delivered)
        return sum(delivered.values()) > 0 and not waiting

    # ----------------------------------------------------------------- money
    def money(self, order):
        totals = dict.fromkeys(
            ("invoiced", "paid", "overdue", "invoiced_c", "paid_c", "overdue_c"), 0.0
        )
        for move in order.order_line.invoice_lines.move_id:
            if move.state == "posted":
                for name, amount in self.money_of(order, move).items():
                    totals[name] += amount
        names = {
            "invoiced": "amount_invoiced",
            "paid": "amount_paid",
            "overdue": "amount_overdue",
        }
        result = {}
        for short, name in names.items():
            floor = 0.0 if short == "overdue" else float("-inf")
            result[name] = order.currency_id.round(max(totals[short], floor))
            result[f"{name}_company"] = order.company_id.currency_id.round(
                max(totals[f"{short}_c"], floor)
            )
        return result

    def money_of(self, order, move):
        share = self.share(order, move)
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        totals = dict.fromkeys(("invoiced", "paid", "overdue"), 0.0)
        company = dict(totals)
        for term in terms:
            paid, paid_company = self.settled(term)
            totals["invoiced"] += term.amount_currency
            totals["paid"] += paid
            company["invoiced"] += term.balance
            company["paid"] += paid_company
            if term.date_maturity < self.today:
                totals["overdue"] += term.amount_currency - paid
                company["overdue"] += term.balance - paid_company
        if move.currency_id != order.currency_id:
            totals = {
                name: amount * order.currency_rate for name, amount in company.items()
            }
        return {name: amount * share for name, amount in totals.items()} | {
            f"{name}_c": amount * share for name, amount in company.items()
        }

    def share(self, order, move):
        parts = {}
        for line in move.line_ids:
            for other in line.sale_line_ids.order_id:
                parts[other] = parts.get(other, 0.0) + line.price_total
        whole = sum(parts.values())
        if abs(whole) < 1e-9:
            return 1.0 / len(parts)
        return parts[order] / whole

    def settled(self, term):
        """Give what was settled of a receivable line, in both currencies."""
        paid = paid_company = 0.0
        for partial in term.matched_credit_ids:
            paid += partial.debit_amount_currency
            paid_company += partial.amount
        for partial in term.matched_debit_ids:
            paid -= partial.credit_amount_currency
            paid_company -= partial.amount
        return paid, paid_company

    # ----------------------------------------------------------------- stage
    def stage(self, order, result):
        if order.state != "sale":
            return "cancelled" if order.state == "cancel" else "quoted"
        goods = order.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.product_id.type == "consu"
            )
        )
        delivered = {line: self.delivered(line) for line in goods}
        if not self.goods_gone(order, delivered):
            if result["qty_delivered"] > 0:
                return "part_delivered"
            return self.production_stage(order)
        billed, settled = self.billed(order, result), result["amount_paid"]
        if billed and result["amount_invoiced"] - settled < 0.005:
            return "paid"
        if settled > 0:
            return "part_paid"
        if billed:
            return "invoiced"
        return self.unbilled_stage(result)

    def unbilled_stage(self, result):
        if result["qty_ordered"]:
            return "delivered"
        if result["service_delivered"] > 0:
            whole = result["service_delivered"] >= result["service_ordered"]
            return "delivered" if whole else "part_delivered"
        return "confirmed"

    def billed(self, order, result):
        moves = order.order_line.invoice_lines.move_id
        if "posted" not in moves.mapped("state"):
            return False
        if result["amount_invoiced"] > order.amount_total - 0.005:
            return True
        whole = order.invoice_status in ("invoiced", "upselling")
        return whole and "draft" not in moves.mapped("state")

    def production_stage(self, order):
        return "confirmed"
