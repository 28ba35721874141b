"""The client's runs on other engines."""

import os

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_analytics.tests.common import AnalyticsCase
from odoo.addons.crm_analytics.tests.sales_set import make_rows

# takes 30 seconds


@tagged("post_install", "-at_install", "cap_a13")
class TestClientEngines(AnalyticsCase):
    """A run on another engine leaves the same rows, byte for byte."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._past(make_rows(600))
        cls._refresh()

    def _digests(self, engine):
        self.env["ir.config_parameter"].set_param("mining.engine", engine)
        found = {}
        for kind in ("rfm", "next", "lifetime", "basket"):
            run = self._run_model(self._model(kind))
            self.assertEqual(run.state, "done", run.verdict)
            found[kind] = (run.digest, run.quality, run.lines, run.checks)
        return found

    def test_duckdb_as_postgres(self):
        self.assertEqual(self._digests("duckdb"), self._digests("postgres"))

    def test_spark_as_postgres(self):
        model = self._model("rfm")
        digests = []
        for engine in ("local[1]", "postgres"):
            self.env["ir.config_parameter"].set_param("mining.engine", engine)
            digests.append(self._run_model(model).digest)
        self.assertEqual(digests[0], digests[1])

    def test_nothing_sold(self):
        self.env["ir.config_parameter"].set_param("mining.engine", "duckdb")
        model = self._model("rfm")
        model.company_id = self.other_company
        run = self._run_model(model)
        self.assertEqual(run.verdict, "Not enough data: 0 customers, 20 needed.")

    def test_engine_that_is_not_there(self):
        model = self._model("rfm").with_user(self.head)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mining.engine", "abacus")
        with self.assertRaisesRegex(UserError, "no engine abacus"):
            model.action_run()
        parameters.set_param("mining.engine", "local[1]")
        self.patch(os, "environ", {**os.environ, "PATH": "", "JAVA_HOME": ""})
        with self.assertRaisesRegex(UserError, "java not installed"):
            model.action_run()
        run = self._run_model(self._model("rfm"))
        self.assertEqual(run.state, "failed")
        self.assertIn("java missing", run.verdict)
