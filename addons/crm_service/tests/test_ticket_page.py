from odoo.tests import tagged

from .common import ServiceCase


@tagged("post_install", "-at_install", "cap_v09", "cap_e01")
class TestTicketPage(ServiceCase):
    """Tickets on the customer's one page and in the timeline."""

    def _sections(self, user, customer=None):
        customer = customer or self.customer
        page = customer.with_user(user)._customer_360_sections()
        return {part["key"]: part for part in page[customer.id]}

    def test_section(self):
        first, second = self._ticket(), self._ticket(name="Broken")
        first.action_resolve()
        part = self._sections(self.agent)["ticket"]
        self.assertEqual([one["value"] for one in part["metrics"]], ["1", "2"])
        self.assertIn(second.number, part["rows"][0]["title"])
        self.assertIn(first.number, part["rows"][1]["title"])

    def test_who_sees_it(self):
        self._ticket()
        self.assertNotIn("ticket", self._sections(self.salesperson))
        self.assertNotIn("ticket", self._sections(self.agent, self.other_customer))

    def test_many_tickets_are_one_query(self):
        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._sections(self.agent)
            return self.env.cr.sql_log_count - before

        self._ticket()
        count()
        one = count()
        for _one in range(30):
            self._ticket()
        self.env.flush_all()
        self.assertLessEqual(count(), one)
        self.assertEqual(len(self._sections(self.agent)["ticket"]["rows"]), 4)

    def test_timeline(self):
        ticket = self._ticket()
        ticket.action_resolve()
        self.env.flush_all()
        page = self.customer.with_user(self.agent).get_customer_timeline()
        kinds = {entry["kind"] for entry in page["items"]}
        self.assertLessEqual({"ticket", "ticket_resolved"}, kinds)
        page = self.customer.with_user(self.salesperson).get_customer_timeline()
        self.assertNotIn("ticket", {entry["kind"] for entry in page["items"]})
