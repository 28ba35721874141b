import hashlib
import time

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import studies
from .mining_engine import day_number, day_of

#: Raised with every change of a formula, so that a run says which one it used.
CODE_VERSION = "4"
#: Runs of an analysis whose rows are kept; older ones keep their figures only.
KEPT_RUNS = 2


class MiningRun(models.Model):
    """One run of an analysis: what it read, how good it was later, what it says.

    Nobody writes a run but its own steps, and all of them are repeated after an
    interruption. What users see hangs on one flag, so that nobody sees half a run.
    """

    _name = "mining.run"
    _description = "Run of an Analysis"
    _order = "id desc"

    model_id = fields.Many2one(
        "mining.model", "Analysis", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(related="model_id.kind", store=True)
    company_id = fields.Many2one(related="model_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", "Asked by")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("worse", "Not Better than the Rule"),
            ("refused", "Not Enough Data"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
    )
    is_published = fields.Boolean("Published", readonly=True)
    verdict = fields.Text(
        compute="_compute_verdict", help="What the run says about itself"
    )
    said = fields.Json()

    # what it read
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    date_cut = fields.Date(
        "Judged on Sales after", help="Sales after this day were kept back."
    )
    customers = fields.Integer()
    lines = fields.Integer()
    checks = fields.Json()
    checks_text = fields.Text("Lines Left Out or Odd", compute="_compute_checks_text")

    # how it ran
    seed = fields.Integer(aggregator=None)
    code_version = fields.Char()
    seconds = fields.Float(digits=(16, 2), aggregator="avg")
    parameters = fields.Json()
    digest = fields.Char(
        "Fingerprint", help="Of all rows: the same data and seed give the same."
    )

    # how good it was
    measure = fields.Selection(
        [
            ("auc", "AUC"),
            ("error", "Error in Purchases (root mean square)"),
            ("hits", "Hits among Ten Suggestions"),
            ("bridge", "Not Explained against the Ledger"),
        ],
        "Measured by",
    )
    quality = fields.Float(digits=(16, 4), aggregator=None)
    quality_low = fields.Float("Quality at Least", digits=(16, 4), aggregator=None)
    quality_high = fields.Float("Quality at Most", digits=(16, 4), aggregator=None)
    rule = fields.Selection(
        [
            ("last", "Who Bought Last Buys Next"),
            ("pace", "Everybody Buys on as Before"),
            ("popular", "What Sells Most"),
        ],
        "Naive Rule",
    )
    baseline = fields.Float("Of the Rule", digits=(16, 4), aggregator=None)
    calibration_error = fields.Float(digits=(16, 4), aggregator=None)
    drift = fields.Float(
        digits=(16, 4),
        aggregator=None,
        help="Against the last published run; over 0.25 the customers have changed",
    )
    pictures = fields.Json()

    _one_published = models.UniqueIndex("(company_id, kind) WHERE is_published")

    @api.depends("checks")
    @api.depends_context("lang")
    def _compute_checks_text(self):
        labels = self._check_labels()
        for run in self:
            found = run.checks or {}
            run.checks_text = "\n".join(
                f"{label}: {found[key]:,}"
                for key, label in labels.items()
                if found.get(key)
            )

    def _check_labels(self):
        return {
            "no_customer": self.env._("Lines without customer, left out"),
            "withdrawn": self.env._(
                "Customers who withdrew consent to profiling, left out"
            ),
            "waiting": self.env._("Documents not read yet, left out"),
            "future": self.env._("Lines dated in the future, left out"),
            "no_number": self.env._("Lines whose amount is no number, left out"),
            "no_date": self.env._("Lines without date, left out"),
            "no_product": self.env._("Lines without product"),
            "negative": self.env._("Returns and negative amounts, counted as such"),
            "free": self.env._("Lines for nothing"),
            "no_cost": self.env._("Lines whose cost is not known"),
            "repeated": self.env._("Lines that repeat another exactly, counted"),
        }

    @api.depends("said", "measure", "rule")
    @api.depends_context("lang")
    def _compute_verdict(self):
        texts = self._verdict_texts()
        measures, rules = (
            dict(self._fields[name]._description_selection(self.env))
            for name in ("measure", "rule")
        )
        for run in self:
            names = {"measure": measures.get(run.measure), "rule": rules.get(run.rule)}
            run.verdict = " ".join(
                texts[key] % {**names, **numbers} for key, numbers in run.said or []
            )

    def _say(self, key, **numbers):
        """Add a sentence of :meth:`_verdict_texts` to the verdict, in every language.

        :param numbers: numbers are written with thousands apart, texts as they are
        """
        written = {
            name: f"{number:,}" if isinstance(number, int) else number
            for name, number in numbers.items()
        }
        self.said = [*(self.said or []), [key, written]]

    def _verdict_texts(self):
        """Give the sentences that a verdict is made of."""
        return {
            "customers": self.env._(
                "Not enough data: %(have)s customers, %(needed)s needed.",
            ),
            "baskets": self.env._(
                "Not enough data: %(have)s baskets, %(needed)s needed."
            ),
            "later": self.env._(
                "Not enough data: %(have)s later baskets of two products or more, "
                "%(needed)s needed."
            ),
            "repeats": self.env._(
                "Not enough data: %(have)s customers bought a second time, "
                "%(needed)s needed."
            ),
            "outcomes": self.env._(
                "Not enough data: of %(known)s customers known %(days)s days before "
                "the end %(bought)s bought again and %(rest)s did not, %(needed)s of "
                "both needed."
            ),
            "better": self.env._(
                "On the last %(days)s days, which it had not seen: %(measure)s "
                "%(quality)s; the rule “%(rule)s” reaches %(baseline)s."
            ),
            "worse": self.env._(
                "Not published. On the last %(days)s days, which it had not seen, "
                "%(measure)s is %(quality)s; the rule “%(rule)s” reaches "
                "%(baseline)s and is as good."
            ),
            "season": self.env._(
                "In all it expected %(expected)s purchases and %(came)s came: it knows "
                "no season."
            ),
            "tiers": self.env._(
                "%(best)s of %(total)s customers bring 80 %% of the revenue."
            ),
            "describes": self.env._(
                "As a forecast of who buys in the last %(days)s days the classes reach "
                "AUC %(quality)s, recency alone %(baseline)s: they describe the past."
            ),
            "losing": self.env._("%(losing)s of %(total)s customers lose money."),
            "bridged": self.env._("The sums agree with the ledger to the cent."),
            "unbridged": self.env._(
                "Against the ledger %(rest)s is not explained; the bridge shows where."
            ),
        }

    @api.depends("kind", "date_to")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            run.display_name = f"{kinds.get(run.kind, '')} {run.date_to or ''}".strip()

    # ----------------------------------------------------------------------- actions

    @api.readonly
    def action_open_results(self):
        """List what the run says of each customer or pair."""
        self.ensure_one()
        self.check_access("read")
        target = {
            "rfm": "mining.customer",
            "basket": "mining.pair",
            "profit": "mining.profit",
        }
        lists = {"lifetime": "crm_analytics.mining_score_view_list_lifetime"}
        view = lists.get(self.kind)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": target.get(self.kind, "mining.score"),
            "views": [(view and self.env.ref(view).id, "list")],
            "domain": [("run_id", "=", self.id)],
        }

    def _open_facts(self, domain):
        """List the lines that the run read and that match a domain."""
        window = [
            ("company_id", "=", self.company_id.id),
            ("date", ">", self.date_from),
            ("date", "<=", self.date_to),
        ]
        return self.env["mining.fact"]._open([*domain, *window])

    # -------------------------------------------------------------------------- steps

    def _run(self):
        """Read, judge, score and publish."""
        self._read()
        self._calculate()

    def _read(self):
        """Bring the facts up to date and fix what is read of them."""
        began = time.monotonic()
        self._step("read")
        self.env["mining.fact"]._refresh()
        self._set_window()
        self.seconds = time.monotonic() - began

    def _calculate(self):
        """Judge, score and publish, from one look at the data."""
        self.ensure_one()
        began = time.monotonic()
        if self._has_enough():
            try:
                getattr(self, f"_run_{self.kind}")()
            except studies.TooLittle as little:
                self._refuse(little.key, **little.numbers)
        self.seconds += time.monotonic() - began
        self._drop_old_rows()

    def _set_window(self):
        """Fix what is read: the days, the seed, what is odd about the lines.

        A run that is taken up again keeps its days.
        """
        model = self.model_id
        today = self._get_today()
        names = (
            "lines no_customer no_product no_number no_date future negative free "
            "no_cost repeated first_day last_day"
        ).split()
        engine = self.env["mining.engine"]
        row = engine._run_job("check", model.company_id, to_day=day_number(today))[0]
        checks = dict(zip(names, row, strict=True))
        last = checks.pop("last_day")
        checks.pop("first_day")
        checks["withdrawn"] = self._count_withdrawn()
        checks["waiting"] = self.env["mining.stale"].search_count([])
        end = day_of(last) if last is not None and self.kind != "profit" else today
        end = self.date_to or end
        start = fields.Date.subtract(end, days=model.window_days)
        self.write(
            {
                "state": "running",
                "date_to": end,
                "date_from": start,
                "date_cut": fields.Date.subtract(end, days=model.horizon_days),
                "customers": self._count_customers(start, end),
                "lines": checks.pop("lines"),
                "checks": {key: int(value or 0) for key, value in checks.items()},
                "seed": model.seed,
                "code_version": CODE_VERSION,
            }
        )

    def _get_today(self):
        """Give the day where the company is, as the days of the facts are."""
        zone = self.company_id.partner_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _count_customers(self, start, end):
        """Give how many customers bought in the window, its first day left out."""
        return self.env["mining.engine"]._run_job(
            "customers",
            self.company_id,
            from_day=day_number(start),
            to_day=day_number(end),
        )[0][0]

    def _count_withdrawn(self):
        return self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM (
                    SELECT DISTINCT customer_id FROM mining_fact
                     WHERE company_id = %s AND customer_id IS NOT NULL
                ) f WHERE customer_id NOT IN (%s)
                """,
                self.company_id.id,
                self.env["mining.engine"]._profiled(),
            )
        )[0][0]

    def _has_enough(self):
        """Refuse rather than give numbers that mean nothing."""
        if self.customers >= self.model_id.needed:
            return True
        self._refuse("customers", have=self.customers, needed=self.model_id.needed)
        return False

    def _refuse(self, key, **numbers):
        self.state = "refused"
        self._say(key, **numbers)

    def _days(self):
        """Give the day numbers of the window: from (excluded), cut, to."""
        return {
            "from_day": day_number(self.date_from),
            "cut_day": day_number(self.date_cut),
            "to_day": day_number(self.date_to),
        }

    def _ask_jobs(self, name, **parameters):
        """Run a set job over the company's sales."""
        self._step()
        return self.env["mining.engine"]._run_job(name, self.company_id, **parameters)

    def _note(self, judgement):
        """Keep how good the run was on later sales."""
        self.write(
            {
                "measure": judgement.measure,
                "quality": judgement.quality,
                "quality_low": judgement.low,
                "quality_high": judgement.high,
                "rule": judgement.rule,
                "baseline": judgement.baseline,
                "calibration_error": judgement.calibration_error,
            }
        )

    def _judge(self, judgement):
        """Write the verdict of a run that predicts, and publish the better."""
        self._note(judgement)
        self._say(
            "better" if judgement.is_better else "worse",
            quality=f"{self.quality:.3f}",
            baseline=f"{self.baseline:.3f}",
            days=self.model_id.horizon_days,
        )
        if judgement.is_better:
            self._publish()
        else:
            self.state = "worse"

    def _publish(self):
        """Show this run instead of the one before, whichever analysis that was of.

        An analysis that is archived publishes nothing.
        """
        self._step("publish")
        is_shown = self.model_id.active
        if is_shown:
            self.search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("kind", "=", self.kind),
                    ("is_published", "=", True),
                ]
            )._withdraw()
        self.write({"is_published": is_shown, "state": "done"})

    def _withdraw(self):
        """Show runs no longer, before another one takes their place."""
        self.is_published = False
        self.flush_recordset(["is_published"])

    @api.model
    def _get_published(self, kind, names):
        """Give the run of a kind that users of the company see, if there is one.

        :param names: of fields that are read at once
        """
        return self.search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("kind", "=", kind),
                ("is_published", "=", True),
            ],
            names,
            limit=1,
        )

    def _previous(self):
        """Give the run of the same analysis that users see until this is published."""
        return self.search(
            [
                ("model_id", "=", self.model_id.id),
                ("is_published", "=", True),
                ("id", "!=", self.id),
            ]
        )

    def _seal(self, table):
        """Keep a fingerprint of the rows of this run, numbers of rows left out."""
        rows = self.env.execute_query(
            SQL(
                "SELECT md5(t::text) FROM ("
                "  SELECT (to_jsonb(s) - 'id' - 'run_id')::text AS t FROM %s s"
                "   WHERE run_id = %s) x ORDER BY 1",
                SQL.identifier(table),
                self.id,
            )
        )
        self.digest = hashlib.sha256(
            "".join(row[0] for row in rows).encode()
        ).hexdigest()

    def _row_tables(self):
        """Give the tables that hold rows of runs."""
        return ["mining_customer", "mining_score", "mining_pair"]

    def _drop_old_rows(self):
        """Keep the rows of the last runs only, and of the one that users see."""
        kept = (
            self.search(
                [
                    ("model_id", "=", self.model_id.id),
                    ("state", "in", ("done", "running")),
                ],
                limit=KEPT_RUNS,
            )
            | self._previous()
        )
        for table in self._row_tables():
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE run_id IN ("
                    "  SELECT id FROM mining_run WHERE model_id = %s"
                    "     AND NOT id = ANY(%s))",
                    SQL.identifier(table),
                    self.model_id.id,
                    kept.ids,
                )
            )
        self.env.invalidate_all()
