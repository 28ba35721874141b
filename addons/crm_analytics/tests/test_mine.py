import csv
import json
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import config

from ..tools.mine import command
from .common import AnalyticsCase
from .sales_set import make_rows


@tagged("post_install", "-at_install", "cap_a03", "cap_a04", "cap_a13")
class TestMine(AnalyticsCase):
    """The command line says of a file what the client says of the same sales."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = make_rows(600)
        cls._past(cls.rows)
        cls._refresh()

    def test_same_as_the_client(self):
        found = self._score_file()
        for study, kind in (("value", "rfm"), ("next", "next"), ("lifetime",) * 2):
            run = self._run_model(self._model(kind))
            judged = found[study]["judgement"]
            self.assertAlmostEqual(judged["quality"], run.quality, 4, kind)
            self.assertAlmostEqual(judged["baseline"], run.baseline, 4, kind)
            self.assertEqual(judged["is_better"] or kind == "rfm", run.is_published)
            if kind == "rfm":
                tiers = {row[0]: row[1] for row in run.pictures["tiers"]}
                told = found["value"]["tiers"]
                self.assertEqual(
                    {tier: row["customers"] for tier, row in told.items()}, tiers
                )

    def _score_file(self):
        said = StringIO()
        server = {"host": config["db_host"], "user": config["db_user"]}
        named = (f"{name}={value}" for name, value in server.items() if value)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sales.csv"
            with path.open("w", newline="") as handle:
                table = csv.writer(handle)
                table.writerow("invoice product quantity price date customer".split())
                table.writerows(self.rows)
            arguments = [str(path), "--json", "--only", "value,next,lifetime"]
            with redirect_stdout(said):
                status = command.main(
                    [*arguments, "--dsn", " ".join(["dbname=postgres", *named])]
                )
        self.assertEqual(status, 0)
        return json.loads(said.getvalue())["studies"]
