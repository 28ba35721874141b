from odoo.tests import tagged, warmup

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_s10", "cap_s08", "cap_e06")
class TestFactsPerformance(CrmBaseCase):
    """What the customer facts cost does not grow with the number of customers."""

    def _count(self, method, *arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = method(*arguments)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, result

    def _new(self, count, **values):
        return self.env["res.partner"].create(
            [
                {"name": f"P{n}", **{k: v.format(n) for k, v in values.items()}}
                for n in range(count)
            ]
        )

    def test_numbers_cost_one_query_a_batch(self):
        self._new(2, phone="+86 138 0013 {:04}")
        plain, _partners = self._count(self._new, 40)
        phones, partners = self._count(lambda: self._new(40, phone="+86138001{:05}"))
        self.assertLessEqual(phones - plain, 2)
        numbers = self.env["crm.phone.number"]
        self.assertEqual(
            numbers.search_count([("partner_id", "in", partners.ids)]), len(partners)
        )
        one, _done = self._count(partners[0].write, {"phone": "+8613900139000"})
        many, _done = self._count(partners.write, {"phone": "+8613900139001"})
        self.assertLessEqual(many, one + 1)

    @warmup
    def test_lifecycle_refresh(self):
        lifecycles = self.env["crm.lifecycle"]
        partners = self._new(50)
        one, _changed = self._count(lifecycles._refresh, partners[:1].ids)
        many, _changed = self._count(lifecycles._refresh, partners.ids)
        self.assertLessEqual(many, one)
        self.assertLessEqual(many, 6)

    def test_duplicates(self):
        duplicates = self.env["crm.duplicate"]
        few, _groups = self._count(duplicates._find)
        self._new(40, phone="138001380{:02}", email="m{}@many.example")
        self._new(40, phone="138001380{:02}", email="m{}@many.example")
        many, groups = self._count(duplicates._find)
        self.assertGreaterEqual(groups, 40)
        self.assertLessEqual(many, few + 1)

    def test_lists_with_facts(self):
        """The columns of the list cost the same for 1 and for 80 customers."""
        partners = self._new(80).with_user(self.clerk)
        names = ["lifecycle_stage", "last_order_date", "is_neglected", "segment_ids"]
        names += ["relation_count", "contact_warning"]
        self._count(partners.read, names)
        one, _rows = self._count(partners[:1].read, names)
        many, _rows = self._count(partners.read, names)
        self.assertLessEqual(many, one)
