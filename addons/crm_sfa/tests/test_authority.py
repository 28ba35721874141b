from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .territory_common import TerritoryCase


class AuthorityCase(TerritoryCase):
    """Four customers: of the seller, of two territories, of nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["crm.team"].create(
            {"name": "Team East", "user_id": cls.team_leader.id}
        )
        cls.env["crm.team.member"].create(
            {"crm_team_id": cls.team.id, "user_id": cls.other_seller.id}
        )
        cls._member(cls.whole, cls.territory_seller, role="overlay")
        manager = cls.sfa_manager
        cls.own = cls._customer("Own", user_id=cls.seller.id)
        cls.in_east = cls._customer("In East", user_id=cls.other_seller.id)
        cls.in_west = cls._customer("In West", user_id=cls.salesperson.id)
        cls.abroad = cls._territory("Abroad")
        cls.in_abroad = cls._customer("In Abroad", user_id=cls.salesperson.id)
        cls.nobodys = cls._customer("Nobody's")
        for customer, territory in (
            (cls.own, cls.west),
            (cls.in_east, cls.east),
            (cls.in_west, cls.west),
            (cls.in_abroad, cls.abroad),
        ):
            customer.with_user(manager).sfa_territory_id = territory
        cls.all = cls.own + cls.in_east + cls.in_west + cls.in_abroad + cls.nobodys
        cls.person = cls.env["res.partner"].create(
            {"name": "Person in East", "parent_id": cls.in_east.id}
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "is_storable": True, "invoice_policy": "order"}
        )

    def _restrict(self):
        self.company.sfa_restrict_read = True

    def _writable(self, user):
        return self.all.filtered(
            lambda customer: customer.with_user(user).has_access("write")
        )

    def _readable(self, user):
        return (
            self.env["res.partner"].with_user(user).search([("id", "in", self.all.ids)])
        )


@tagged("post_install", "-at_install", "cap_s01")
class TestAuthorityCustomers(AuthorityCase):
    """Who may change and read customers: own, territory, team, all."""

    def test_the_addon_alone_changes_nothing(self):
        """Users without a role of the sales force keep the platform's rights."""
        plain = self._new_user(
            "plain_seller",
            "sales_team.group_sale_salesman,base.group_partner_manager",
        )
        self.assertEqual(self._writable(plain), self.all)
        self._restrict()
        self.assertEqual(self._readable(plain), self.all)
        self.assertEqual(self._readable(self.demoted), self.all)

    def test_who_changes_whom(self):
        free = self.own + self.nobodys
        self.assertEqual(self._writable(self.seller), free)
        self.assertEqual(
            self._writable(self.territory_seller),
            self.in_east + self.in_west + self.own + self.nobodys,
        )
        self.assertEqual(self._writable(self.team_leader), self.in_east + self.nobodys)
        self.assertEqual(self._writable(self.sfa_manager), self.all)
        with self.assertRaises(AccessError):
            self.in_east.with_user(self.seller).name = "Taken"
        with self.assertRaises(AccessError):
            self.person.with_user(self.seller).phone = "+86 21 5555 0100"

    def test_everybody_reads_until_restricted(self):
        self.assertEqual(self._readable(self.seller), self.all)

    def test_who_reads_whom(self):
        self._restrict()
        self.assertEqual(self._readable(self.seller), self.own + self.nobodys)
        self.assertEqual(
            self._readable(self.territory_seller), self.all - self.in_abroad
        )
        self.assertEqual(self._readable(self.team_leader), self.in_east + self.nobodys)
        self.assertEqual(self._readable(self.sfa_manager), self.all)
        with self.assertRaises(AccessError):
            self.person.with_user(self.seller).read(["name"])
        self.person.with_user(self.territory_seller).read(["name"])

    def test_always_visible(self):
        """Oneself, colleagues, vendors, our company and customers of no territory."""
        self._restrict()
        vendor = self._customer("Vendor", supplier_rank=1)
        vendor.with_user(self.sfa_manager).sfa_territory_id = self.abroad
        for partner in (
            self.seller.partner_id,
            self.accountant.partner_id,
            self.company.partner_id,
            vendor,
            self.nobodys,
        ):
            partner.with_user(self.seller).read(["name"])

    def test_account_team_reads_and_changes(self):
        self._restrict()
        role = self.env["sfa.account.role"].create({"name": "Engineer"})
        self.env["sfa.account.member"].create(
            {
                "partner_id": self.in_abroad.id,
                "role_id": role.id,
                "user_id": self.seller.id,
                "date_from": "2020-01-01",
            }
        )
        self.in_abroad.with_user(self.seller).phone = "+86 21 5555 0100"

    def test_members_at_once(self):
        """A new member sees at once, and no more when the last day is over."""
        self._restrict()
        reader = self.territory_seller
        self.assertNotIn(self.in_abroad, self._readable(reader))
        self.assertNotIn(self.in_abroad, self._writable(reader))
        member = self._member(self.abroad, reader)
        self.assertIn(self.in_abroad, self._readable(reader))
        self.assertIn(self.in_abroad, self._writable(reader))
        member.date_to = fields.Date.subtract(self.today, days=1)
        self.assertNotIn(self.in_abroad, self._readable(reader))
        member.date_to = self.today
        self.assertIn(self.in_abroad, self._readable(reader))
        tomorrow = fields.Date.add(self.today, days=1)
        member.write({"date_from": tomorrow, "date_to": False})
        self.assertNotIn(self.in_abroad, self._readable(reader))
        member.date_from = self.today
        self.assertIn(self.in_abroad, self._readable(reader))
        member.unlink()
        self.assertNotIn(self.in_abroad, self._readable(reader))
        self.abroad.parent_id = self.whole
        self.assertIn(self.in_abroad, self._readable(reader))
        self.abroad.parent_id = False
        self.assertNotIn(self.in_abroad, self._readable(reader))
        self.abroad.user_id = reader
        self.assertIn(self.in_abroad, self._readable(reader))

    def test_option_at_once(self):
        self._restrict()
        self.assertNotIn(self.in_abroad, self._readable(self.seller))
        self.company.sfa_restrict_read = False
        self.assertIn(self.in_abroad, self._readable(self.seller))

    def test_territories_are_for_colleagues(self):
        for model in (
            "sfa.territory",
            "sfa.territory.rule",
            "sfa.territory.assignment",
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_user).search([])
        with self.assertRaises(AccessError):
            self.env["sfa.territory.assignment"].with_user(self.sfa_manager).create(
                {"partner_id": self.own.id, "date_from": self.today}
            )


@tagged("post_install", "-at_install", "cap_s01")
class TestAuthorityDocuments(AuthorityCase):
    """Who sees leads, orders and invoices: own, territory, team, all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": customer.name,
                    "partner_id": customer.id,
                    "user_id": customer.user_id.id,
                    "team_id": cls.team.id if customer == cls.in_east else False,
                }
                for customer in cls.all - cls.nobodys
            ]
        )
        cls.orders = cls.env["sale.order"]
        for customer in cls.all - cls.nobodys:
            cls.orders += cls._order(
                customer,
                cls.product,
                user_id=customer.user_id.id,
                team_id=cls.team.id if customer == cls.in_east else False,
            )
        cls.invoices = cls.env["account.move"]
        for order in cls.orders:
            cls.invoices += order._create_invoices()

    def _seen(self, records, user):
        found = records.with_user(user).search([("id", "in", records.ids)])
        return found.sudo().partner_id

    def test_who_sees_documents(self):
        expected = {
            self.seller: self.own,
            self.territory_seller: self.own + self.in_east + self.in_west,
            self.team_leader: self.in_east,
            self.sfa_manager: self.all - self.nobodys,
        }
        for user, customers in expected.items():
            for records in (self.leads, self.orders, self.invoices):
                with self.subTest(user=user.login, model=records._name):
                    self.assertEqual(set(self._seen(records, user)), set(customers))
            lines = self.orders.order_line
            with self.subTest(user=user.login, model=lines._name):
                found = lines.with_user(user).search([("id", "in", lines.ids)])
                self.assertEqual(set(found.sudo().order_id.partner_id), set(customers))
            with self.subTest(user=user.login, model="sale.report"):
                self.env.flush_all()
                report = self.env["sale.report"].with_user(user)
                groups = report._read_group(
                    [("partner_id", "in", self.all.ids)], ["partner_id"]
                )
                self.assertEqual({one.id for (one,) in groups}, set(customers.ids))

    def test_forbidden_documents(self):
        for records in (self.leads, self.orders):
            foreign = records.filtered(lambda one: one.partner_id == self.in_abroad)
            for user in (self.seller, self.territory_seller, self.team_leader):
                with self.assertRaises(AccessError):
                    foreign.with_user(user).read(["name"])
                with self.assertRaises(AccessError):
                    foreign.with_user(user).write({"user_id": user.id})

    def test_dealers_see_only_theirs(self):
        """In the portal, a dealer reads the own orders and no other customer."""
        self._restrict()
        dealer = self.portal_user
        order = self._order(self.customer, self.product)
        order.state = "sale"
        seen = self.env["sale.order"].with_user(dealer).search([])
        self.assertEqual(seen, order)
        with self.assertRaises(AccessError):
            self.orders[0].with_user(dealer).read(["name"])
        partners = self.env["res.partner"].with_user(dealer).search([])
        self.assertEqual(partners.commercial_partner_id, self.customer)
        with self.assertRaises(AccessError):
            self.own.with_user(dealer).read(["name"])
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(dealer).search([])


@tagged("post_install", "-at_install", "cap_s01")
class TestAuthorityErp(AuthorityCase):
    """Accountants and the warehouse work as before, with every restriction on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sfa_restrict_read = True
        cls.order = cls._order(
            cls.in_abroad, cls.product, quantity=2, user_id=cls.salesperson.id
        )
        # People with two jobs have the wider of both rights.
        cls.selling_accountant = cls._new_user(
            "selling_accountant",
            "account.group_account_invoice,crm_sfa.crm_sfa_group_user",
        )
        cls.selling_warehouse = cls._new_user(
            "selling_warehouse", "stock.group_stock_user,crm_sfa.crm_sfa_group_user"
        )

    def test_invoice_posted_and_paid(self):
        for accountant in (self.accountant, self.selling_accountant):
            with self.subTest(user=accountant.login):
                invoice = (
                    self.env["account.move"]
                    .with_user(accountant)
                    .create(
                        {
                            "move_type": "out_invoice",
                            "partner_id": self.in_abroad.id,
                            "invoice_line_ids": [
                                Command.create({"name": "Work", "price_unit": 80})
                            ],
                        }
                    )
                )
                invoice.action_post()
                self.assertEqual(invoice.state, "posted")
                self.assertEqual(invoice.sfa_territory_id, self.abroad)
                wizard = self.env["account.payment.register"].with_user(accountant)
                wizard.with_context(
                    active_model="account.move", active_ids=invoice.ids
                ).create({}).action_create_payments()
                self.assertIn(invoice.payment_state, ("in_payment", "paid"))
                invoice.partner_id.with_user(accountant).read(["name", "credit"])

    def test_invoice_of_an_order(self):
        invoice = self.order._create_invoices()
        invoice.with_user(self.accountant).action_post()
        self.assertEqual(invoice.state, "posted")

    def test_delivery_validated(self):
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.order.warehouse_id.lot_stock_id, 10
        )
        picking = self.order.picking_ids.with_user(self.warehouse_user)
        picking.action_assign()
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.order.order_line.qty_delivered, 2)
        self.in_abroad.with_user(self.selling_warehouse).read(["name", "street"])

    def test_seller_works_with_the_own_customer(self):
        """From lead to invoice, a restricted seller meets no wall."""
        env = self.env(user=self.seller.id)
        lead = env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.own.id, "type": "opportunity"}
        )
        order = env["sale.order"].create(
            {
                "partner_id": self.own.id,
                "opportunity_id": lead.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": 9})
                ],
            }
        )
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        page = self.own.with_user(self.seller).get_customer_page()
        self.assertEqual(page["id"], self.own.id)
        lead.action_set_won()
