from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_m02", "cap_c09", "cap_a11")
class TestConsent(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketing = cls.env.ref("crm_base.crm_consent_purpose_marketing")
        cls.today = fields.Date.context_today(cls.customer)

    def _say(
        self, state, days_ago=0, channel="mail", purpose=None, partner=None, **more
    ):
        return (
            self.env["crm.consent"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": (partner or self.customer).id,
                    "channel": channel,
                    "state": state,
                    "purpose_id": purpose and purpose.id,
                    "date": self.today - timedelta(days=days_ago),
                    **more,
                }
            )
        )

    def _may(self, channel="mail", purpose=None, date=None, partner=None):
        partner = (partner or self.customer).with_user(self.clerk)
        return partner._may_contact(channel, purpose, date)[partner.id]

    def test_silence(self):
        self.assertTrue(self._may())
        self.assertTrue(self._may(purpose="service"))
        self.assertTrue(self._may("profiling"))
        self.assertFalse(self._may(purpose="marketing"), "marketing needs a yes")
        self.marketing.with_user(self.manager).needs_consent = False
        self.assertTrue(self._may(purpose="marketing"))

    def test_the_latest_fact_decides(self):
        self._say("given", 30, purpose=self.marketing)
        self.assertTrue(self._may(purpose="marketing"))
        self.assertFalse(self._may("sms", "marketing"), "another channel")
        self._say("withdrawn", 20)
        self.assertFalse(self._may(purpose="marketing"), "withdrawn for every purpose")
        self.assertFalse(self._may(purpose="service"))
        self.assertFalse(self._may())
        self._say("given", 10, purpose=self.marketing)
        self.assertTrue(self._may(purpose="marketing"))
        self.assertFalse(self._may(purpose="service"))
        self._say("withdrawn", 10, purpose=self.marketing)
        self.assertFalse(self._may(purpose="marketing"), "same day: the later record")
        for days, answer in ((31, False), (30, True), (20, False), (11, False)):
            day = self.today - timedelta(days=days)
            self.assertEqual(self._may(purpose="marketing", date=day), answer, days)

    def test_expiry(self):
        until = self.today + timedelta(days=5)
        self._say("given", 5, purpose=self.marketing, expires=until)
        self.assertTrue(self._may(purpose="marketing", date=until))
        late = until + timedelta(days=1)
        self.assertFalse(self._may(purpose="marketing", date=late))

    def test_profiling(self):
        self._say("withdrawn", channel="profiling")
        self.assertFalse(self._may("profiling"))
        self.assertTrue(self._may("mail"))

    def test_blacklists_always_mean_no(self):
        self.customer.phone = "+1 212 555 0123"
        for channel in ("mail", "sms", "phone"):
            self._say("given", channel=channel, purpose=self.marketing)
            self.assertTrue(self._may(channel, "marketing"))
        entry = self.env["mail.blacklist"]._add("info@acme.example")
        self.env["phone.blacklist"]._add(["+12125550123"])
        for channel in ("mail", "sms", "phone"):
            self.assertFalse(self._may(channel, "marketing"), channel)
        entry.active = False
        self.assertTrue(self._may("mail", "marketing"))
        other = self.other_customer
        other.write({"phone": "13800138000", "other_phones": "+12125550123"})
        self.assertFalse(self._may("phone", partner=other), "another number of theirs")

    def test_nobody_rewrites(self):
        fact = self._say("given")
        for user in (self.clerk, self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                fact.with_user(user).write({"state": "withdrawn"})
            with self.assertRaises(UserError):
                fact.with_user(user).unlink()
        with self.assertRaises(UserError):
            fact.sudo().write({"date": "2020-01-01"})
        with self.assertRaises(UserError):
            fact.sudo().unlink()
        withdrawal = fact.action_withdraw()
        self.assertRecordValues(
            fact + withdrawal, [{"state": "given"}, {"state": "withdrawn"}]
        )

    def test_facts_are_not_of_tomorrow(self):
        with self.assertRaises(ValidationError):
            self._say("given", -1)

    def test_rights(self):
        fact = self._say("given")
        with self.assertRaises(AccessError):
            fact.with_user(self.demoted).read(["state"])
        with self.assertRaises(AccessError):
            fact.with_user(self.portal_user).read(["state"])
        self.customer.company_id = self.company
        with self.assertRaises(AccessError):
            fact.with_user(self.foreign_manager).read(["state"])
        with self.assertRaises(AccessError):
            self.marketing.with_user(self.clerk).needs_consent = False

    def test_unknown_channel_and_purpose(self):
        with self.assertRaises(ValueError):
            self._may("telepathy")
        with self.assertRaises(ValueError):
            self._may("mail", "espionage")

    def test_constant_queries(self):
        many = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(50)])
        self._say("withdrawn", partner=many[3])
        self.env.flush_all()
        many.with_user(self.clerk)._may_contact("mail", "service")
        for partners in (many[:1], many):
            partners = partners.with_user(self.clerk)
            with self.assertQueryCount(2):
                answer = partners._may_contact("mail", "service")
            self.assertEqual(sum(answer.values()), len(partners) - (len(partners) > 1))
