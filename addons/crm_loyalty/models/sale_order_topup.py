from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..tools.posting import exact, posting
from ..tools.refusal import refused


class SaleOrder(models.Model):
    """Stored value that is sold on an order can be spent when it has been paid.

    The platform credits it at confirmation and lets a wallet pay for its own filling.
    """

    _inherit = "sale.order"

    def _get_topups(self):
        """Give what the order will put on cards that hold money.

        Nothing where the company has not set up stored value.
        """
        # Who sells may not read accounts.
        if not self.company_id.sudo().loyalty_value_account_id:
            return self.coupon_point_ids.browse()
        entries = self.coupon_point_ids.filtered(
            lambda entry: entry.points and entry.coupon_id.program_id._is_stored_value()
        )
        earned = self._get_earned() if entries else entries.coupon_id
        return entries.filtered(lambda entry: entry.coupon_id not in earned)

    def _get_earned(self):
        """Give the cards that the platform credited, before stored value was set up."""
        # Whoever invoices may not read the ledger.
        rows = self.env["loyalty.ledger"].sudo()
        domain = [("source_model", "=", self._name), ("source_id", "in", self.ids)]
        return rows.search([*domain, ("kind", "=", "earn")]).card_id

    def _get_topup_lines(self, programs):
        """Give the order lines that fill cards of these programs."""
        if not programs:
            return self.order_line.browse()
        lines = self._get_not_rewarded_order_lines()
        valid = programs._get_valid_products(lines.product_id)
        products = self.env["product.product"].union(*valid.values())
        return lines.filtered(lambda line: line.product_id in products)

    def _get_point_changes(self):
        changes = super()._get_point_changes()
        for entry in self._get_topups():
            changes[entry.coupon_id] -= entry.points
        return {card: change for card, change in changes.items() if change}

    def _get_given_and_taken(self, card_id):
        given, taken = super()._get_given_and_taken(card_id)
        if any(entry.coupon_id.id == card_id for entry in self._get_topups()):
            given = Decimal(0)
        return given, taken

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        points = super()._get_real_points_for_coupon(coupon, post_confirm=post_confirm)
        topups = self._get_topups().filtered(lambda entry: entry.coupon_id == coupon)
        if topups and self.state != "sale" and coupon.program_id.applies_on != "future":
            points -= sum(topups.mapped("points"))
        return points

    def _get_earning_entries(self):
        return super()._get_earning_entries() - self._get_topups()

    def _add_points_for_coupon(self, coupon_points):
        # Who sells may not read accounts.
        is_set_up = self.company_id.sudo().loyalty_value_account_id
        if self.state != "sale" or not is_set_up:
            return super()._add_points_for_coupon(coupon_points)
        # The platform would credit at once; what is paid credits later.
        stored = {
            card: coupon_points.pop(card)
            for card in list(coupon_points)
            if card.program_id._is_stored_value()
        }
        # Whoever sells may not write what an order gives.
        entries = self.sudo().coupon_point_ids
        for card, points in stored.items():
            known = entries.filtered(lambda entry, card=card: entry.coupon_id == card)
            known.points = points
            if not known:
                entries.create(
                    {"order_id": self.id, "coupon_id": card.id, "points": points}
                )
        return super()._add_points_for_coupon(coupon_points)

    def _add_loyalty_history_lines(self):
        self._check_topups()
        res = super()._add_loyalty_history_lines()
        cards = self._get_topups().coupon_id
        if cards:
            # Nothing was issued yet, and the seller may not change history.
            lines = self.env["loyalty.history"].sudo()
            lines.search(
                [
                    ("order_model", "=", self._name),
                    ("order_id", "=", self.id),
                    ("card_id", "in", cards.ids),
                ]
            ).issued = 0
        return res

    def _check_topups(self):
        """Refuse to sell stored value for anything but money.

        :raise UserError: something on the order lowers what is paid for it
        """
        programs = self._get_topups().coupon_id.program_id
        lines = self._get_topup_lines(programs)
        lowered = self.order_line.filtered(
            lambda line: line.price_total < 0 or line.reward_id
        )
        if lines and lowered:
            raise UserError(
                refused(
                    self,
                    self.env._(
                        "Order %(order)s fills a card of %(program)s and %(line)s "
                        "lowers what is paid. Sell the filling on an order of its own.",
                        order=self.name,
                        program=programs[0].name,
                        line=lowered[0].name,
                    ),
                )
            )

    def _apply_program_reward(self, reward, coupon, **kwargs):
        if reward.program_id._is_stored_value() and self._fills_card():
            message = self.env._(
                "Stored value cannot pay for stored value. Remove the filling from "
                "order %(order)s or pay it with money.",
                order=self.name,
            )
            return {"error": refused(self, message)}
        return super()._apply_program_reward(reward, coupon, **kwargs)

    def _get_claimable_rewards(self, forced_coupons=None):
        claimable = super()._get_claimable_rewards(forced_coupons=forced_coupons)
        stored = [card for card in claimable if card.program_id._is_stored_value()]
        if stored and self._fills_card():
            for card in stored:
                del claimable[card]
        return claimable

    def _fills_card(self):
        return bool(self._get_topup_lines(self._get_topups().coupon_id.program_id))

    def _action_cancel(self):
        self._book_topups(dict.fromkeys(self, Decimal(0)))
        return super()._action_cancel()

    def _book_topups(self, shares=None):
        """Bring the cards to what was paid for filling them, up or down.

        The figures come from invoices and from what was booked before, so that nothing
        happens twice, whatever is paid, taken back and paid again.

        :param shares: ``{order: part that is paid}`` where it is known
        """
        # Whoever registers a payment needs no right to orders and cards.
        for order in self.sudo().filtered("coupon_point_ids"):
            topups = order._get_topups()
            for program, entries in topups.grouped(
                lambda entry: entry.coupon_id.program_id
            ).items():
                lines = order._get_topup_lines(program)
                price = Decimal(str(sum(lines.mapped("price_total"))))
                points = sum(exact(entry.points) for entry in entries)
                share = (shares or {}).get(order)
                if share is None:
                    share = lines._get_paid_share(price) if price else Decimal(0)
                for entry in entries:
                    if points:
                        part = exact(entry.points) / points
                        order._book_topup(entry, price * part, share)

    def _book_topup(self, entry, price, share):
        """Book the difference between what was paid and what was credited.

        :param entry: `sale.order.coupon.points` of one card
        :param price: what is asked for the points of the card, Decimal
        :param share: part of it that is paid, Decimal between 0 and 1
        """
        card, currency = entry.coupon_id, entry.coupon_id.currency_id
        card._lock_balances()
        card.invalidate_recordset(["points", "loyalty_debt"])
        points = exact(entry.points)
        principal = min(points, price)
        wanted = {
            "principal": exact(currency.round(float(principal * share))),
            "bonus": exact(currency.round(float((points - principal) * share))),
        }
        known = self._get_topup_rows(card)
        done = {
            fund: sum(
                (exact(row.asked) for row in known if row.key.split("/")[4] == fund),
                Decimal(0),
            )
            for fund in wanted
        }
        for number, fund in enumerate(wanted, len(known) + 1):
            step = wanted[fund] - done[fund]
            if step:
                self._book_topup_step(card, fund, step, number)

    def _get_topup_rows(self, card):
        return self.env["loyalty.ledger"].search(
            [("key", "=like", f"topup/{self.id}/{card.id}/%")], order="id"
        )

    def _book_topup_step(self, card, fund, step, number):
        kind = "deposit" if fund == "principal" else "bonus"
        with posting(
            kind,
            "claw_back",
            source=(self._name, self.id),
            note=self.name,
            key=f"topup/{self.id}/{card.id}/{number}/{fund}",
            asked=step,
            # What is taken back comes from the lots of this order first.
            fund=fund if step > 0 else None,
            may_owe=step < 0,
        ):
            card.points = float(exact(card.points) + step)
        if fund == "bonus" and card.program_id.loyalty_bonus_policy == "marketing":
            self._post_topup_bonus(card, float(step))
        history = self.env["loyalty.history"].search(
            [
                ("order_model", "=", self._name),
                ("order_id", "=", self.id),
                ("card_id", "=", card.id),
            ],
            limit=1,
        )
        history.issued += float(step)

    def _post_topup_bonus(self, card, amount):
        """Post a bonus that counts as an expense when it is given."""
        company = self.company_id
        expense = company._get_value_account("loyalty_marketing_account_id")
        liability = company._get_value_account()
        company._post_value_entry(
            company._get_value_journal(),
            self.partner_id,
            self.name,
            [(expense, amount), (liability, -amount)],
            card.currency_id,
        )
