from odoo.tests import tagged

from odoo.addons.crm_base.tests.boards import BoardQueries

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_a12")
class TestBoard(BoardQueries, LoyaltyCase):
    """The dashboard of loyalty."""

    def _add(self, numbers):
        for number in numbers:
            program = self.program.copy({"name": f"Program {number}"})
            card = self.env["loyalty.card"].create(
                {"program_id": program.id, "partner_id": self.customer.id}
            )
            card.book("earn", 10, f"board {number}", None)

    def test_queries(self):
        self._assert_few_queries("loyalty", self.shop_clerk, self._add)
