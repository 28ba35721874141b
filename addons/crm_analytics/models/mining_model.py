from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("rfm", "Value Tiers and RFM"),
    ("next", "Next Purchase and Churn"),
    ("lifetime", "Lifetime Value"),
    ("basket", "Bought Together"),
    ("profit", "Profit by Customer"),
]
#: Customers (baskets for what is bought together) without which a kind says nothing.
NEEDED = {"rfm": 20, "next": 200, "lifetime": 200, "basket": 200, "profit": 1}
#: What differs from the usual in the analysis that a new company gets.
DEFAULTS = {"profit": {"window_days": 365}}


class MiningModel(models.Model):
    """What is asked of the sales again and again: kind, window, seed."""

    _name = "mining.model"
    _description = "Analysis"
    _order = "sequence, id"

    name = fields.Char(translate=True, help="Empty: named after its kind")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="The results of an archived analysis are shown no longer."
    )
    kind = fields.Selection(KINDS, required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    window_days = fields.Integer(
        "Days Back", default=730, required=True, help="Sales of these days are read."
    )
    horizon_days = fields.Integer(
        "Days Ahead",
        default=90,
        required=True,
        help="Days that are predicted. The last days of as many are kept back to judge "
        "each run on what came later.",
    )
    needed = fields.Integer(
        compute="_compute_needed",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="With fewer customers (or baskets) a run refuses to give numbers.",
    )
    seed = fields.Integer(default=19, required=True, help="Of every random choice")
    is_nightly = fields.Boolean("Every Night", default=True)

    # what came of it
    run_ids = fields.One2many("mining.run", "model_id")
    run_count = fields.Integer("Runs", compute="_compute_runs")
    last_run_id = fields.Many2one("mining.run", compute="_compute_runs")
    published_run_id = fields.Many2one("mining.run", compute="_compute_runs")
    last_state = fields.Char("State", compute="_compute_runs")
    verdict = fields.Text(compute="_compute_runs")

    _sound = models.Constraint(
        "CHECK (window_days BETWEEN 30 AND 7300 AND horizon_days BETWEEN 1 AND 730"
        " AND needed BETWEEN 1 AND 100000000 AND horizon_days < window_days)",
        "Days back are 30 to 7300, days ahead 1 to 730 and fewer than days back, and at"
        " least one customer is needed.",
    )

    @api.depends("kind")
    def _compute_needed(self):
        for model in self:
            model.needed = NEEDED.get(model.kind, 200)

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for model in self:
            model.display_name = model.name or kinds.get(model.kind)

    @api.depends("run_ids.state", "run_ids.said", "run_ids.is_published")
    @api.depends_context("lang")
    def _compute_runs(self):
        runs = self.env["mining.run"]
        rows = runs._read_group(
            [("model_id", "in", self.ids)], ["model_id"], ["id:max", "__count"]
        )
        counts = {model: count for model, _last, count in rows}
        latest = runs.browse([last for _model, last, _count in rows])
        latest = latest.grouped("model_id")
        shown = runs.search(
            [("model_id", "in", self.ids), ("is_published", "=", True)]
        ).grouped("model_id")
        for model in self:
            model.run_count = counts.get(model._origin, 0)
            run = latest.get(model._origin, runs)
            model.last_run_id = run
            model.last_state = run.state
            model.verdict = run.verdict
            model.published_run_id = shown.get(model._origin, runs)

    def write(self, vals):
        if {"kind", "company_id"} & set(vals) and self.run_ids:
            raise UserError(
                self.env._(
                    "%(model)s has run already. Make a new analysis for another kind "
                    "or company.",
                    model=self.run_ids.model_id[0].display_name,
                )
            )
        if not vals.get("active", True):
            # Runs are written by their steps alone; who may archive an analysis may
            # have it shown no longer.
            runs = self.env["mining.run"].sudo()
            shown = [("model_id", "in", self.ids), ("is_published", "=", True)]
            runs.search(shown)._withdraw()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for model in self:
            if model.run_ids:
                raise UserError(
                    self.env._(
                        "The runs of %(model)s are kept on record. Archive it instead.",
                        model=model.display_name,
                    )
                )

    # ----------------------------------------------------------------------- actions

    def action_run(self):
        """Have the analyses run as soon as the job has time."""
        self.check_access("write")
        self.env["mining.engine"]._check_engine()
        self._ask()
        self.env.ref("crm_analytics.mining_run_cron")._trigger()

    def _ask(self):
        """Make a run that waits, unless one does."""
        # Runs are written by the steps of a run alone; who may write the analysis may
        # ask for one.
        runs = self.env["mining.run"].sudo()
        waiting = runs.search(
            [("model_id", "in", self.ids), ("state", "in", ("waiting", "running"))]
        ).model_id
        return runs.create(
            [
                {"model_id": model.id, "user_id": self.env.uid}
                for model in self - waiting
            ]
        )

    @api.readonly
    def action_open_runs(self):
        """List the runs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "mining.run",
            "views": [(False, "list"), (False, "form")],
            "domain": [("model_id", "=", self.id)],
        }

    @api.model
    def _cron_ask(self):
        """Ask every night for a run of each analysis; forget whoever must be."""
        self.env["mining.row"]._forget_refused()
        self.search([("is_nightly", "=", True)])._ask()
        self.env.ref("crm_analytics.mining_run_cron")._trigger()

    @api.model
    def _make_defaults(self, companies):
        """Make an analysis of each kind for companies that have none."""
        taken = {
            (model.company_id, model.kind)
            for model in self.with_context(active_test=False).search(
                [("company_id", "in", companies.ids)]
            )
        }
        self.create(
            [
                {"kind": kind, "company_id": company.id, **DEFAULTS.get(kind, {})}
                for company in companies
                for kind, _label in KINDS
                if (company, kind) not in taken
            ]
        )
