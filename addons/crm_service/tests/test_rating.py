from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ServiceCase


class RatingCase(ServiceCase):
    """A team that asks, and a ticket that was resolved two hours ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.ask_rating = True
        cls.contact.lang = "en_US"
        cls.ticket = cls._resolved()

    @classmethod
    def _resolved(cls, hours=2, **values):
        ticket = cls._ticket(team_id=cls.team.id, user_id=cls.agent.id, **values)
        with freeze_time(fields.Datetime.now() - timedelta(hours=hours)):
            ticket.action_resolve()
        return ticket.sudo()

    def _ask(self, **later):
        with freeze_time(fields.Datetime.now() + timedelta(**later)):
            return (
                self.env["service.rating"]
                ._ask(100)
                .filtered(lambda rating: rating.company_id == self.company)
            )


@tagged("post_install", "-at_install", "cap_v11")
class TestRating(RatingCase):
    """Customers are asked once, answer once, and low scores are followed."""

    def test_asked_once(self):
        rating = self._ask()
        self.assertEqual(rating.ticket_id, self.ticket)
        self.assertEqual(rating.partner_id, self.contact)
        self.assertEqual(rating.user_id, self.agent)
        mail = self.env["mail.mail"].search([("res_id", "=", rating.id)], limit=1)
        self.assertIn(f"/service/rating/{rating.token}?score=5", mail.body_html)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertFalse(self._ask())
        self.assertFalse(self._ask(days=15), "the same end is not asked about again")

    def test_reopened_and_resolved_again(self):
        self._ask()
        self.ticket.action_open()
        with freeze_time(fields.Datetime.now() + timedelta(days=16)):
            self.ticket.action_resolve()
        self.assertEqual(self._ask(days=16, hours=2).ticket_id, self.ticket)

    def _new_contact(self, name):
        return self.env["res.partner"].create(
            {"name": name, "email": f"{name[:2]}@example.com".lower(), "lang": "en_US"}
        )

    def test_the_contact_of_a_ticket_is_corrected(self):
        self._ask()
        self.ticket.with_user(self.agent).partner_id = self._new_contact("Zhao Min")
        later = self._resolved(partner_id=self._new_contact("Qian Yu").id)
        self.assertEqual(self._ask(hours=1).ticket_id, later)

    def test_a_mail_that_cannot_be_written_stops_no_other(self):
        template = self.env.ref("crm_service.service_rating_template")
        template.body_html = '<p t-out="object.partner_id.name.split()[1]"/>'
        self._resolved(hours=3, partner_id=self._new_contact("Sun").id)
        with self.assertLogs("odoo.addons.crm_service.models.service_rating", "ERROR"):
            ratings = self._ask()
        self.assertEqual(len(ratings), 2)
        mails = self.env["mail.mail"].search([("res_id", "in", ratings.ids)])
        self.assertEqual(
            mails.filtered(lambda m: m.model == "service.rating").recipient_ids,
            self.contact,
        )

    def test_once_in_two_weeks_for_a_contact(self):
        self._resolved(hours=3)
        self.assertEqual(len(self._ask()), 1)
        self._resolved(hours=2)
        self.assertFalse(self._ask(days=3))

    def test_who_is_not_asked(self):
        self.ticket.action_open()
        other_team = self.env["service.team"].create({"name": "Silent"})
        silent = self._ticket(team_id=other_team.id)
        with freeze_time(fields.Datetime.now() - timedelta(hours=2)):
            silent.action_resolve()
        nobody = self.env["res.partner"].create({"name": "No Mail"})
        self._resolved(partner_id=nobody.id)
        self._resolved(partner_id=self.salesperson.partner_id.id)
        self._resolved(partner_id=self.other_customer.id, hours=24 * 9)
        self.assertFalse(self._ask())

    def test_a_customer_who_wants_no_mail(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        rating = self._ask()
        self.assertFalse(self.env["mail.mail"].search([("res_id", "=", rating.id)]))
        self.assertFalse(self._ask())

    def test_a_low_score_is_followed(self):
        rating = self._ask()
        rating._answer("2", "  Slow  ")
        self.assertEqual((rating.points, rating.comment), (2, "Slow"))
        call = self.ticket.activity_ids
        self.assertEqual(call.user_id, self.service_manager)
        self.assertIn("2 of 5", call.summary)
        seen = rating.with_user(self.agent)
        for note in (None, "  ", False, 3):
            with self.assertRaises(UserError):
                seen.action_follow_up(note)
        wizard = self.env["service.rating.follow"].with_user(self.agent)
        wizard.create({"rating_id": rating.id, "note": "New part"}).action_done()
        self.assertEqual(rating.follow_up, "done")
        self.assertEqual(rating.follow_up_user_id, self.agent)
        with self.assertRaisesRegex(UserError, "no call-back"):
            seen.action_follow_up("Again")

    def test_answered_once_and_in_time(self):
        rating = self._ask()
        for score in ("0", "6", "", None, "a"):
            with self.assertRaises(UserError):
                rating._answer(score, "")
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            with self.assertRaises(UserError):
                rating._answer("5", "")
        rating._answer("5", None)
        self.assertFalse(rating.follow_up)
        with self.assertRaises(UserError):
            rating._answer("1", "")

    def test_nobody_rates_for_a_customer(self):
        rating = self._ask()
        for user in (self.agent, self.service_manager):
            seen = rating.with_user(user)
            for attempt in (
                lambda seen=seen: seen.write({"score": "5"}),
                lambda seen=seen: seen.read(["token"]),
                lambda seen=seen: seen.copy(),
                lambda seen=seen: seen.unlink(),
                lambda seen=seen: seen.search([("token", "=", rating.token)]),
            ):
                with self.assertRaises(AccessError):
                    attempt()
            found = self.env["service.rating"].with_user(user)
            self.assertFalse(found._find_by_token(rating.token))
        for user in (self.demoted, self.salesperson, self.portal_user):
            with self.assertRaises(AccessError):
                rating.with_user(user).read(["score"])

    def test_nobody_follows_a_rating_of_another_company(self):
        rating = self._ask()
        rating._answer("1", "Private words")
        rating.company_id = self.other_company
        wizard = self.env["service.rating.follow"].with_user(self.agent)
        with self.assertRaises(AccessError):
            wizard.create({"rating_id": rating.id, "note": "x"})

    def _order(self, quantity=1):
        self.company.service_rate_orders = True
        product = self.env["product.product"].create(
            {"name": "Lamp", "is_storable": True, "invoice_policy": "order"}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.contact.id,
                "user_id": self.salesperson.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": quantity})
                ],
            }
        )
        order.action_confirm()
        return order

    def test_an_order_that_came_in_parts(self):
        self.ticket.action_open()
        order = self._order(2)
        for days in (9, 1):
            with freeze_time(fields.Datetime.now() - timedelta(days=days)):
                picking = order.picking_ids.filtered(lambda one: one.state != "done")
                picking.move_ids.write({"quantity": 1, "picked": True})
                picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.delivery_status, "full")
        rating = self._ask()
        self.assertEqual(rating.order_id, order)
        self.assertEqual(rating.about, max(order.picking_ids.mapped("date_done")))

    def test_orders(self):
        self.ticket.action_open()
        order = self._order()
        self.assertFalse(self._ask())
        order.picking_ids.move_ids.quantity = 1
        order.picking_ids.button_validate()
        self.env.flush_all()
        rating = self._ask(hours=2)
        self.assertEqual(rating.order_id, order)
        rating._answer("1", "Broken")
        self.assertEqual(order.activity_ids.user_id, self.salesperson)
        self.assertFalse(self._ask(days=20))

    def test_scores_count_for_the_lifecycle_and_the_timeline(self):
        rating = self._ask()
        rating._answer("4", "Fine")
        self.env.flush_all()
        self.env.cr.execute(
            self.env["res.partner"]._customer_ratings_sql().code,
            self.env["res.partner"]._customer_ratings_sql().params,
        )
        self.assertIn(
            (self.customer.id, 4.0),
            [(partner, score) for partner, _day, score in self.env.cr.fetchall()],
        )


@tagged("post_install", "-at_install", "cap_v11", "cap_v10")
class TestRatingPage(RatingCase, HttpCase):
    """The page of the link: reading it changes nothing, the form does once."""

    def setUp(self):
        super().setUp()
        self.rating = self._ask()
        self.env.flush_all()
        self.url = f"/service/rating/{self.rating.token}"

    def _post(self, **values):
        return self.url_open(
            f"{self.url}/answer",
            data={"csrf_token": Request.csrf_token(self), **values},
        )

    def test_a_mail_server_opens_every_link(self):
        self.authenticate(None, None)
        for score in (None, *range(7)):
            page = self.url_open(f"{self.url}?score={score}" if score else self.url)
            self.assertEqual(page.status_code, 200)
        self.assertFalse(self.rating.score)
        self.assertEqual(self.url_open(f"{self.url}/answer").status_code, 405)

    def test_the_customer_answers(self):
        self.authenticate(None, None)
        self.assertIn("Choose one", self._post(score="9").text)
        self.assertIn("Thank you", self._post(score="2", comment="Too late").text)
        self.rating.invalidate_recordset()
        self.assertEqual((self.rating.score, self.rating.follow_up), ("2", "open"))
        self.assertIn("answered already", self._post(score="5").text)
        self.assertEqual(self.rating.score, "2")

    def test_others_do_not(self):
        new_test_user(
            self.env, "rating_root", "base.group_user,base.group_system", lang="en_US"
        )
        for login in ("crm_portal_2", "service_agent", "rating_root"):
            self.authenticate(login, login)
            with self.subTest(login):
                self.assertEqual(self.url_open(self.url).status_code, 404)
                self.assertEqual(self._post(score="5").status_code, 404)
        self.authenticate(None, None)
        self.assertEqual(self.url_open("/service/rating/x").status_code, 404)
        self.assertFalse(self.rating.score)

    def test_from_the_portal(self):
        self.authenticate("crm_portal", "crm_portal")
        page = self.url_open(f"/my/service/{self.ticket.id}")
        self.assertIn(self.rating.token, page.text)
        self.assertEqual(self.url_open(self.url).status_code, 200)
        self.rating._answer("5", "")
        self.env.flush_all()
        page = self.url_open(f"/my/service/{self.ticket.id}")
        self.assertNotIn(self.rating.token, page.text)
