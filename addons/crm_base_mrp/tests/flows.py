"""Order-to-cash flows with production and kits, and their count by the plain ORM."""

from odoo import Command

from odoo.addons.crm_base.tests.flows import FlowFactory, FlowOracle


class ProductionFlowFactory(FlowFactory):
    """Sells what is made to order, in one level and in two, and kits within kits."""

    def _make_products(self):
        super()._make_products()
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        routes = mto | self.env.ref("mrp.route_warehouse0_manufacture")
        to_order = {"route_ids": [Command.set(routes.ids)], "sale_delay": 5}
        self.steel = self.product("Flow steel")
        self.screw = self.product("Flow screw")
        for product in (self.steel, self.screw):
            self.stock(product, 5000)
        self.frame = self.product("Flow frame", **to_order)
        self.bike = self.product("Flow bike", "delivery", **to_order)
        self.bell = self.product("Flow bell", **to_order)
        self.bom(self.frame, [(self.steel, 2)])
        self.bom(self.bike, [(self.frame, 1), (self.screw, 4)])
        self.bom(self.bell, [(self.steel, 1)], product_qty=2)
        self.lock = self.product("Flow lock")
        self.stock(self.lock, 40)
        self.set = self.product("Flow repair set", is_storable=False)
        self.bom(self.set, [(self.screw, 3), (self.steel, 1)], type="phantom")
        self.kit = self.product("Flow city kit", "delivery", is_storable=False)
        self.bom(
            self.kit,
            [(self.lock, 1), (self.set, 2), (self.bell, 1)],
            type="phantom",
        )
        self.goods += [self.bike, self.bike, self.bell, self.frame, self.set, self.kit]

    def bom(self, product, components, **vals):
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": 1,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in components
                ],
                **vals,
            }
        )

    def make(self, orders):
        productions = orders.stock_reference_ids.production_ids
        productions |= productions.production_group_id.child_ids.production_ids
        if len(productions) > 1 and self.chance(15):
            self.merge(productions)
            productions = productions.exists()
        # the parts first
        for production in productions.sorted("id", reverse=True):
            if production.state in ("done", "cancel"):
                continue
            if self.chance(8):
                production.action_cancel()
            elif self.chance(65):
                self.produce(production)

    def merge(self, productions):
        same = productions.filtered(
            lambda p: (
                p.state == "confirmed" and p.product_id == productions[0].product_id
            )
        )
        if len(same) > 1 and len(same.bom_id) == 1:
            same.action_merge()

    def produce(self, production):
        quantity = production.product_qty
        if self.chance(35):
            quantity = self.rng.randint(1, max(int(quantity), 1))
        production.action_assign()
        production.qty_producing = quantity
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        if self.chance(15):
            return
        context = {"skip_consumption": True, "skip_backorder": True}
        if quantity < production.product_qty and self.chance(70):
            context["mo_ids_to_backorder"] = production.ids
        production.with_context(**context).button_mark_done()


class ProductionOracle(FlowOracle):
    """Counts productions of the first level, and whole kits."""

    def productions(self, order):
        return order.stock_reference_ids.production_ids.filtered(
            lambda p: (
                p.state not in ("draft", "cancel")
                and not p.production_group_id.parent_ids
            )
        )

    def production(self, order):
        wanted = made = 0.0
        for production in self.productions(order):
            part = self.production_share(order, production)
            produced = sum(
                move.product_uom._compute_quantity(
                    move.quantity, production.product_id.uom_id, round=False
                )
                for move in production.move_finished_ids
                if move.product_id == production.product_id
                and move.picked
                and move.state != "cancel"
            )
            planned = production.product_uom_id._compute_quantity(
                production.product_qty, production.product_id.uom_id, round=False
            )
            made += part * produced
            wanted += part * (produced if production.state == "done" else planned)
        return {"qty_to_produce": wanted, "qty_produced": made}

    def production_share(self, order, production):
        orders = production.reference_ids.sale_ids
        if len(orders) == 1:
            return 1.0
        demand = {
            other: sum(
                move.product_qty
                for move in other.order_line.move_ids
                if move.product_id == production.product_id
                and move.state != "cancel"
                and move.location_id.usage in ("internal", "transit")
            )
            for other in orders
        }
        whole = sum(demand.values())
        return demand[order] / whole if whole else 1.0 / len(orders)

    def production_stage(self, order):
        productions = self.productions(order)
        if any(production.state != "done" for production in productions):
            return "in_production"
        if self.production(order)["qty_to_produce"] > 0:
            return "produced"
        return "confirmed"

    # ------------------------------------------------------------------ kits
    def kit(self, line):
        bom = line.env["mrp.bom"]._bom_find(
            line.product_id, company_id=line.company_id.id, bom_type="phantom"
        )[line.product_id]
        return bom if line.move_ids.bom_line_id else bom.browse()

    def per_component(self, line, bom):
        """Give ``{bill line: units for one kit}`` by the platform's own explosion."""
        needs = {}
        for bom_line, data in bom.explode(line.product_id, 1)[1]:
            needs[bom_line] = needs.get(bom_line, 0.0) + data["qty"]
        return needs

    def whole_kits(self, line, bom, count):
        kits = []
        for bom_line, need in self.per_component(line, bom).items():
            moves = line.move_ids.filtered(lambda m, b=bom_line: m.bom_line_id == b)
            quantity = sum(count(move) for move in moves)
            kits.append(round(quantity / need, 6) // 1)
        return min(kits, default=0.0)

    def delivered(self, line):
        bom = self.kit(line)
        if not bom:
            return super().delivered(line)
        kits = self.whole_kits(
            line,
            bom,
            lambda move: self.sign(move) * move.quantity if move.state == "done" else 0,
        )
        return bom.product_uom_id._compute_quantity(kits, line.product_uom_id)

    def reserved(self, line):
        bom = self.kit(line)
        if not bom:
            return super().reserved(line)
        waiting = self.open_moves(line)
        ready = self.whole_kits(
            line,
            bom,
            lambda move: (
                move.quantity
                if move in waiting
                else self.sign(move) * move.quantity * (move.state == "done")
            ),
        )
        ready = bom.product_uom_id._compute_quantity(
            ready, line.product_uom_id, round=False
        )
        return max(ready - self.delivered(line), 0.0)
