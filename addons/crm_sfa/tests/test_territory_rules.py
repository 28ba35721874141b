from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .territory_common import TerritoryCase


@tagged("post_install", "-at_install", "cap_s04")
class TestTerritoryRules(TerritoryCase):
    """What cannot be a territory, a member or a rule is refused with a reason."""

    def _refuses(self, model, values, words):
        with self.assertRaises(ValidationError) as caught:
            self.env[model].create(values)
        self.assertRegex(str(caught.exception), words)

    @users("sfa_manager")
    def test_tree_without_cycle(self):
        with self.assertRaises(ValidationError):
            self.whole.with_user(self.env.user).parent_id = self.east

    @users("sfa_manager")
    def test_full_name_follows(self):
        east = self.east.with_user(self.env.user)
        self.assertEqual(east.complete_name, "China / East")
        east.parent_id.name = "Greater China"
        self.assertEqual(east.complete_name, "Greater China / East")

    @users("sfa_manager")
    def test_other_company_below(self):
        with self.assertRaises(Exception):  # noqa: B017 the platform's own message
            self.env["sfa.territory"].with_context(
                allowed_company_ids=(self.company + self.other_company).ids
            ).sudo().create(
                {
                    "name": "Foreign",
                    "parent_id": self.whole.id,
                    "company_id": self.other_company.id,
                }
            )

    @users("sfa_manager")
    def test_rule_without_criterion(self):
        self._refuses(
            "sfa.territory.rule", {"territory_id": self.east.id}, "no criterion"
        )

    @users("sfa_manager")
    def test_domain_alone_is_no_criterion(self):
        self._refuses(
            "sfa.territory.rule",
            {"territory_id": self.east.id, "domain": "[('name', '=', 'A')]"},
            "no criterion",
        )

    @users("sfa_manager")
    def test_inverted_postcodes(self):
        self._refuses(
            "sfa.territory.rule",
            {"territory_id": self.east.id, "zip_from": "300", "zip_to": "200"},
            "No postcode",
        )

    @users("sfa_manager")
    def test_inverted_revenue(self):
        self._refuses(
            "sfa.territory.rule",
            {"territory_id": self.east.id, "revenue_from": 10, "revenue_to": 5},
            "No revenue",
        )

    @users("sfa_manager")
    def test_state_of_another_country(self):
        state = self.env["res.country.state"].search(
            [("country_id", "=", self.env.ref("base.us").id)], limit=1
        )
        self._refuses(
            "sfa.territory.rule",
            {
                "territory_id": self.east.id,
                "country_id": self.china.id,
                "state_id": state.id,
            },
            "is not in",
        )

    @users("sfa_manager")
    def test_unreadable_domains(self):
        for domain in ("[(", "[('no_such_field', '=', 1)]", "name", "[('id', '~', 1)]"):
            with self.subTest(domain=domain):
                self._refuses(
                    "sfa.territory.rule",
                    {
                        "territory_id": self.east.id,
                        "country_id": self.china.id,
                        "domain": domain,
                    },
                    "cannot be read",
                )

    @users("sfa_manager")
    def test_who_works_here_today_and_who_does_not(self):
        members = self.env["sfa.territory.member"]
        values = {"territory_id": self.east.id, "user_id": self.seller.id}
        values["role"] = "backup"
        now = members.create({**values, "date_from": "2020-01-01"})
        past = members.create(
            {**values, "date_from": "2020-01-01", "date_to": "2020-12-31"}
        )
        of_both = ("id", "in", (now | past).ids)
        self.assertEqual(members.search([of_both, ("is_current", "=", True)]), now)
        self.assertEqual(members.search([of_both, ("is_current", "=", False)]), past)

    @users("sfa_manager")
    def test_one_owner_a_day(self):
        member = self.env["sfa.territory.member"]
        first = member.create(
            {
                "territory_id": self.east.id,
                "user_id": self.seller.id,
                "date_from": "2026-01-01",
                "date_to": "2026-03-31",
            }
        )
        second = {
            "territory_id": self.east.id,
            "user_id": self.other_seller.id,
            "date_from": "2026-03-31",
        }
        self._refuses(
            "sfa.territory.member",
            second,
            "one owner a day, and there is: .*sfa_seller",
        )
        member.create({**second, "role": "overlay"})
        member.create({**second, "territory_id": self.west.id})
        member.create({**second, "date_from": "2026-04-01"})
        with self.assertRaises(ValidationError):
            first.date_to = False
        with self.assertRaises(ValidationError):
            first.write({"date_to": "2025-12-31"})

    @mute_logger("odoo.sql_db")
    def test_one_owner_in_the_database(self):
        """Also whoever writes past the code is refused."""
        self._member(self.east, self.seller)
        self.env.flush_all()
        with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
            self.cr.execute(
                "INSERT INTO sfa_territory_member"
                " (territory_id, user_id, role, share, capacity, date_from)"
                " VALUES (%s, %s, 'owner', 100, 0, '2030-01-01')",
                [self.east.id, self.other_seller.id],
            )

    @users("sfa_seller")
    def test_sellers_change_nothing(self):
        self._rule(self.east, country_id=self.china.id)
        self._member(self.east, self.seller)
        for model in ("sfa.territory", "sfa.territory.rule", "sfa.territory.member"):
            records = self.env[model].search([])
            with self.subTest(model=model), self.assertRaises(AccessError):
                records[:1].write({"create_date": "2020-01-01"})
        with self.assertRaises(AccessError):
            self.env["sfa.territory.run"].create({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.env["sfa.territory"].browse(self.east.id).action_assign_leads()

    def test_companies_apart(self):
        foreign = self._territory("Abroad", company_id=self.other_company.id)
        self.assertNotIn(
            foreign, self.env["sfa.territory"].with_user(self.sfa_manager).search([])
        )
        with self.assertRaises(AccessError):
            foreign.with_user(self.sfa_manager).name = "Ours"
        with self.assertRaises(AccessError):
            foreign.with_user(self.sfa_manager).read(["name"])

    @users("sfa_manager")
    def test_territory_with_history_stays(self):
        customer = self._customer("Held", country_id=self.china.id)
        customer.with_user(self.env.user).sfa_territory_id = self.east
        with self.assertRaises(ValidationError):
            self.east.with_user(self.env.user).unlink()
        self.env["sfa.territory"].browse(self.west.id).unlink()

    def test_rule_says_what_it_asks(self):
        rule = self._rule(
            self.east, country_id=self.china.id, zip_from="20 0", zip_to="202"
        )
        self.assertEqual(rule.name, "East: 200–202, China")
        self.assertEqual((rule.shape, rule.zip_prefix), ("country zip2", "20"))
