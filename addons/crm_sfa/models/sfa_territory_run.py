import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, split_every

_logger = logging.getLogger(__name__)

#: Customers moved by one statement.
CHUNK = 20_000
#: Days after which an old preview is dropped.
KEPT = 90


class SfaTerritoryRun(models.Model):
    """A realignment: who would move by the rules, seen before it happens."""

    _name = "sfa.territory.run"
    _description = "Territory Realignment"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(
        required=True,
        default=lambda self: self._get_new_name(),
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("preview", "Preview"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        "Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_planned = fields.Date(
        "Planned for",
        copy=False,
        help="The day on which customers move; empty: when you say.",
    )
    salesperson = fields.Selection(
        [
            ("keep", "Stays"),
            ("fill", "Owner, if None or the Former Owner"),
            ("replace", "Owner of the New Territory"),
        ],
        required=True,
        default="fill",
    )
    date_previewed = fields.Datetime("Previewed", readonly=True, copy=False)
    date_done = fields.Datetime("Moved on", readonly=True, copy=False)

    # who moves
    move_ids = fields.One2many("sfa.territory.move", "run_id", readonly=True)
    move_count = fields.Integer("Customers", compute="_compute_totals")
    revenue = fields.Monetary("Revenue (12 Months)", compute="_compute_totals")
    pipeline = fields.Monetary("Open Pipeline", compute="_compute_totals")
    locked_count = fields.Integer("Locked, Stay", compute="_compute_totals")

    @api.depends("move_ids")
    def _compute_totals(self):
        groups = self.env["sfa.territory.move"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id"],
            ["__count", "revenue:sum", "pipeline:sum"],
        )
        totals = {run: values for run, *values in groups}
        locked = dict(
            self.env["sfa.territory.assignment"]._read_group(
                [
                    ("locked", "=", True),
                    ("date_to", "=", False),
                    ("territory_id.company_id", "in", self.company_id.ids),
                ],
                ["territory_id"],
                ["__count"],
            )
        )
        for run in self:
            run.move_count, run.revenue, run.pipeline = totals.get(
                run._origin, (0, 0.0, 0.0)
            )
            run.locked_count = sum(
                count
                for territory, count in locked.items()
                if territory.company_id == run.company_id
            )

    @api.model
    def _get_new_name(self):
        today = format_date(self.env, fields.Date.context_today(self))
        return self.env._("Realignment of %(day)s", day=today)

    def copy_data(self, default=None):
        return [
            {**values, "name": self._get_new_name()}
            for values in super().copy_data(default)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(run.state == "done" for run in self):
            raise UserError(
                self.env._("A realignment that took place stays on record.")
            )

    # ----------------------------------------------------------------------- actions

    def action_preview(self):
        """Find out who would move, and show it."""
        self.ensure_one()
        self._check_open()
        self._preview()
        return self.action_open_moves() if self.move_count else True

    def action_plan(self):
        """Have the customers move on the day that is filled in."""
        self.ensure_one()
        self._check_previewed()
        if not self.date_planned or self.date_planned < fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "Fill in the day on which the customers shall move, today or later."
                )
            )
        self.state = "planned"

    def action_apply(self):
        """Move the customers of the preview now, many of them in the background."""
        self.ensure_one()
        self._check_previewed()
        if self.move_count > CHUNK:
            today = fields.Date.context_today(self)
            self.write({"state": "planned", "date_planned": today})
            # A person may start it, not change it.
            self.env.ref("crm_sfa.sfa_territory_run_cron").sudo()._trigger()
            message = self.env._(
                "%(count)s customers move in the background. "
                "The notes below tell how far it is.",
                count=self.move_count,
            )
        else:
            moved = self._apply_moves()
            message = self.env._("Customers moved: %(count)s.", count=moved)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_cancel(self):
        """Drop the preview."""
        for run in self:
            run._check_open()
        self.move_ids.sudo().unlink()  # moves are written by the system alone
        self.state = "cancel"

    def action_open_moves(self):
        """Show who moves from where to where."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "sfa.territory.move",
            "view_mode": "list,pivot,graph",
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_by_from": 1, "search_default_by_to": 1},
        }

    # ---------------------------------------------------------------------- business

    def _check_open(self):
        self.check_access("write")
        if self.state in ("done", "cancel"):
            raise UserError(
                self.env._("%(run)s has ended. Start a new realignment.", run=self.name)
            )

    def _check_previewed(self):
        self._check_open()
        if self.state == "draft":
            raise UserError(
                self.env._(
                    "Nobody has seen yet whom %(run)s moves. Preview it first.",
                    run=self.name,
                )
            )

    def _preview(self):
        """Store who would move, with what they bought and what is open.

        One statement, whatever the number of customers and rules.

        :return: number of customers
        """
        self.env["crm.lead"].flush_model()
        self.env["sale.order"].flush_model()
        self.env["sfa.territory.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH old AS (DELETE FROM sfa_territory_move WHERE run_id = %(run)s),
                change AS MATERIALIZED (%(change)s),
                spent AS (
                    SELECT s.* FROM (%(spent)s) AS s
                     WHERE EXISTS (SELECT FROM change)
                ),
                pipeline AS (
                    SELECT p.commercial_partner_id AS partner_id,
                           sum(l.expected_revenue) AS amount
                      FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
                     WHERE l.active AND COALESCE(l.won_status, 'pending') = 'pending'
                       AND EXISTS (SELECT FROM change)
                     GROUP BY p.commercial_partner_id
                ),
                come AS (
                    INSERT INTO sfa_territory_move (
                        run_id, partner_id, from_id, to_id, rule_id, done, revenue,
                        pipeline)
                    SELECT %(run)s, c.partner_id, c.from_id, c.to_id, c.rule_id, FALSE,
                           COALESCE(s.amount, 0), COALESCE(o.amount, 0)
                      FROM change c
                      LEFT JOIN spent s ON s.partner_id = c.partner_id
                      LEFT JOIN pipeline o ON o.partner_id = c.partner_id
                    RETURNING 1
                )
                SELECT count(*) FROM come
                """,
                run=self.id,
                change=self.env["sfa.territory.match"]._match_customers(
                    company=self.company_id
                ),
                spent=self.env["sfa.territory.match"]._select_spent(None),
            )
        )
        self.env["sfa.territory.move"].invalidate_model(flush=False)
        self.invalidate_recordset(["move_ids"])
        self.write({"state": "preview", "date_previewed": fields.Datetime.now()})
        return rows[0][0]

    def _apply_moves(self, commit=False):
        """Move the customers of the preview, a chunk a statement.

        Who was locked or moved by hand since the preview stays. A customer whom
        somebody is changing at this moment is passed over and tried again at the end.

        :param commit: let others go on between chunks; only in a scheduled action
        :return: number of customers moved
        """
        total = 0
        while moved := self._apply_pass(commit):
            total += moved
        self.write({"state": "done", "date_done": fields.Datetime.now()})
        return total

    def _apply_pass(self, commit):
        waiting = self.env.execute_query(
            SQL(
                "SELECT partner_id FROM sfa_territory_move"
                " WHERE run_id = %s AND NOT done ORDER BY partner_id",
                self.id,
            )
        )
        total = 0
        for chunk in split_every(CHUNK, (id_ for (id_,) in waiting), list):
            if moved := self._apply_chunk(chunk):
                total += moved
                self._log_chunk(moved)
                if commit:
                    self.env["ir.cron"]._commit_progress(1)
        return total

    def _apply_chunk(self, partner_ids):
        moved = self.env["sfa.territory.assignment"]._apply(
            SQL(
                """
                SELECT m.partner_id, m.from_id, m.to_id, m.rule_id
                  FROM sfa_territory_move m
                 WHERE m.run_id = %s AND NOT m.done AND m.partner_id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT FROM sfa_territory_assignment a
                        WHERE a.partner_id = m.partner_id AND a.locked
                          AND a.date_to IS NULL)
                """,
                self.id,
                partner_ids,
            ),
            salesperson=self.salesperson,
        )
        if moved:
            self.env.execute_query(
                SQL(
                    "UPDATE sfa_territory_move SET done = TRUE"
                    " WHERE run_id = %s AND partner_id = ANY(%s) RETURNING 1",
                    self.id,
                    moved,
                )
            )
            self.env["sfa.territory.move"].invalidate_model(flush=False)
        return len(moved)

    def _log_chunk(self, moved):
        self._message_log(body=self.env._("Customers moved: %(count)s.", count=moved))

    @api.model
    def _cron_apply(self):
        """Carry out the realignments whose day has come."""
        due = self.search(
            [
                ("state", "=", "planned"),
                ("date_planned", "<=", fields.Date.context_today(self)),
            ]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for run in due.try_lock_for_update():
            moved = run._apply_moves(commit=True)
            _logger.info("Realignment %s: %s customers moved", run.id, moved)

    @api.model
    def _cron_match(self):
        """Follow the rules for all customers, without a preview; off by default."""
        for company in self.env["res.company"].search([]):
            run = self.create(
                {
                    "company_id": company.id,
                    "name": self.env._("Daily Match"),
                }
            )
            if run._preview():
                run._apply_moves(commit=True)
            else:
                run.unlink()

    @api.autovacuum
    def _gc_moves(self):
        """Drop the customers of old realignments; their history stays."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT)
        self.env["sfa.territory.move"].search(
            [
                ("run_id.write_date", "<", limit),
                ("run_id.state", "in", ("preview", "done", "cancel")),
            ],
            limit=100_000,
        ).unlink()
