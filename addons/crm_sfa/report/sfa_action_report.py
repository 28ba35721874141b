from odoo import api, fields, models
from odoo.tools import SQL


class SfaActionReport(models.Model):
    """An action as a fact: planned, done, on time, late, skipped, and the hours."""

    _name = "sfa.action.report"
    _description = "Action Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "name"

    # what
    name = fields.Char("Action", readonly=True)
    activity_type_id = fields.Many2one("mail.activity.type", "Type", readonly=True)
    norm_id = fields.Many2one("mail.activity.plan", readonly=True)
    mandatory = fields.Boolean(readonly=True)
    outcome = fields.Selection(
        [
            ("positive", "Positive"),
            ("neutral", "Neutral"),
            ("negative", "Negative"),
            ("absent", "Not Reached"),
            ("skipped", "Skipped"),
        ],
        readonly=True,
    )
    status = fields.Selection(
        [
            ("open", "Open"),
            ("overdue", "Overdue"),
            ("on_time", "Done on Time"),
            ("late", "Done Late"),
            ("skipped", "Skipped"),
        ],
        readonly=True,
    )

    # who, for whom, where
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    category_id = fields.Many2one(
        "sfa.customer.category", "Customer Category", readonly=True
    )
    territory_id = fields.Many2one("sfa.territory", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    # when
    date = fields.Date("Due Date", readonly=True, help="The day asked for.")
    date_done = fields.Date("Done On", readonly=True)

    # how many
    planned = fields.Integer(readonly=True)
    done = fields.Integer(readonly=True)
    on_time = fields.Integer("Done on Time", readonly=True)
    late = fields.Integer("Done Late", readonly=True)
    skipped = fields.Integer(readonly=True)
    overdue = fields.Integer(readonly=True, help="Open, and the day is past.")
    compliance = fields.Float(
        "Compliance (%)",
        readonly=True,
        aggregator="avg",
        help="Share of what norms asked for up to today that was done in time.",
    )
    hours = fields.Float(
        readonly=True,
        help="From actual start to stop, else as planned, of what was done.",
    )
    planned_hours = fields.Float(readonly=True)

    _depends = {
        "mail.activity": [
            "summary",
            "activity_type_id",
            "user_id",
            "active",
            "date_deadline",
            "date_done",
            "res_model",
            "sfa_partner_id",
            "sfa_lead_id",
            "sfa_order_id",
            "sfa_company_id",
            "sfa_norm_id",
            "sfa_mandatory",
            "sfa_asked_date",
            "sfa_outcome",
            "sfa_on_time",
            "sfa_started",
            "sfa_stopped",
            "sfa_duration",
        ],
        "res.partner": ["commercial_partner_id", "sfa_category_id", "sfa_territory_id"],
    }

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        """Say the columns over ``a`` (activity) and ``p`` (its customer)."""
        today = fields.Date.context_today(self)
        due = SQL("coalesce(a.sfa_asked_date, a.date_deadline)")
        is_skipped = SQL("coalesce(a.sfa_outcome, '') = 'skipped'")
        is_done = SQL("(NOT a.active AND NOT %s)", is_skipped)
        is_on_time = SQL("(%s AND a.sfa_on_time)", is_done)
        is_late = SQL("(%s AND a.sfa_on_time IS NOT TRUE)", is_done)
        is_overdue = SQL("(a.active AND %s < %s)", due, today)
        return SQL(
            """
            SELECT a.id, a.summary AS name, a.activity_type_id,
                   a.sfa_norm_id AS norm_id, a.sfa_mandatory AS mandatory,
                   a.sfa_outcome AS outcome,
                   CASE WHEN %(is_overdue)s THEN 'overdue' WHEN a.active THEN 'open'
                        WHEN %(is_skipped)s THEN 'skipped'
                        WHEN a.sfa_on_time THEN 'on_time' ELSE 'late' END AS status,
                   a.user_id, p.commercial_partner_id AS partner_id,
                   p.sfa_category_id AS category_id,
                   p.sfa_territory_id AS territory_id, a.sfa_lead_id AS lead_id,
                   a.sfa_order_id AS order_id, a.sfa_company_id AS company_id,
                   %(due)s AS date, a.date_done, 1 AS planned,
                   %(is_done)s::int AS done, %(is_on_time)s::int AS on_time,
                   %(is_late)s::int AS late, (%(is_skipped)s)::int AS skipped,
                   %(is_overdue)s::int AS overdue,
                   CASE WHEN a.sfa_norm_id IS NOT NULL
                             AND (NOT a.active OR %(due)s < %(today)s)
                        THEN 100 * %(is_on_time)s::int END::float8 AS compliance,
                   CASE WHEN %(is_done)s THEN coalesce(
                       extract(epoch FROM a.sfa_stopped - a.sfa_started) / 3600,
                       a.sfa_duration) END::float8 AS hours,
                   a.sfa_duration AS planned_hours
            """,
            due=due,
            today=today,
            is_skipped=is_skipped,
            is_done=is_done,
            is_on_time=is_on_time,
            is_late=is_late,
            is_overdue=is_overdue,
        )

    @api.model
    def _from(self):
        # A contact has the category and the territory of its company: one join does.
        return SQL(
            """
              FROM mail_activity a
              LEFT JOIN res_partner p ON p.id = a.sfa_partner_id
            """
        )

    @api.model
    def _where(self):
        """Limit the report to actions of the sales force."""
        return SQL(
            "WHERE a.res_model = ANY(%s)",
            list(self.env["mail.activity"]._sfa_action_models()),
        )

    def action_open_document(self):
        """Open what the action was about."""
        self.ensure_one()
        self.check_access("read")
        return self.env["mail.activity"].browse(self.id).action_open_document()
