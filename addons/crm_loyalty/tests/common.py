from odoo import fields

from odoo.addons.crm_base.tests.common import CrmBaseCase


class LoyaltyCase(CrmBaseCase):
    """A points program, a wallet, a member of each, and the people of a shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).action_archive()
        cls.product = cls.env["product.product"].create(
            {"name": "Notebook", "list_price": 100, "taxes_id": False}
        )
        cls.program = cls.env["loyalty.program"].create(
            {
                "name": "Points",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "rule_ids": [
                    (0, 0, {"reward_point_mode": "money", "reward_point_amount": 1})
                ],
                "reward_ids": [
                    (
                        0,
                        0,
                        {
                            "reward_type": "discount",
                            "discount_mode": "per_point",
                            "discount": 0.1,
                            "required_points": 50,
                            "clear_wallet": False,
                        },
                    )
                ],
            }
        )
        cls.card = cls.env["loyalty.card"].create(
            {"program_id": cls.program.id, "partner_id": cls.customer.id}
        )

    @classmethod
    def _make_users(cls):
        super()._make_users()
        cls.shop_clerk = cls._new_user(
            "loyalty_clerk", "crm_loyalty.crm_loyalty_group_user"
        )
        cls.loyalty_manager = cls._new_user(
            "loyalty_manager",
            "crm_loyalty.crm_loyalty_group_manager,sales_team.group_sale_manager",
        )

    def _today(self):
        """Give the day of the company, which begins at another hour than UTC's."""
        tz = self.company._get_loyalty_tz()
        return fields.Date.context_today(self.card.with_context(tz=tz))

    def _sell(self, quantity=1, user=None, reward=False):
        """Make a quotation as a seller, with points and, if wanted, a reward."""
        orders = self.env["sale.order"].with_user(user or self.salesperson)
        order = orders.create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    (
                        0,
                        0,
                        {"product_id": self.product.id, "product_uom_qty": quantity},
                    )
                ],
            }
        )
        order._update_programs_and_rewards()
        if reward:
            claimable = order._get_claimable_rewards()
            for card, rewards in claimable.items():
                order._apply_program_reward(rewards[:1], card)
        return order

    def _rows(self, card=None):
        """Give kind, amount and balance of each row of a card, first to last."""
        rows = self.env["loyalty.ledger"].search(
            [("card_id", "=", (card or self.card).id)], order="seq"
        )
        return [(row.kind, row.amount, row.balance) for row in rows]

    def _agree(self, card=None):
        """Have the database compare balance, ledger and lots now, as a commit does."""
        self.env.flush_all()
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS ALL DEFERRED")

    def _invoice(self, order):
        invoice = order.sudo()._create_invoices(final=True)
        invoice.with_user(self.accountant).action_post()
        return invoice

    def _credit(self, invoice, quantity=None, post=True):
        """Reverse an invoice as an accountant does, whole or some of the goods."""
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model=invoice._name, active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit = invoice.browse(wizard.refund_moves()["res_id"])
        credit = credit.with_user(self.accountant)
        if quantity is not None:
            goods = credit.invoice_line_ids.filtered(
                lambda line: line.product_id == self.product
            )
            goods.quantity = quantity
            (credit.invoice_line_ids - goods).unlink()
        if post:
            credit.action_post()
        return credit

    def _merge_members(self):
        """Make the two customers one."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(
            [self.customer.id, self.other_customer.id],
            self.customer,
            extra_checks=False,
        )
        self.env.invalidate_all()
