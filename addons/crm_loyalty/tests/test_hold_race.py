from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install", "cap_l04", "cap_l05")
class TestHoldRace(BaseCase):
    """Two quotations that want the same money, in two real transactions."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            self.account_before = env.company.loyalty_value_account_id.id
            env.company._set_up_stored_value()
            programs = env["loyalty.program"]
            program = programs.create(
                {**programs._get_template_values()["ewallet"], "name": "Race"}
            )
            member = env["res.partner"].create({"name": "Race"})
            card = env["loyalty.card"].create(
                {"program_id": program.id, "partner_id": member.id}
            )
            card.book("deposit", 100, f"race {card.id}", fund="principal")
            product = env["product.product"].create(
                {"name": "Race", "list_price": 80, "taxes_id": False}
            )
            line = {"product_id": product.id}
            orders = env["sale.order"].create(
                [
                    {"partner_id": member.id, "order_line": [Command.create(line)]}
                    for _number in range(2)
                ]
            )
            for order in orders:
                order._update_programs_and_rewards()
                order._apply_program_reward(program.reward_ids, card)
            self.card_id, self.order_ids = card.id, orders.ids
            journals = env["account.journal"].search([("type", "=", "bank")], limit=1)
            self.deposit_id = (
                env["loyalty.deposit"]
                .create({"card_id": card.id, "amount": 50, "journal_id": journals.id})
                .id
            )
            self.made = [product, member, program]
            cr.commit()  # pylint: disable=invalid-commit
        self.addCleanup(self._forget)

    def _forget(self):
        """Take off what was committed, rows of the ledger as well."""
        product, member, program = self.made
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env["sale.order"].browse(self.order_ids)
            orders._action_cancel()
            orders.unlink()
            env["loyalty.deposit"].browse(self.deposit_id).unlink()
            cr.execute(
                "ALTER TABLE loyalty_ledger DISABLE TRIGGER loyalty_ledger_final;"
                "DELETE FROM loyalty_card WHERE id = %s;"
                "DELETE FROM loyalty_ledger WHERE program_id = %s",
                [self.card_id, program.id],
            )
            cr.commit()  # pylint: disable=invalid-commit
            cr.execute("ALTER TABLE loyalty_ledger ENABLE TRIGGER loyalty_ledger_final")
            env["loyalty.program"].browse(program.id).active = False
            env["loyalty.program"].browse(program.id).unlink()
            env["product.product"].browse(product.id).unlink()
            env["res.partner"].browse(member.id).unlink()
            if not self.account_before:
                account = env.company.loyalty_value_account_id
                env.company.loyalty_value_account_id = False
                account.unlink()
            cr.commit()  # pylint: disable=invalid-commit

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _send(self, cr, place):
        env = self._env(cr)
        env["sale.order"].browse(self.order_ids[place]).action_quotation_sent()
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_two_tills_one_deposit(self):
        """The second till is told at once; nothing is credited twice."""
        with self.registry.cursor() as one, self.registry.cursor() as two:
            deposits = [
                self._env(cr)["loyalty.deposit"].browse(self.deposit_id)
                for cr in (one, two)
            ]
            deposits[0].action_pay()
            deposits[0].env.flush_all()
            self.assertEqual(deposits[0].card_id.points, 150)
            with self.assertRaises(LockError):
                deposits[1].action_pay()
            one.rollback()
            two.rollback()

    @mute_logger("odoo.sql_db")
    def test_two_quotations_one_wallet(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            for cr in (one, two):
                cr.execute("SELECT points FROM loyalty_card")  # both have begun
            self._send(one, 0)
            one.commit()  # pylint: disable=invalid-commit
            with self.assertRaises(SerializationFailure):
                self._send(two, 1)
            two.rollback()
            # The platform tries again, with figures of now.
            with self.assertRaisesRegex(UserError, "80"):
                self._send(two, 1)
            two.rollback()
        with self.registry.cursor() as cr:
            env = self._env(cr)
            card = env["loyalty.card"].browse(self.card_id)
            self.assertEqual((card.loyalty_held, card.loyalty_available), (80, 20))
            states = env["sale.order"].browse(self.order_ids).mapped("state")
            self.assertEqual(states, ["sent", "draft"])
