import re

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.http import Request, _generate_routing_rules
from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_base.tests.matrix import SECRET, RightsMatrix
from odoo.addons.crm_base.tests.reads import ReadsOnly

from .common import ServiceCase

ADDON = "crm_service"
#: The mail gateway's entries: what they do over the wire is `create`.
GATEWAY = ("message_new", "message_process", "message_route", "message_update")
#: A converter in an address, maybe of records of a model.
PLACE = re.compile(r"""<(?:[a-z]+(?:\(["'](?P<model>[a-z.]+)["']\))?:)?[a-z_]+>""")
#: What changes no word of another company.
ALLOWED = {("foreign_head", "action_rebuild_index")}
#: What anybody may leave behind: that help was looked for, how often, own tickets.
TRACES = {"service.search.log", "service.help.session", "service.form.slot"}
OWN = "/my/service/create"
#: Who has a company of his own, and may make records there.
ELSEWHERE = ("foreign_agent", "foreign_head")


class MatrixCase(RightsMatrix, ServiceCase, HttpCase):
    """A customer whose affairs are nobody else's, and everybody else."""

    addon = ADDON

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_outsiders()
        cls.samples = cls._make_samples()
        cls.env.flush_all()

    @classmethod
    def _make_outsiders(cls):
        owner, sibling = cls.env["res.partner"].create(
            [
                {
                    "name": f"{SECRET} {role}",
                    "parent_id": cls.other_customer.id,
                    "email": f"{role}@borealis.example",
                }
                for role in ("owner", "sibling")
            ]
        )
        cls.owner = owner
        foreign = {
            "company_id": cls.other_company.id,
            "company_ids": [Command.set(cls.other_company.ids)],
        }
        service = "base.group_user,crm_service.crm_service_group"
        demoted = cls._new_user("matrix_demoted", f"{ADDON}.crm_service_group_user")
        demoted.group_ids -= cls.env.ref(f"{ADDON}.crm_service_group_user")
        demoted.group_ids -= cls.env.ref("crm_base.crm_base_group_user")
        cls.outsiders = {
            "other_customer": cls.portal_user,
            "sibling": new_test_user(
                cls.env, "matrix_sibling", "base.group_portal", partner_id=sibling.id
            ),
            "public": cls.env.ref("base.public_user"),
            "demoted": demoted,
            "salesperson": cls.salesperson,
            "foreign_agent": new_test_user(
                cls.env, "matrix_agent", f"{service}_user", **foreign
            ),
            "foreign_head": new_test_user(
                cls.env, "matrix_head", f"{service}_manager", **foreign
            ),
        }

    @classmethod
    def _make_samples(cls):
        """Give a record of each model of the addon that outsiders must not reach.

        Models that everybody of a company shares, or that hold nothing of a customer,
        are named in `SHARED`.
        """
        ticket = cls._ticket(
            name=SECRET,
            description=SECRET,
            partner_id=cls.owner.id,
            team_id=cls.team.id,
            channel="mail",
        ).sudo()
        policy = cls.env["service.sla.policy"].create(
            {
                "name": SECRET,
                "team_id": cls.team.id,
                "around_clock": True,
                "target_ids": [Command.create({"metric": "resolution", "hours": 1})],
                "escalation_ids": [Command.create({"minutes": -120})],
            }
        )
        ticket._apply_policies()
        cls.env["service.sla.escalation"]._escalate(10)
        records = (
            ticket,
            cls.team,
            policy,
            policy.target_ids,
            policy.escalation_ids,
            ticket.sla_clock_ids,
            cls.env["service.sla.escalated"].search([("ticket_id", "=", ticket.id)]),
            *cls._make_desk_samples(ticket),
            *cls._make_article_samples(),
            *cls._make_complaint_samples(ticket),
            *cls._make_entitlement_samples(ticket),
            cls.env["service.rating"].create(
                {
                    "partner_id": cls.owner.id,
                    "ticket_id": ticket.id,
                    "about": ticket.create_date,
                    "date_asked": ticket.create_date,
                    "company_id": cls.company.id,
                    "token": SECRET,
                }
            ),
        )
        return {record._name: record for record in records}

    @classmethod
    def _make_desk_samples(cls, ticket):
        other = cls._ticket(name=SECRET, partner_id=cls.owner.id).sudo()
        other._merge_into(ticket)
        item = cls.env["service.checklist.item"].create(
            {"name": SECRET, "ticket_id": ticket.id}
        )
        line = cls.env["service.checklist.line"].create(
            {"name": SECRET, "category_id": cls.category.id}
        )
        macro = cls.env["service.macro"].create(
            {"name": SECRET, "company_id": cls.company.id}
        )
        mail = cls.env["service.mail"].create(
            {"message_id": SECRET, "date": ticket.create_date}
        )
        slot = cls.env["service.form.slot"].create(
            {"key": SECRET, "hour": ticket.create_date, "times": 1}
        )
        person = cls.env["service.agent"].search([("user_id", "=", cls.agent.id)])
        person.skill_ids = [Command.create({"category_id": cls.category.id})]
        merge = cls.env["service.merge"].search([("target_id", "=", ticket.id)])
        return item, line, macro, mail, merge, person, person.skill_ids, slot

    @classmethod
    def _make_article_samples(cls):
        articles = cls.env["service.article"].with_user(cls.agent)
        article = articles.create(
            {"name": SECRET, "body": SECRET, "company_id": cls.company.id}
        )
        article.action_submit()
        article.with_user(cls.service_manager).action_publish()
        article = article.sudo()
        index = cls.env["service.article.index"].search(
            [("article_id", "=", article.id)]
        )
        session = cls.env["service.help.session"].create(
            {"key": SECRET, "partner_id": cls.owner.id, "company_id": cls.company.id}
        )
        return article, article.live_version_id, index, session

    @classmethod
    def _make_complaint_samples(cls, ticket):
        complaint = cls.env["service.complaint"].create(
            {
                "name": SECRET,
                "partner_id": cls.owner.id,
                "ticket_id": ticket.id,
                "user_id": cls.agent.id,
            }
        )
        remedy = cls.env["service.remedy"].create(
            {"complaint_id": complaint.id, "kind": "apology", "note": SECRET}
        )
        level = cls.env["service.remedy.level"].create(
            {"name": SECRET, "company_id": cls.company.id, "amount": 1}
        )
        body = cls.env["service.external.body"].create(
            {"name": SECRET, "company_id": cls.company.id}
        )
        events = complaint.event_ids
        payloads = cls.env["service.event.payload"].search(
            [("event_id", "in", events.ids)]
        )
        return complaint, remedy, level, body, events, payloads

    @classmethod
    def _make_entitlement_samples(cls, ticket):
        plan = cls.env["service.plan"].create(
            {"name": SECRET, "company_id": cls.company.id, "kind": "visits"}
        )
        contract = cls.env["service.contract"].create(
            {
                "name": SECRET,
                "partner_id": cls.owner.id,
                "date_last": "2099-12-31",
                "line_ids": [Command.create({"plan_id": plan.id})],
            }
        )
        contract.action_agree()
        entitlement = contract.entitlement_ids
        use = entitlement._use(1, ticket, SECRET)
        asset = cls.env["service.asset"].create(
            {
                "partner_id": cls.owner.id,
                "company_id": cls.company.id,
                "product_id": cls.env["product.product"].create({"name": SECRET}).id,
            }
        )
        return plan, contract, contract.line_ids, entitlement, use, asset

    #: Models without a company or a customer in them, or that only work inside.
    SHARED = {
        "service.article.word",
        "service.category",
        "service.checklist.line",
        "service.complaint.reminder",
        "service.event.head",
        "service.form.slot",
        "service.hours",
        "service.remedy.lock",
        "service.root.cause",
        "service.search.log",
        "service.synonym",
        "service.tag",
    }

    # ------------------------------------------------------------------------ helpers

    def _get_tables(self):
        names = set(self._get_models()) - TRACES
        tables = [self.env[name]._table for name in sorted(names)]
        return [*tables, "mail_message", "mail_activity", "rating_rating"]

    def _get_methods(self, name):
        for method, args in super()._get_methods(name):
            function = getattr(self.env.registry[name], method)
            if method not in GATEWAY and not getattr(function, "_api_private", False):
                yield method, args


@tagged("post_install", "-at_install", "cap_v01", "cap_v02", "cap_v10")
class TestMatrix(ReadsOnly, MatrixCase):
    """Every method and route of the addon, tried by everybody who may not."""

    def _get_reads(self):
        ticket = self.samples["service.ticket"].with_user(self.agent)
        return {"service.ticket.get_suggestions": (ticket, [])}

    def test_every_model_is_tried(self):
        tried = set(self.samples) | self.SHARED
        transient = {name for name in self._get_models() if self.env[name]._transient}
        self.assertEqual(set(self._get_models()) - transient, tried - transient)
        for name, record in self.samples.items():
            self.assertTrue(record, name)

    def test_usual_methods(self):
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                if name in self.SHARED:
                    continue
                for method, args in self._get_usual(name):
                    with self.subTest(who=who, model=name, method=method):
                        with self.assertRaises(UserError):
                            self._call(user, record, method, args)

    def test_what_is_found(self):
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                if name in self.SHARED:
                    continue
                with self.subTest(who=who, model=name):
                    model = self.env[name].with_user(user)
                    try:
                        found = model.search([("id", "in", record.ids)])
                        named = model.name_search(SECRET)
                        counted = model.formatted_read_group(
                            [("id", "in", record.ids)], [], ["__count"]
                        )[0]["__count"]
                    except AccessError:
                        continue
                    self.assertFalse(found)
                    self.assertFalse(named)
                    self.assertFalse(counted)

    def test_nothing_is_made(self):
        for who, user in self.outsiders.items():
            if who in ELSEWHERE:
                continue
            for name in self._get_models():
                with self.subTest(who=who, model=name), self.assertRaises(UserError):
                    call_kw(self.env[name].with_user(user), "create", [[{}]], {})

    def test_methods_of_the_addon(self):
        tried = 0
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                for method, args in self._get_methods(name):
                    if (who, method) in ALLOWED:
                        continue
                    tried += 1
                    with self.subTest(who=who, model=name, method=method):
                        self._assert_refused(user, record, method, args)
        self.assertGreaterEqual(tried, 7 * len(self.outsiders))

    def test_threads(self):
        ticket = self.samples["service.ticket"]
        for who, user in self.outsiders.items():
            with self.subTest(who=who), self.assertRaises(AccessError):
                self._call(user, ticket, "message_post", ())
            with self.subTest(who=who):
                messages = self.env["mail.message"].with_user(user)
                found = messages.search([("id", "in", ticket.message_ids.ids)])
                self.assertFalse(found)

    # ------------------------------------------------------------------------- routes

    def test_routes(self):
        urls = self._get_urls()
        for who, user in self.outsiders.items():
            self.authenticate(*((None, None) if who == "public" else [user.login] * 2))
            for url, methods in urls:
                for verb in methods:
                    if url == OWN and user._is_portal():
                        continue
                    with self.subTest(who=who, url=url, verb=verb):
                        self._assert_route(url, verb)

    def _get_urls(self):
        """Give the addresses of the addon's routes, filled with the samples' ids."""
        urls = []
        for url, endpoint in _generate_routing_rules([ADDON], nodb_only=False):
            if endpoint.routing["type"] == "jsonrpc":
                urls.append((PLACE.sub(self._fill_place, url), ["JSON"]))
                continue
            methods = set(endpoint.routing.get("methods") or ("GET", "POST"))
            urls.append((PLACE.sub(self._fill_place, url), sorted(methods)))
        return urls

    def _fill_place(self, place):
        """Give the id of the sample that a converter of an address asks for."""
        return str(self.samples[place["model"] or "service.ticket"].ids[0])

    def _assert_route(self, url, verb):
        before = self._fingerprint()
        given = {"query": SECRET, "body": "x", "id": self.samples["service.ticket"].id}
        if verb == "JSON":
            response = self.url_open(url, json={"params": given})
        else:
            given["csrf_token"] = Request.csrf_token(self)
            data = None if verb == "GET" else given
            response = self.url_open(url, data=data, allow_redirects=False)
        self.assertNotIn(SECRET, response.text)
        self.assertEqual(self._fingerprint(), before)
