from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .common import CrmBaseCase

#: Country, calling code, national significant number without leading zeros.
NUMBERS = [
    ("cn", "86", "13800138000"),
    ("cn", "86", "1012345678"),
    ("us", "1", "2125550123"),
    ("fr", "33", "612345678"),
    ("de", "49", "3012345678"),
    # numbers that no numbering plan knows are found as well
    ("cn", "86", "22233345678"),
    ("us", "1", "2220000001"),
    ("br", "55", "55500534999"),
]


def spellings(code, national):
    """Write a number in the six formats that are found in the wild."""
    groups = (national[:3], national[3:6], national[6:])
    return [
        f"0{national}",
        f"0{national[:3]}-{national[3:]}",
        f"00{code}{national}",
        f"+{code}{national}",
        "({}) {}-{}".format(*groups),
        "+{} {} {} {}".format(code, *groups),
    ]


@tagged("post_install", "-at_install", "cap_s10", "cap_c02", "cap_e06")
class TestIdentity(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.customer.write({"ref": "M-00017", "country_id": cls.env.ref("base.cn").id})

    def _lookup(self, term, user=None):
        partners = self.env["res.partner"].with_user(user or self.clerk)
        return partners._lookup_by_phone(term)

    def test_every_spelling_finds_every_spelling(self):
        for country, code, national in NUMBERS:
            written = spellings(code, national)
            partners = self.env["res.partner"].create(
                [
                    {
                        "name": f"{country} {number}",
                        "phone": number,
                        "country_id": self.env.ref(f"base.{country}").id,
                    }
                    for number in written
                ]
            )
            for asked in written:
                missed = partners - self._lookup(asked)
                self.assertFalse(missed, f"{asked} misses {missed.mapped('phone')}")
            partners.unlink()

    def test_punctuation_extension_and_full_width(self):
        self.customer.phone = "010-12345678"
        for asked in (
            "0086.10.1234.5678",
            "+86 (0)10 1234 5678",
            "8610 12345678",
            "010-12345678-801",
            "010-12345678 转 801",
            "01012345678 ext. 12",
            "０１０－１２３４５６７８",
            "tel: 010 1234 5678",
        ):
            self.assertEqual(self._lookup(asked), self.customer, asked)
        for asked in ("", "Acme", "-", "+", "12345678901234567890123456789012"):
            self.assertFalse(self._lookup(asked), asked)

    def test_several_numbers_of_a_customer_and_a_lead(self):
        self.customer.write(
            {"phone": "010-12345678 / 13800138000", "other_phones": "+1 212 555 0123"}
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Lead",
                "phone": "+33612345678",
                "other_phones": "13900139000",
                "user_id": self.salesperson.id,
            }
        )
        for asked in ("01012345678", "+8613800138000", "2125550123"):
            self.assertEqual(self._lookup(asked), self.customer, asked)
        leads = self.env["crm.lead"].with_user(self.salesperson)
        for asked in ("0033612345678", "139-0013-9000"):
            self.assertEqual(leads._lookup_by_phone(asked), lead, asked)
            self.assertFalse(
                leads.with_user(self.other_salesperson)._lookup_by_phone(asked),
                "a colleague's lead stays hidden",
            )

    def test_numbers_follow_every_change(self):
        self.customer.phone = "13800138000"
        lead = self.env["crm.lead"].create(
            {"name": "Of Acme", "partner_id": self.customer.id}
        )
        self.assertIn(lead, lead._lookup_by_phone("13800138000"))
        self.customer.phone = "13900139000"
        self.assertFalse(self._lookup("13800138000"))
        self.assertEqual(self._lookup("13900139000"), self.customer)
        self.assertIn(
            lead, lead._lookup_by_phone("13900139000"), "follows the customer"
        )
        self.customer.phone = "2125550123"
        self.customer.country_id = self.env.ref("base.us")
        self.env.flush_all()
        number = self.env["crm.phone.number"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(number.e164, "+12125550123", "the country decides")
        self.customer.phone = False
        self.env.flush_all()
        self.assertFalse(number.exists())

    def test_exact_country_before_same_national_number(self):
        american, french = self.env["res.partner"].create(
            [
                {"name": "US", "phone": "+1 612 345 6789"},
                {"name": "JP", "phone": "+81 6123456789"},
            ]
        )
        self.assertEqual(self._lookup("+16123456789"), american)
        self.assertEqual(self._lookup("6123456789"), american | french)

    def test_rights_of_lookup(self):
        self.customer.write({"phone": "13800138000", "company_id": self.company.id})
        self.assertEqual(self._lookup("13800138000"), self.customer)
        self.assertFalse(self._lookup("13800138000", self.foreign_manager))
        self.assertFalse(self._lookup("13800138000", self.other_portal_user))
        self.customer.active = False
        self.assertFalse(self._lookup("13800138000"))
        with self.assertRaises(AccessError):
            self.env["crm.phone.number"].with_user(self.manager).search([])

    @users("crm_clerk")
    def test_one_lookup_for_all_kinds(self):
        self.customer.sudo().phone = "13800138000"
        partners = self.env["res.partner"]
        for term, kind in (
            ("138 0013 8000", "phone"),
            ("Acme <INFO@acme.example>", "mail"),
            ("M-00017", "code"),
            ("acme trad", "name"),
        ):
            found = partners.lookup_customer(term)
            self.assertEqual(
                (found[0]["id"], found[0]["match"]), (self.customer.id, kind), term
            )
        self.assertEqual(partners.lookup_customer("nobody at all"), [])
        self.assertEqual(partners.lookup_customer("  "), [])
        for wrong in (None, 7, ["a"], "x" * 201):
            with self.assertRaises(UserError):
                partners.lookup_customer(wrong)

    def test_lookup_costs_two_queries(self):
        self.customer.phone = "13800138000"
        self.env.flush_all()
        partners = self.env["res.partner"].with_user(self.clerk)
        partners.lookup_customer("+8613800138000")
        for term in ("+8613800138000", "013800138000"):
            self.env.invalidate_all()
            partners.search([("ref", "=", "nobody")])  # reads the user and the rules
            with self.assertQueryCount(2):
                self.assertTrue(partners.lookup_customer(term))

    def test_country_of_the_company_reads_national_numbers(self):
        self.customer.phone = "13800138000"
        self.assertEqual(self._lookup("+8613800138000"), self.customer)
        self.company.country_id = self.env.ref("base.us")
        other = self.env["res.partner"].create({"name": "US", "phone": "212 555 0123"})
        self.assertEqual(self._lookup("+12125550123"), other)

    def test_numbers_of_existing_records_are_rebuilt(self):
        self.customer.phone = "010-12345678 / 13800138000"
        lead = self.env["crm.lead"].create({"name": "Lead", "phone": "+33612345678"})
        self.env.flush_all()
        numbers = self.env["crm.phone.number"]
        before = numbers.search([]).mapped("national")
        self.env.cr.execute("DELETE FROM crm_phone_number")
        numbers._rebuild("res.partner")
        numbers._rebuild("crm.lead")
        self.assertCountEqual(numbers.search([]).mapped("national"), before)
        self.assertTrue(lead._lookup_by_phone("+33612345678"))
        numbers._rebuild("res.partner")
        self.assertEqual(len(numbers.search([])), len(before), "safe to run twice")


@tagged("post_install", "-at_install", "cap_s10")
class TestContactWarning(CrmBaseCase):
    def test_wrong_data_is_kept_and_marked(self):
        china = self.env.ref("base.cn")
        typed = {
            "phone": "138-0013",
            "email": "not an address",
            "vat": "911101080000000",
        }
        self.customer.write({**typed, "country_id": china.id})
        self.assertRecordValues(self.customer, [typed])
        self.assertEqual(self.customer.contact_issues, "phone,mail,vat")
        self.assertEqual(len(self.customer.contact_warning.splitlines()), 3)
        found = self.env["res.partner"].with_user(self.clerk)
        self.assertIn(self.customer, found.search([("contact_warning", "!=", False)]))
        self.assertNotIn(self.customer, found.search([("contact_warning", "=", False)]))
        self.customer.write(
            {
                "phone": "13800138000",
                "email": "a@b.example",
                "vat": "91110108MA01A2B3CF",
            }
        )
        self.assertFalse(self.customer.contact_warning)
        self.assertNotIn(
            self.customer, found.search([("contact_warning", "!=", False)])
        )

    def test_a_wrong_number_is_still_found(self):
        self.customer.phone = "138-0013"
        self.assertEqual(
            self.customer.with_user(self.clerk)._lookup_by_phone("1380013"),
            self.customer,
        )

    def test_form_shows_the_warning(self):
        self.env.user.group_ids += self.env.ref("base.group_partner_manager")
        with Form(self.customer) as form:
            form.email = "nowhere"
            self.assertIn("nowhere", form.contact_warning)
        self.assertEqual(self.customer.email, "nowhere")
