from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import ServiceCase

MANY = 100


@tagged("post_install", "-at_install", "cap_v01")
class TestTicket(ServiceCase):
    """A ticket has a number, a customer, a team, and states that follow each other."""

    def test_what_follows_from_the_customer(self):
        first, second = self._ticket(), self._ticket(category_id=self.category.id)
        self.assertTrue(first.number.startswith("T"))
        self.assertNotEqual(first.number, second.number)
        self.assertEqual(first.commercial_partner_id, self.customer)
        self.assertEqual(first.email, self.contact.email)
        self.assertEqual(second.team_id, self.team)
        self.assertEqual(first.display_name, f"{first.number} Late")
        found = self.env["service.ticket"].name_search(second.number)
        self.assertEqual([id_ for id_, _name in found], second.ids)

    def test_numbers_and_subjects_are_looked_up_in_indexes(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT tablename FROM pg_indexes
                 WHERE tablename IN ('service_ticket', 'service_complaint')
                   AND indexdef ~ 'gin.*(name|number).*gin_trgm_ops'
                """
            )
        )
        self.assertEqual(len(rows), 4)

    def test_from_the_first_word_to_the_end(self):
        ticket = self._ticket()
        ticket.action_open()
        ticket.action_wait_customer()
        ticket.action_open()
        ticket.action_resolve()
        self.assertTrue(ticket.date_resolved)
        ticket.action_close()
        self.assertTrue(ticket.date_closed)
        self.assertFalse(ticket.is_active)
        ticket.action_open()
        self.assertEqual((ticket.date_resolved, ticket.date_closed), (False, False))

    def test_steps_that_are_not_allowed(self):
        ticket = self._ticket()
        with self.assertRaisesRegex(UserError, f"{ticket.number} is New and cannot"):
            ticket.action_close()
        ticket.action_cancel()
        for step in ("action_resolve", "action_open", "action_wait_customer"):
            with self.assertRaises(UserError):
                getattr(ticket, step)()
        self.assertEqual(ticket.state, "cancelled")

    def test_all_or_none(self):
        tickets = self._ticket() | self._ticket()
        tickets[1].action_cancel()
        with self.assertRaises(UserError):
            tickets.action_open()
        self.assertEqual(tickets.mapped("state"), ["new", "cancelled"])

    def test_nobody_writes_a_state(self):
        ticket = self._ticket()
        manager = ticket.with_user(self.service_manager)
        for attempt in (
            lambda: ticket.write({"state": "closed"}),
            lambda: manager.write({"state": "resolved"}),
            lambda: self._ticket(state="closed"),
            lambda: ticket.with_context(default_state="closed").create({"name": "x"}),
            lambda: ticket.with_context(default_state="closed").copy(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(ticket.state, "new")
        self.assertEqual(ticket.copy().state, "new")

    def test_nobody_writes_the_past(self):
        ticket = self._ticket()
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "foreign",
                "alias_model_id": self.env["ir.model"]._get_id("service.ticket"),
            }
        )
        for name, value in (
            ("number", "T1"),
            ("date_resolved", "2026-01-01"),
            ("date_closed", "2026-01-01"),
            ("date_acknowledged", "2026-01-01"),
            ("mail_alias_id", alias.id),
            ("cover", "in"),
            ("cover_reason", "A friend"),
        ):
            for user in (self.agent, self.service_manager):
                with self.subTest(name), self.assertRaises(AccessError):
                    ticket.with_user(user).write({name: value})
            if name == "number":
                continue
            with self.subTest(name), self.assertRaises(AccessError):
                self._ticket(**{name: value})
            by_default = ticket.with_context(**{f"default_{name}": value})
            with self.subTest(name), self.assertRaises(AccessError):
                by_default.create({"name": "x"})

    def test_who_may(self):
        ticket = self._ticket()
        for user in (self.demoted, self.salesperson, self.portal_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_open()
            with self.assertRaises(AccessError):
                self._ticket(user=user)
        with self.assertRaises(AccessError):
            ticket.unlink()
        with self.assertRaises(AccessError):
            self.team.with_user(self.agent).name = "Mine"
        ticket.with_user(self.service_manager).unlink()

    def test_companies_apart(self):
        ticket = self._ticket()
        foreign = self._new_user(
            "service_foreign", "crm_service.crm_service_group_user"
        )
        foreign.write(
            {
                "company_ids": [(6, 0, self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        tickets = self.env["service.ticket"].with_user(foreign)
        self.assertFalse(tickets.search([("id", "=", ticket.id)]))
        with self.assertRaises(AccessError):
            tickets.browse(ticket.id).action_open()
        with self.assertRaises(UserError):
            self._ticket(user=foreign, team_id=self.team.id)

    def test_categories_are_no_circle(self):
        below = self.env["service.category"].create(
            {"name": "Late", "parent_id": self.category.id}
        )
        self.assertEqual(below.complete_name, "Delivery / Late")
        with self.assertRaises(UserError):
            self.category.parent_id = below

    def test_open_tickets_of_a_team(self):
        tickets = self._ticket(team_id=self.team.id) | self._ticket(
            team_id=self.team.id
        )
        tickets[0].action_cancel()
        self.assertEqual(self.team.with_user(self.agent).open_count, 1)

    def test_the_thread_tells_how_it_moved(self):
        ticket = self._ticket().with_context(tracking_disable=False)
        ticket.action_open()
        self.assertIn("New → Open", ticket.message_ids[0].body)
        self.assertEqual(ticket.message_ids[0].author_id, self.agent.partner_id)

    def test_queries_do_not_grow(self):
        tickets = self.env["service.ticket"].with_user(self.agent)
        tickets = tickets.with_context(tracking_disable=False)

        def steps(count):
            values = {"name": "Late", "partner_id": self.contact.id}
            before = self.env.cr.sql_log_count
            made = tickets.create([dict(values) for _one in range(count)])
            self.env.flush_all()
            created = self.env.cr.sql_log_count - before
            made.action_open()
            self.env.flush_all()
            return created, self.env.cr.sql_log_count - before - created

        steps(1)
        one, many = steps(1), steps(MANY)
        self.assertLessEqual(many[0], one[0] + 13 * MANY)
        self.assertLessEqual(many[1], one[1] + 5)
