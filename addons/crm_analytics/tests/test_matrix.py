import re

from odoo.exceptions import AccessError, UserError
from odoo.http import Request, _generate_routing_rules
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged

from odoo.addons.crm_base.tests.matrix import SECRET, RightsMatrix
from odoo.addons.crm_base.tests.reads import ReadsOnly

from .common import ADDON, AnalyticsCase

#: Who has a company of his own, and may make records there.
ELSEWHERE = ("foreign_head",)
#: What changes no figure of another company.
ALLOWED = {("foreign_head", "action_refresh"), ("foreign_head", "action_run_now")}
PLACE = re.compile(r"<[^>]+>")


@tagged("post_install", "-at_install", "cap_a07", "cap_a13")
class TestMatrix(ReadsOnly, RightsMatrix, AnalyticsCase, HttpCase):
    """Every model, method and route of the addon, tried by everybody who may not."""

    addon = ADDON

    #: Models without a company or a customer in them.
    SHARED = {"mining.stale"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        demoted = cls._new_user("mining_demoted", f"{ADDON}.crm_analytics_group_user")
        demoted.group_ids -= cls.env.ref(f"{ADDON}.crm_analytics_group_user")
        demoted.group_ids -= cls.env.ref("crm_base.crm_base_group_user")
        cls.outsiders = {
            "customer": cls.portal_user,
            "public": cls.env.ref("base.public_user"),
            "demoted": demoted,
            "salesperson": cls.salesperson,
            "foreign_head": cls.foreign_analyst,
        }
        cls.customer.name = SECRET
        cls.paper.name = SECRET
        cls.samples = {record._name: record for record in cls._make_samples()}
        cls.env.flush_all()

    @classmethod
    def _make_samples(cls):
        """Give a record of each model of the addon that outsiders must not reach."""
        order = cls._sell(cls.customer, [(cls.paper, 1)], user_id=cls.manager.id)
        cls._refresh()
        model = cls._model("rfm")
        model.write({"name": SECRET, "needed": 1})
        run = model._ask()
        run._run_safely()
        of_run = {"run_id": run.id, "company_id": cls.company.id}
        customer = {"partner_id": cls.customer.id, **of_run}
        pair = {"product_id": cls.paper.id, "other_id": cls.desk.id, **of_run}
        run.said = [["failed", {"error": SECRET}]]
        profit = cls._model("profit")._ask()
        profit._run_safely()
        of_profit = [("run_id", "=", profit.id)]
        return [
            model,
            run,
            cls.env["mining.customer"].search([("run_id", "=", run.id)]),
            cls.env["mining.score"].create(customer),
            cls.env["mining.pair"].create(pair),
            cls.env["mining.offer"].create(
                {"order_id": order.id, "product_id": cls.desk.id}
            ),
            cls.env["mining.profit"].search(of_profit)[:1],
            cls.env["mining.profit.part"].search(of_profit)[:1],
            cls.env["mining.profit.bridge"].search(of_profit)[:1],
            cls.env["mining.activity.rate"].create(
                {"activity": "delivery", "date_from": "2026-01-01", "amount": 30}
            ),
            cls._facts(order),
            cls.env["mining.month"].search([("company_id", "=", cls.company.id)])[:1],
            cls.env["mining.stale"],
            cls.env["mining.progress"].create({"run_id": run.id}),
            cls._store(),
        ]

    @classmethod
    def _store(cls):
        """Put a product into stock; give its row."""
        product = cls.env["product.product"].create(
            {"name": SECRET, "type": "consu", "is_storable": True, "standard_price": 5}
        )
        place = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            product, place.lot_stock_id, 3
        )
        cls.env.flush_all()
        return cls.env["mining.stock"].search([("product_id", "=", product.id)])

    # ------------------------------------------------------------------------ helpers

    def _get_tables(self):
        tables = {self.env[name]._table for name in self._get_models()}
        return sorted(tables - {"mining_stock"})  # which is a view

    def _get_reads(self):
        reader = self._new_user(
            "reads_all",
            f"{ADDON}.crm_analytics_group_manager,account.group_account_manager,"
            "sales_team.group_sale_manager,stock.group_stock_manager",
        )
        models = {**self.samples, "mining.receivable": self.env["mining.receivable"]}
        arguments = {"mining.profit.action_open_step": ["returns"]}
        return {
            name: (record.with_user(reader), arguments.get(name, []))
            for name in self._get_said()
            for model, record in models.items()
            if name.rpartition(".")[0] == model
        }

    def _tries(self):
        """Give every outsider with every record to be kept from them."""
        for who, user in self.outsiders.items():
            for name, record in self.samples.items():
                if name not in self.SHARED:
                    yield who, user, name, record

    # -------------------------------------------------------------------------- tests

    def test_every_model_is_tried(self):
        lasting = {name for name in self._get_models() if not self.env[name]._transient}
        self.assertEqual(lasting, set(self.samples) | self.SHARED)
        for name, record in self.samples.items():
            self.assertTrue(record or name in self.SHARED, name)

    def test_usual_methods(self):
        for who, user, name, record in self._tries():
            for method, args in self._get_usual(name):
                with self.subTest(who=who, model=name, method=method):
                    with self.assertRaises(UserError):
                        self._call(user, record, method, args)

    def test_what_is_found(self):
        for who, user, name, record in self._tries():
            with self.subTest(who=who, model=name):
                model = self.env[name].with_user(user)
                domain = [("id", "in", record.ids)]
                try:
                    found = model.search(domain)
                    rows = model.formatted_read_group(domain, [], ["__count"])
                except AccessError:
                    continue
                self.assertFalse(found)
                self.assertFalse(rows[0]["__count"])

    def test_nothing_is_made(self):
        for who, user in {**self.outsiders, "analyst": self.analyst}.items():
            if who in ELSEWHERE:
                continue
            for name in self._get_models():
                with self.subTest(who=who, model=name), self.assertRaises(UserError):
                    call_kw(self.env[name].with_user(user), "create", [[{}]], {})

    def test_methods_of_the_addon(self):
        tried = 0
        for name, record in self.samples.items():
            for method, args in self._get_methods(name):
                for who, user in self.outsiders.items():
                    if (who, method) in ALLOWED:
                        continue
                    tried += 1
                    with self.subTest(who=who, model=name, method=method):
                        self._assert_refused(user, record, method, args)
        self.assertGreaterEqual(tried, 12 * len(self.outsiders) - len(ALLOWED))

    def test_routes(self):
        urls = [
            (PLACE.sub("1", url), endpoint.routing)
            for url, endpoint in _generate_routing_rules([ADDON], nodb_only=False)
        ]
        for who, user in self.outsiders.items():
            self.authenticate(*((None, None) if who == "public" else [user.login] * 2))
            for url, routing in urls:
                with self.subTest(who=who, url=url):
                    data = {"csrf_token": Request.csrf_token(self)}
                    given = {"json": {}} if routing["type"] == "jsonrpc" else {}
                    response = self.url_open(url, data=None if given else data, **given)
                    self.assertNotIn(SECRET, response.text)
