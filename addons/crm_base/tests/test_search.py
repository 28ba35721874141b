from odoo.models import BaseModel
from odoo.tests import tagged

from .common import CrmBaseCase

GIVEN = ["Anna", "Bao", "Zoe", "Jürgen", "伟", "芳", "秀英", "Ünal", "O'Neil"]
FAMILY = ["王", "张", "李", "Anderson", "Zhan", "Grünstein", "de la Cruz", "100%_Pure"]
TERMS = [
    *["王", "王伟", "秀", "秀英", "芳 ", "张秀英", "龘", "王芳有限公司"],
    *["a", "z", "zo", "qx", "ann", "anna", "ANNA", "zoe zhan", "nobody at all"],
    *["ü", "jürgen", "grün", "UNAL", "o'n", "%", "_", "100%", "0%_p", "\\", " ", ", "],
    *[
        "7",
        "77",
        "007",
        "C00",
        "C00123",
        "11@",
        "@shop",
        "anna1@shop",
        ".example",
        "9111",
    ],
]


@tagged("post_install", "-at_install", "cap_s10", "cap_e06")
class TestFindCustomer(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = [cls.company.id, cls.other_company.id, False]
        cls.env["res.partner"].create(
            [
                {
                    "name": f"{FAMILY[n % 8]} {GIVEN[n % 9]}".replace(
                        " ", "" if n % 8 < 3 and n % 9 in (4, 5, 6) else " "
                    ),
                    "email": f"anna{n}@shop{n % 7}.example" if n % 3 else False,
                    "ref": f"C{n:05}" if n % 2 else False,
                    "vat": f"9111{n:04}" if n % 5 == 0 else False,
                    "active": n % 11 != 0,
                    "is_company": n % 4 == 0,
                    "company_id": companies[n % 3],
                    "customer_rank": n % 3,
                }
                for n in range(1500)
            ]
        )
        cls.env.flush_all()

    def _both(self, partners, domain, **arguments):
        order = partners._order
        ours = partners._search(domain, order=order, **arguments)
        stock = BaseModel._search(partners, domain, order=order, **arguments)
        return ours, stock

    def _assert_same(self, partners, domain, **arguments):
        ours, stock = self._both(partners, domain, **arguments)
        self.assertEqual(ours.get_result_ids(), stock.get_result_ids(), domain)

    def test_same_customers_in_the_same_order(self):
        for user in (self.clerk, self.foreign_manager):
            partners = self.env["res.partner"].with_user(user)
            for term in TERMS:
                self._assert_same(partners, [("display_name", "ilike", term)], limit=8)

    def test_same_with_more_conditions(self):
        partners = self.env["res.partner"].with_user(self.clerk)
        for term in TERMS:
            names = ["|", ("complete_name", "ilike", term), ("email", "ilike", term)]
            self._assert_same(partners, names, limit=80)
            self._assert_same(partners, ["!", *names], limit=5)
            self._assert_same(
                partners, [("is_company", "=", True), *names], limit=5, offset=3
            )
            self._assert_same(
                partners.with_context(active_test=False),
                ["|", ("display_name", "ilike", term), ("ref", "ilike", "C001")],
                limit=5,
            )
            self._assert_same(
                partners,
                [("name", "ilike", term), ("parent_id.name", "=", False)],
                limit=5,
            )

    def test_same_by_rank(self):
        for mode in ("customer", "supplier"):
            partners = (
                self.env["res.partner"]
                .with_user(self.clerk)
                .with_context(res_partner_search_mode=mode)
            )
            for term in TERMS:
                self._assert_same(partners, [("display_name", "ilike", term)], limit=8)

    def test_nobody_sees_more(self):
        for user in (self.portal_user, self.foreign_manager):
            partners = self.env["res.partner"].with_user(user)
            found = partners.browse(
                key for key, _name in partners.name_search("an", limit=200)
            )
            self.assertEqual(found._filtered_access("read"), found)

    def test_same_queries_as_the_platform(self):
        partners = self.env["res.partner"].with_user(self.clerk)
        partners.name_search("anna")
        self.env.invalidate_all()
        partners.search([("ref", "=", "nobody")])
        with self.assertQueryCount(1):
            partners.search([("display_name", "ilike", "anna")], limit=8)

    def test_short_terms_use_their_index(self):
        """A term without trigram is looked up by the spread-out names."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        partners = self.env["res.partner"].with_user(self.clerk)
        for term, index in (("秀", "short_names"), ("qxz", "res_partner_names")):
            query, _stock = self._both(
                partners, [("display_name", "ilike", term)], limit=8
            )
            sql = query.select()
            self.env.cr.execute("EXPLAIN " + sql.code, sql.params)
            plan = "\n".join(line for (line,) in self.env.cr.fetchall())
            self.assertIn(index, plan)

    def test_new_customers_do_not_slow_the_search(self):
        """What was written lately is searched in full, so it may not be much."""
        self.env.cr.execute(
            "SELECT relname, reloptions FROM pg_class"
            " WHERE relname IN ('res_partner_names_idx', 'res_partner_short_names_idx')"
        )
        options = dict(self.env.cr.fetchall())
        self.assertEqual(len(options), 2)
        for name, values in options.items():
            self.assertIn("gin_pending_list_limit=64", values or [], name)
