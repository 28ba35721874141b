"""A trader whose people buy, sell, deliver and invoice in the ERP's own documents."""

from functools import wraps

from odoo import Command
from odoo.tests import Form
from odoo.tools import float_compare

from odoo.addons.crm_analytics.tests.test_profit import ProfitCase

DAY = "2026-03-12"
METHODS = ("standard", "average", "fifo")


def each_method(test):
    """Try a test with twenty goods of each method, on either kind of account."""

    @wraps(test)
    def tries(self):
        for method in METHODS:
            for expense in ("sold", "bought"):
                with (
                    self.subTest(method=method, expense=expense),
                    self.env.cr.savepoint() as savepoint,
                ):
                    goods = self._make_goods(method, expense)
                    self._receive(goods, 20, 60)
                    test(self, goods)
                    savepoint.rollback()
                self.env.invalidate_all(flush=False)

    return tries


class TraderCase(ProfitCase):
    """Goods valued perpetually, and one user with the rights of the ERP's people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trader = cls._new_user(
            "mining_trader",
            "sales_team.group_sale_manager,stock.group_stock_manager,"
            "account.group_account_invoice,purchase.group_purchase_user",
        )
        cls.company.anglo_saxon_accounting = True
        accounts = cls.env["account.account"]
        cls.accounts = {
            name: accounts.create({"name": name, "code": code, "account_type": kind})
            for name, code, kind in (
                ("stock", "199901", "asset_current"),
                ("sold", "599901", "expense_direct_cost"),
                ("bought", "599902", "expense"),
                ("difference", "599903", "expense_direct_cost"),
                ("variation", "599904", "expense_direct_cost"),
                ("lost", "599905", "expense_direct_cost"),
                ("income", "499901", "income"),
            )
        }
        cls.accounts["stock"].account_stock_variation_id = cls.accounts["variation"]
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        cls.categories = {
            (method, expense): cls._make_category(method, expense)
            for method in METHODS
            for expense in ("sold", "bought")
        }

    @classmethod
    def _make_category(cls, method, expense):
        """Make a category of perpetual valuation.

        :param expense: the account of cost, ``bought`` for one that is no cost of
            revenue, as where purchases are booked by their nature
        """
        return cls.env["product.category"].create(
            {
                "name": f"{method} {expense}",
                "property_valuation": "real_time",
                "property_cost_method": method,
                "property_stock_valuation_account_id": cls.accounts["stock"].id,
                "property_account_expense_categ_id": cls.accounts[expense].id,
                "property_account_income_categ_id": cls.accounts["income"].id,
                "property_price_difference_account_id": cls.accounts["difference"].id,
            }
        )

    @classmethod
    def _make_goods(cls, method, expense="sold", policy="delivery", cost=60, **values):
        return cls.env["product.product"].create(
            {
                "name": f"Goods {method}",
                "type": "consu",
                "is_storable": True,
                "categ_id": cls.categories[method, expense].id,
                "list_price": 100,
                "standard_price": cost,
                "invoice_policy": policy,
                "taxes_id": False,
                "supplier_taxes_id": False,
                **values,
            }
        )

    def _mine(self, record):
        """Give a record, or a model by its name, as the trader sees it."""
        if isinstance(record, str):
            record = self.env[record]
        return record.with_user(self.trader)

    # ---------------------------------------------------------------------- buying

    def _receive(self, goods, quantity, price, billed=None):
        """Buy and receive goods; with ``billed``, for that price on the bill."""
        order = self._mine("purchase.order").create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": goods.id,
                            "product_qty": quantity,
                            "price_unit": price,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        self._validate(order.picking_ids, quantity)
        if billed is not None:
            self._bill_vendor(order, billed)
        return order

    def _bill_vendor(self, order, price):
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = DAY
        bill.invoice_line_ids.price_unit = price
        bill.action_post()
        return bill

    def _validate(self, picking, quantity):
        """Move so much of each line; the rest waits in a transfer of its own."""
        for move in picking.move_ids:
            move.quantity = quantity
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    # --------------------------------------------------------------------- selling

    def _order(self, goods, quantity, price=100, partner=None, unit=None, **values):
        order = self._mine("sale.order").create(
            {
                "partner_id": (partner or self.customer).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": goods.id,
                            "product_uom_qty": quantity,
                            "product_uom_id": (unit or goods.uom_id).id,
                            "price_unit": price,
                        }
                    )
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _ship(self, order, quantity):
        picking = order.picking_ids.filtered(
            lambda one: (
                one.state not in ("done", "cancel")
                and one.picking_type_code == "outgoing"
            )
        )
        return self._validate(picking, quantity)

    def _bill(self, order, date=DAY, quantity=None, **values):
        """Post an invoice of what is to be invoiced, credit where more came back."""
        invoice = order._create_invoices(final=True)
        invoice.write({"invoice_date": date, **values})
        if quantity is not None:
            invoice.invoice_line_ids.quantity = quantity
        invoice.action_post()
        return invoice

    def _return(self, picking, quantity):
        """Take goods back from the customer."""
        wizard = Form(
            self._mine("stock.return.picking").with_context(
                active_id=picking.id, active_ids=picking.ids, active_model=picking._name
            )
        ).save()
        wizard.product_return_moves.quantity = quantity
        back = self._mine("stock.picking").browse(
            wizard.action_create_returns()["res_id"]
        )
        return self._validate(back, quantity)

    def _take_back(self, invoice, method, quantity=None):
        """Credit an invoice: ``refund_moves``, or ``modify_moves`` with a new one."""
        wizard = (
            self._mine("account.move.reversal")
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": "2026-03-20", "journal_id": invoice.journal_id.id})
        )
        getattr(wizard, method)()
        moves = wizard.new_move_ids
        credit = moves.filtered(lambda move: move.move_type == "out_refund")
        if quantity is not None:
            credit.invoice_line_ids.quantity = quantity
        drafts = (moves | credit).filtered(lambda move: move.state == "draft")
        drafts.invoice_date = "2026-03-20"
        drafts.action_post()
        return credit

    # ------------------------------------------------------------------- the bridge

    def _steps(self, **wanted):
        """Run the analysis; the steps are those wanted, all others nothing.

        :param wanted: ``step=(revenue, cost)``
        """
        run = self._run()
        self.assertEqual(run.state, "done", run.verdict)
        bridge = self._assert_closed(run)
        found = {
            key: amounts
            for key, amounts in bridge.items()
            if any(float_compare(amount, 0, 2) for amount in amounts)
        }
        self.assertEqual(found, wanted)
        self.assertFalse(run.quality)
