from odoo.tests import tagged
from odoo.tests.common import users, warmup

from .page_common import CustomerPageCase

# queries of the page itself and of the sections of this addon, with the access check
PAGE = 12
TIMELINE = 3


@tagged("post_install", "-at_install", "cap_e06")
class TestPagePerformance(CustomerPageCase):
    """The page costs the same for a small customer, a large one, and for eighty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a reader's language is an active one
        cls.env["res.lang"]._activate_lang("en_US")
        cls.many = cls.env["res.partner"].create(
            [
                {"name": f"Customer {index}", "user_id": cls.salesperson.id}
                for index in range(80)
            ]
        )
        cls.env["crm.lead"].create(
            [
                {
                    "name": f"Deal {partner.id}",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "user_id": cls.salesperson.id,
                    "expected_revenue": 10,
                }
                for partner in cls.many
            ]
        )
        for partner in cls.many[:20]:
            cls._plan(partner, "Call")
        for index in range(30):
            cls._post(cls.customer, f"Message {index}", days=index)
        cls._invoice(cls.customer, 100)
        cls._invoice(cls.many[0], 100)

    def _reader(self, partners):
        self.env.flush_all()
        self.env.invalidate_all()
        return partners.with_user(self.env.user).with_context(
            lang="en_US", tz="Asia/Shanghai"
        )

    @users("crm_salesperson")
    @warmup
    def test_page(self):
        customer = self._reader(self.customer)
        with self.assertQueryCount(PAGE):
            customer.get_customer_page()

    @users("crm_salesperson")
    @warmup
    def test_timeline(self):
        customer = self._reader(self.customer)
        with self.assertQueryCount(TIMELINE):
            customer.get_customer_timeline()

    @users("crm_salesperson")
    @warmup
    def test_sections_of_one_and_of_eighty(self):
        counts = []
        # the first reading fills the caches of the process
        for partners in (self.many[1], self.many[0], self.many):
            partners = self._reader(partners)
            before = self.env.cr.sql_log_count
            sections = partners._customer_360_sections()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(sections), len(partners))
            self.assertTrue(
                all(
                    {"who", "money", "pipeline", "next"}
                    <= {part["key"] for part in own}
                    for own in sections.values()
                )
            )
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[1], PAGE)
