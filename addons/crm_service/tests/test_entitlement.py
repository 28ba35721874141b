from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..tools.entitlement import last_day
from ..tools.term import follow
from .common import ServiceCase


class EntitlementCase(ServiceCase):
    """A lamp with serial numbers and a warranty, and screws in boxes with one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "UTC"
        cls.warranty = cls.env["service.plan"].create(
            {"name": "Two years", "duration": 2, "unit": "year"}
        )
        cls.visits = cls.env["service.plan"].create(
            {"name": "Visits", "kind": "visits", "quota": 2, "duration": 12}
        )
        cls.lamp, cls.screws = cls.env["product.product"].create(
            [
                {
                    "name": "Lamp",
                    "is_storable": True,
                    "tracking": "serial",
                    "service_plan_ids": [Command.link(cls.warranty.id)],
                },
                {
                    "name": "Screws",
                    "is_storable": True,
                    "service_plan_ids": [Command.link(cls.warranty.id)],
                },
            ]
        )
        cls.bare = cls.env["product.product"].create(
            {"name": "Paper", "is_storable": True}
        )

    def _sell(self, product, quantity=1, serials=(), partner=None):
        """Sell and deliver; the picking is validated as the warehouse does it."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.contact).id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )
        order.action_confirm()
        move = order.picking_ids.move_ids
        if serials:
            move.move_line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "product_id": product.id,
                            "lot_id": self._serial(product, name).id,
                            "quantity": 1,
                            "location_id": move.location_id.id,
                            "location_dest_id": move.location_dest_id.id,
                        }
                    )
                    for name in serials
                ),
            ]
        else:
            move.quantity = quantity
        self._done(order.picking_ids)
        return order

    def _serial(self, product, name):
        values = {"name": name, "product_id": product.id}
        found = self.env["stock.lot"].search(
            [("name", "=", name), ("product_id", "=", product.id)]
        )
        return found or self.env["stock.lot"].create(values)

    def _done(self, picking):
        picking.move_ids.picked = True
        picking.with_user(self.warehouse_user).with_context(
            skip_backorder=True
        ).button_validate()
        self.assertEqual(picking.state, "done")

    def _take_back(self, order, quantity):
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids[:1].id}
        )
        wizard.product_return_moves.quantity = quantity
        back = wizard._create_return()
        back.move_ids.quantity = quantity
        self._done(back)

    def _assets(self, product):
        return (
            self.env["service.asset"]
            .with_user(self.agent)
            .search([("product_id", "=", product.id)], order="id")
        )


@tagged("post_install", "-at_install", "cap_v06")
class TestEntitlement(EntitlementCase):
    """Warranty follows from what was delivered, and ends with what came back."""

    def test_one_for_each_serial_number(self):
        order = self._sell(self.lamp, 2, ("L1", "L2"))
        assets = self._assets(self.lamp)
        self.assertEqual(assets.lot_id.mapped("name"), ["L1", "L2"])
        self.assertEqual(assets.partner_id, self.contact)
        self.assertEqual(assets.commercial_partner_id, self.customer)
        self.assertEqual(assets.order_id, order)
        entitlement = assets[0].entitlement_ids
        today = fields.Date.today()
        self.assertEqual(entitlement.date_first, today)
        self.assertEqual(entitlement.date_last, last_day(today, 2, "year"))
        self.assertEqual(entitlement.state, "covered")
        self.assertTrue(assets[0].is_covered)

    def test_pieces_and_what_comes_with_nothing(self):
        self._sell(self.screws, 5)
        self.assertEqual(self._assets(self.screws).quantity, 5)
        self._sell(self.bare, 5)
        self.assertFalse(self._assets(self.bare))

    def test_returned(self):
        order = self._sell(self.screws, 5)
        self._take_back(order, 2)
        asset = self._assets(self.screws)
        self.assertEqual((asset.quantity, asset.state), (3, "active"))
        self._take_back(order, 3)
        self.assertEqual(asset.state, "returned")
        cover = asset._get_cover("warranty", fields.Date.today() + timedelta(days=1))
        self.assertFalse(cover["entitlement"])
        self.assertIn("gave it back", cover["reason"])

    def test_a_serial_number_comes_back_and_is_sold_again(self):
        order = self._sell(self.lamp, 1, ("L1",))
        self._take_back(order, 1)
        first = self._assets(self.lamp)
        self.assertEqual(first.state, "returned")
        self._sell(self.lamp, 1, ("L1",), partner=self.other_customer)
        second = self._assets(self.lamp) - first
        self.assertEqual(second.lot_id, first.lot_id)
        self.assertEqual(second.partner_id, self.other_customer)
        self.assertEqual((first.state, second.state), ("returned", "active"))

    def test_days_are_those_of_the_company(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        # Half past seven on the second of March in Shanghai.
        with freeze_time("2026-03-01 23:30:00"):
            order = self._sell(self.screws, 5)
            asset = self._assets(self.screws)
            self.assertEqual(str(asset.date_delivered), "2026-03-02")
            self._take_back(order, 5)
            self.assertEqual(str(asset.date_ended), "2026-03-02")

    def test_pieces_of_a_lot_come_back_from_one_customer(self):
        self.screws.tracking = "lot"
        lot = self._serial(self.screws, "B7")
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            self.screws, warehouse.lot_stock_id, 15, lot_id=lot
        )
        order = self._sell(self.screws, 10)
        self._sell(self.screws, 5, partner=self.other_customer)
        first, second = self._assets(self.screws)
        self.assertEqual((first.lot_id, second.lot_id), (lot, lot))
        self._take_back(order, 1)
        self.assertEqual((first.quantity, first.state), (9, "active"))
        self.assertEqual((second.quantity, second.state), (5, "active"))
        self._take_back(order, 9)
        self.assertEqual((first.state, second.state), ("returned", "active"))

    def test_days_in_sql_and_python_agree(self):
        plans = self.env["service.plan"].create(
            [
                {"name": f"{length} {unit}", "duration": length, "unit": unit}
                for length in (0, 1, 3, 13, 400)
                for unit in ("day", "month", "year")
                if length < 100 or unit == "day"
            ]
        )
        self.screws.service_plan_ids = plans
        self._sell(self.screws)
        asset = self._assets(self.screws)
        for day in ("2024-02-29", "2026-01-31", "2026-08-31", "2026-12-01"):
            first = fields.Date.to_date(day)
            asset.entitlement_ids.sudo().unlink()
            asset.sudo().date_delivered = first
            self.env["service.entitlement"].sudo()._insert(SQL("a.id = %s", asset.id))
            self.assertEqual(len(asset.entitlement_ids), len(plans))
            for one in asset.entitlement_ids:
                plan = one.plan_id
                wanted = last_day(first, plan.duration, plan.unit)
                self.assertEqual(one.date_last or None, wanted, (day, plan.name))

    def test_begins_with_the_invoice(self):
        self.warranty.start_on = "invoice"
        order = self._sell(self.screws)
        entitlement = self._assets(self.screws).entitlement_ids
        self.assertEqual(entitlement.state, "waiting")
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-01"
        invoice.action_post()
        self.env["service.entitlement"]._cron_begin()
        self.assertEqual(fields.Date.to_string(entitlement.date_first), "2026-03-01")
        self.assertEqual(fields.Date.to_string(entitlement.date_last), "2028-03-01")

    def test_activated(self):
        self.warranty.start_on = "activation"
        self._sell(self.screws)
        asset = self._assets(self.screws)
        self.assertIn("not begun", asset._get_cover("warranty")["reason"])
        with self.assertRaises(AccessError):
            asset.entitlement_ids.with_user(self.salesperson).action_activate()
        asset.entitlement_ids.with_user(self.agent).action_activate()
        self.assertTrue(asset.is_covered)
        with self.assertRaises(UserError):
            asset.entitlement_ids.with_user(self.agent).action_activate()

    def test_the_past(self):
        self.screws.service_plan_ids = False
        order = self._sell(self.screws, 4)
        self._take_back(order, 1)
        self.assertFalse(self._assets(self.screws))
        self.screws.service_plan_ids = self.warranty
        assets = self.env["service.asset"]
        with self.assertRaises(AccessError):
            assets.with_user(self.agent).action_backfill()
        for _twice in range(2):
            assets.with_user(self.service_manager).action_backfill()
            found = self._assets(self.screws)
            self.assertEqual((found.quantity, found.state), (3, "active"))
            self.assertEqual(len(found.entitlement_ids), 1)
        self.screws.service_plan_ids |= self.visits
        assets.with_user(self.service_manager).action_backfill()
        self.assertEqual(len(found.entitlement_ids), 2)

    def test_used_up(self):
        self.screws.service_plan_ids = self.visits
        self._sell(self.screws)
        entitlement = self._assets(self.screws).entitlement_ids
        ticket = self._ticket()
        entitlement._use(1, ticket)
        entitlement._use(1, ticket, "Second visit")
        self.assertEqual(entitlement.state, "used_up")
        with self.assertRaisesRegex(UserError, "0 left"):
            entitlement._use(1, ticket)
        entitlement._use(-1, ticket, "Not needed")
        self.assertEqual((entitlement.used, entitlement.state), (1, "covered"))
        self.assertEqual(sum(entitlement.use_ids.mapped("quantity")), 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=400)):
            with self.assertRaisesRegex(UserError, "ended on"):
                entitlement._use(1, ticket)
        for attempt in (
            lambda: entitlement.use_ids.sudo().write({"quantity": 9}),
            lambda: entitlement.use_ids.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_states_are_found(self):
        self._sell(self.screws)
        entitlements = self.env["service.entitlement"]
        mine = self._assets(self.screws).entitlement_ids
        for state in ("waiting", "early", "covered", "used_up", "over"):
            found = entitlements.search([("state", "=", state)]) & mine
            self.assertEqual(bool(found), mine.state == state)

    def test_another_owner(self):
        self._sell(self.screws)
        asset = self._assets(self.screws)
        asset.with_user(self.service_manager).partner_id = self.other_customer
        self.assertEqual(asset.entitlement_ids.partner_id, self.other_customer)
        self.assertEqual(asset.commercial_partner_id, self.other_customer)

    def test_who_may(self):
        self._sell(self.screws)
        asset = self._assets(self.screws)
        for attempt in (
            lambda: asset.write({"partner_id": self.other_customer.id}),
            lambda: asset.with_user(self.service_manager).write({"quantity": 9}),
            lambda: asset.with_user(self.service_manager).write({"state": "returned"}),
            lambda: asset.with_user(self.service_manager).unlink(),
            lambda: asset.entitlement_ids.with_user(self.service_manager).write(
                {"date_last": "2099-01-01"}
            ),
            lambda: asset.entitlement_ids.copy(),
            lambda: asset.with_user(self.salesperson).read(["quantity"]),
            lambda: asset.with_user(self.portal_user).read(["quantity"]),
            lambda: self.warranty.with_user(self.agent).write({"duration": 99}),
        ):
            with self.assertRaises(AccessError):
                attempt()


@tagged("post_install", "-at_install", "cap_v06")
class TestContract(EntitlementCase):
    """What was agreed on holds from day to day."""

    def _contract(self, **values):
        contracts = self.env["service.contract"].with_user(self.service_manager)
        return contracts.create(
            {
                "name": "Care 2026",
                "partner_id": self.customer.id,
                "date_last": fields.Date.today() + timedelta(days=100),
                "line_ids": [Command.create({"plan_id": self.visits.id})],
                **values,
            }
        )

    def test_from_draft_to_end(self):
        contract = self._contract()
        self.assertTrue(contract.number.startswith("SC"))
        contract.action_agree()
        entitlement = contract.entitlement_ids
        self.assertEqual((entitlement.quota, entitlement.state), (2, "covered"))
        self.assertEqual(entitlement.partner_id, self.customer)
        with self.assertRaises(UserError):
            contract.action_agree()
        with self.assertRaises(UserError):
            contract.date_last = "2099-01-01"
        contract.action_cancel()
        self.assertEqual(entitlement.date_last, fields.Date.today())

    def test_renewal(self):
        contract = self._contract(date_first="2026-03-01", date_last="2027-02-28")
        with self.assertRaises(UserError):
            contract.action_renew()
        contract.action_agree()
        action = contract.action_renew()
        renewal = contract.browse(action["res_id"])
        self.assertEqual((renewal.state, renewal.name), ("draft", contract.name))
        self.assertEqual(renewal.date_first, date(2027, 3, 1))
        self.assertEqual(renewal.date_last, date(2028, 2, 29))
        self.assertEqual(renewal.line_ids.plan_id, self.visits)
        self.assertEqual(contract.action_renew()["res_id"], renewal.id, "once")
        renewal.action_agree()
        renewal.action_cancel()
        self.assertNotEqual(contract.action_renew()["res_id"], renewal.id)
        with self.assertRaises(AccessError):
            contract.with_user(self.agent).action_renew()

    def test_terms_follow(self):
        for first, last, begin, end in (
            ("2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31"),
            ("2026-02-01", "2026-02-28", "2026-03-01", "2026-03-31"),
            ("2024-02-29", "2025-02-28", "2025-03-01", "2026-02-28"),
            ("2026-01-15", "2026-01-20", "2026-01-21", "2026-01-26"),
            ("2026-05-05", "2026-05-05", "2026-05-06", "2026-05-06"),
        ):
            days = [date.fromisoformat(day) for day in (first, last, begin, end)]
            with self.subTest(first=first):
                self.assertEqual(follow(*days[:2]), tuple(days[2:]))

    def test_bad_input(self):
        with self.assertRaises(UserError):
            self._contract(line_ids=False).action_agree()
        with self.assertRaises(UserError):
            self._contract(state="running")
        with self.assertRaises(UserError):
            self._contract().state = "running"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self._contract(date_last="2000-01-01")

    def test_who_may(self):
        contract = self._contract()
        for attempt in (
            lambda: contract.with_user(self.agent).action_agree(),
            lambda: contract.with_user(self.agent).write({"name": "x"}),
            lambda: contract.with_user(self.salesperson).read(["name"]),
            lambda: contract.unlink(),
        ):
            with self.assertRaises(AccessError):
                attempt()


@tagged("post_install", "-at_install", "cap_v06")
class TestCover(EntitlementCase):
    """Tickets and repairs say whether what they are about is covered."""

    def test_a_ticket_keeps_the_answer_of_its_day(self):
        self._sell(self.screws)
        asset = self._assets(self.screws)
        ticket = self._ticket(asset_id=asset.id)
        self.assertEqual(ticket.cover, "in")
        self.assertIn("Two years until", ticket.cover_reason)
        asset.entitlement_ids.sudo().date_last = "2020-01-01"
        self.assertEqual(ticket.cover, "in")
        later = self._ticket(asset_id=asset.id)
        self.assertEqual(later.cover, "out")
        self.assertIn("ended on", later.cover_reason)
        self.assertFalse(self._ticket().cover)

    def test_the_day_of_a_ticket_is_that_of_the_company(self):
        self._sell(self.screws)
        asset = self._assets(self.screws)
        asset.entitlement_ids.sudo().write(
            {"date_first": "2025-03-02", "date_last": "2026-03-01"}
        )
        ticket = self._ticket(asset_id=asset.id)
        self.env.cr.execute(
            SQL(
                "UPDATE service_ticket SET create_date = %s WHERE id = %s",
                "2026-03-01 23:30:00",
                ticket.id,
            )
        )
        ticket.invalidate_recordset(["create_date"])
        for zone, cover in (("UTC", "in"), ("Asia/Shanghai", "out")):
            self.company.resource_calendar_id.tz = zone
            ticket._freeze_cover()
            self.assertEqual(ticket.cover, cover)

    def test_a_repair(self):
        self._sell(self.lamp, 1, ("L1",))
        asset = self._assets(self.lamp)

        def repair(**values):
            return self.env["repair.order"].create(
                {"product_id": self.lamp.id, "lot_id": asset.lot_id.id, **values}
            )

        self.assertTrue(repair().under_warranty)
        self.assertFalse(repair(under_warranty=False).under_warranty)
        asset.entitlement_ids.sudo().date_last = "2020-01-01"
        self.assertFalse(repair().under_warranty)

    def test_products_are_copied_by_others(self):
        """Whoever keeps products copies and reads them, plans come along."""
        keeper = self._new_user(
            "service_keeper",
            "stock.group_stock_manager,product.group_product_manager",
        )
        lamp, bare = (
            self.env["product.template"]
            .with_user(keeper)
            .browse(one.product_tmpl_id.id)
            for one in (self.lamp, self.bare)
        )
        copy = lamp.copy()
        self.assertEqual(copy.sudo().service_plan_ids, self.warranty)
        self.assertFalse(bare.copy().sudo().service_plan_ids)
