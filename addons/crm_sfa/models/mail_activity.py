from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ..tools import norm as rules

#: What a norm wrote and only it may write: gates and reports rely on it.
NORM_FIELDS = frozenset(
    {
        "sfa_norm_id",
        "sfa_template_id",
        "sfa_launch_id",
        "sfa_mandatory",
        "sfa_asked_date",
    }
)
SUBJECT_COLUMNS = {
    "sfa_partner_id": "int4",
    "sfa_lead_id": "int4",
    "sfa_order_id": "int4",
    "sfa_company_id": "int4",
}


class MailActivity(models.Model):
    """An activity as an action of the sales force: planned, done or skipped."""

    _inherit = "mail.activity"

    # what it is about
    sfa_partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_sfa_partner_id",
        store=True,
        index="btree_not_null",
    )
    sfa_lead_id = fields.Many2one(
        "crm.lead",
        "Opportunity",
        compute="_compute_sfa_document",
        store=True,
        index="btree_not_null",
    )
    sfa_order_id = fields.Many2one(
        "sale.order",
        "Order",
        compute="_compute_sfa_document",
        store=True,
        index="btree_not_null",
    )
    sfa_company_id = fields.Many2one(
        "res.company", "Company", compute="_compute_sfa_company_id", store=True
    )
    sfa_territory_id = fields.Many2one(related="sfa_partner_id.sfa_territory_id")

    # when it is planned
    sfa_planned_start = fields.Datetime(
        "Planned Start", copy=False, help="Empty: at any time of the due day."
    )
    sfa_duration = fields.Float("Planned Duration", help="Hours.")

    # what became of it
    sfa_started = fields.Datetime("Actual Start", copy=False)
    sfa_stopped = fields.Datetime(
        "Actual Stop",
        compute="_compute_sfa_stopped",
        store=True,
        readonly=False,
        copy=False,
    )
    sfa_outcome = fields.Selection(
        [
            ("positive", "Positive"),
            ("neutral", "Neutral"),
            ("negative", "Negative"),
            ("absent", "Not Reached"),
            ("skipped", "Skipped"),
        ],
        "Outcome",
        copy=False,
    )
    sfa_place = fields.Char("Place")
    sfa_on_time = fields.Boolean(
        "On Time",
        compute="_compute_sfa_on_time",
        store=True,
        help="Done at the latest on the day that was asked for, on the clock of the "
        "person.",
    )

    # the norm behind it
    sfa_norm_id = fields.Many2one(
        "mail.activity.plan",
        "Norm",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    sfa_template_id = fields.Many2one(
        "mail.activity.plan.template",
        "Step",
        readonly=True,
        ondelete="set null",
        copy=False,
    )
    sfa_launch_id = fields.Many2one(
        "sfa.norm.launch",
        "Launch",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    sfa_mandatory = fields.Boolean("Mandatory", readonly=True, copy=False)
    sfa_asked_date = fields.Date(
        "Asked For",
        readonly=True,
        copy=False,
        help="The day that the norm set. Moving the due date does not change it.",
    )

    _sfa_duration_positive = models.Constraint(
        "CHECK (sfa_duration >= 0)", "The duration of an activity cannot be negative."
    )
    _sfa_stop_after_start = models.Constraint(
        "CHECK (sfa_stopped >= sfa_started)",
        "An activity cannot stop before it has started. Correct one of the times.",
    )
    _sfa_planned_idx = models.Index(
        "(user_id, sfa_planned_start) WHERE sfa_planned_start IS NOT NULL"
    )

    def _auto_init(self):
        """Fill the customers of existing activities by statements, not one by one."""
        if not column_exists(self.env.cr, "mail_activity", "sfa_partner_id"):
            for name, kind in SUBJECT_COLUMNS.items():
                create_column(self.env.cr, "mail_activity", name, kind)
            create_column(self.env.cr, "mail_activity", "sfa_stopped", "timestamp")
            create_column(self.env.cr, "mail_activity", "sfa_on_time", "bool")
            for statement in self._sfa_init_sql():
                self.env.cr.execute(statement)
        return super()._auto_init()

    @staticmethod
    def _sfa_init_sql():
        return [
            SQL(
                """
                UPDATE mail_activity a
                   SET sfa_partner_id = p.id,
                       sfa_company_id = coalesce(p.company_id, u.company_id)
                  FROM res_partner p, mail_activity b
                  LEFT JOIN res_users u ON u.id = b.user_id
                 WHERE a.id = b.id AND a.res_model = 'res.partner' AND p.id = a.res_id
                """
            ),
            *(
                SQL(
                    """
                    UPDATE mail_activity a
                       SET sfa_partner_id = d.partner_id, %(column)s = d.id,
                           sfa_company_id = coalesce(d.company_id, u.company_id)
                      FROM %(table)s d, mail_activity b
                      LEFT JOIN res_users u ON u.id = b.user_id
                     WHERE a.id = b.id AND a.res_model = %(model)s AND d.id = a.res_id
                    """,
                    column=SQL.identifier(column),
                    table=SQL.identifier(model.replace(".", "_")),
                    model=model,
                )
                for model, column in (
                    ("crm.lead", "sfa_lead_id"),
                    ("sale.order", "sfa_order_id"),
                )
            ),
            SQL(
                """
                UPDATE mail_activity
                   SET sfa_stopped = date_done + time '12:00',
                       sfa_on_time = date_done <= date_deadline
                 WHERE NOT active AND date_done IS NOT NULL
                """
            ),
        ]

    # ------------------------------------------------------------------------ computes

    @api.model
    def _sfa_action_models(self):
        """Name the models whose activities are actions of the sales force.

        Override with ``super()`` to add one that has ``partner_id`` and ``company_id``.
        """
        return ("crm.lead", "res.partner", "sale.order")

    def _sfa_documents(self):
        """Yield the activities of each model of the sales force, with its documents."""
        for model in self._sfa_action_models():
            activities = self.filtered(
                lambda activity, model=model: activity.res_model == model
            )
            if activities:
                yield (
                    model,
                    activities,
                    # One prefetch for all documents, also for what comes after.
                    self.env[model].browse(
                        list(dict.fromkeys(activities.mapped("res_id")))
                    ),
                )

    @api.depends("res_model", "res_id")
    def _compute_sfa_document(self):
        for activity in self:
            model, res_id = activity.res_model, activity.res_id
            activity.sfa_lead_id = res_id if model == "crm.lead" else False
            activity.sfa_order_id = res_id if model == "sale.order" else False

    @api.depends(
        "res_model", "res_id", "sfa_lead_id.partner_id", "sfa_order_id.partner_id"
    )
    def _compute_sfa_partner_id(self):
        self.sfa_partner_id = False
        for model, activities, documents in self._sfa_documents():
            if model == "res.partner":
                for activity in activities:
                    activity.sfa_partner_id = activity.res_id
                continue
            customers = {doc.id: doc.partner_id.id for doc in documents}
            for activity in activities:
                activity.sfa_partner_id = customers[activity.res_id]

    @api.depends("res_model", "res_id", "user_id")
    def _compute_sfa_company_id(self):
        self.sfa_company_id = False
        for _model, activities, documents in self._sfa_documents():
            companies = {doc.id: doc.company_id for doc in documents}
            for activity in activities:
                activity.sfa_company_id = (
                    companies[activity.res_id] or activity.user_id.company_id
                )

    @api.depends("active")
    def _compute_sfa_stopped(self):
        now = fields.Datetime.now()
        for activity in self:
            if activity.active:
                activity.sfa_stopped = False
            elif not activity.sfa_stopped:
                activity.sfa_stopped = now

    @api.depends(
        "active", "sfa_stopped", "sfa_asked_date", "date_deadline", "sfa_outcome"
    )
    def _compute_sfa_on_time(self):
        """A person who moves to another time zone does not rewrite what was."""
        for activity in self:
            due = activity.sfa_asked_date or activity.date_deadline
            activity.sfa_on_time = bool(
                not activity.active
                and activity.sfa_stopped
                and due
                and activity.sfa_outcome != "skipped"
                and rules.on_time(activity.sfa_stopped, due, activity._sfa_zone())
            )

    def _sfa_zone(self):
        """Give the name of the time zone of the person, else of the reader."""
        # The zone decides how a day is counted; reading it needs no right on the user.
        return self.user_id.sudo().tz or self.env.context.get("tz") or "UTC"

    # ------------------------------------------------------------------------ checks

    @api.constrains("sfa_outcome")
    def _check_sfa_outcome(self):
        for activity in self:
            if activity.sfa_outcome != "skipped":
                continue
            if activity.active or not (activity.feedback or "").strip():
                raise ValidationError(
                    self.env._(
                        "The activity “%(name)s” can only be skipped with a reason. "
                        "Use Skip and say why.",
                        name=activity.display_name,
                    )
                )

    def _sfa_is_free(self):
        """Say whether the user may overrule norms: managers, and the system itself."""
        return self.env.su or self.env.user.has_group("crm_sfa.crm_sfa_group_manager")

    @api.model
    def _sfa_check_vals(self, vals):
        if not NORM_FIELDS.isdisjoint(vals) and not self._sfa_is_free():
            given = {name: vals[name] for name in NORM_FIELDS & vals.keys()}
            if any(given.values()) or self:
                raise AccessError(
                    self.env._(
                        "What a norm asked for is set by the norm alone. "
                        "Ask a sales manager to change the norm."
                    )
                )

    def _sfa_check_fixed(self, vals):
        """Refuse to move a mandatory step elsewhere or to unsay that it was skipped."""
        moved = {"res_id", "res_model_id"} & vals.keys()
        unsaid = {"sfa_outcome", "active", "feedback"} & vals.keys()
        if not (moved or unsaid) or self._sfa_is_free():
            return
        for activity in self:
            if moved and activity.sfa_mandatory:
                raise UserError(activity._sfa_mandatory_message())
            if unsaid and activity.sfa_outcome == "skipped":
                raise UserError(
                    self.env._(
                        "“%(name)s” was skipped, and the reason is on record. "
                        "Schedule a new activity instead.",
                        name=activity.display_name,
                    )
                )

    def _sfa_mandatory_message(self):
        return self.env._(
            "“%(name)s” on %(document)s is a mandatory step. Mark it as done, or use "
            "Skip and say why.",
            name=self.display_name,
            document=self.res_name,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_mandatory(self):
        # Cleaning up after a deleted document runs as the system, and passes.
        if self._sfa_is_free():
            return
        for activity in self:
            if activity.sfa_mandatory:
                raise UserError(activity._sfa_mandatory_message())

    # ------------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._sfa_check_vals(vals)
        return super().create([self._sfa_dated_vals(vals) for vals in vals_list])

    def _sfa_dated_vals(self, vals):
        """Let the due day follow from a planned start, on the clock of the person."""
        if not vals.get("sfa_planned_start"):
            return vals
        user = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
        # As in `_sfa_zone`: only the clock of the person is read.
        zone = user.sudo().tz or self.env.context.get("tz") or "UTC"
        start = fields.Datetime.to_datetime(vals["sfa_planned_start"])
        return {**vals, "date_deadline": rules.local_day(start, zone)}

    def write(self, vals):
        self._sfa_check_vals(vals)
        self._sfa_check_fixed(vals)
        moved = self.browse()
        if "date_deadline" in vals and "sfa_planned_start" not in vals:
            moved = self.filtered("sfa_planned_start")
        if vals.get("sfa_planned_start"):
            result = True
            for day, activities in self._sfa_by_day(vals["sfa_planned_start"]).items():
                result &= super(MailActivity, activities).write(
                    {**vals, "date_deadline": day}
                )
        else:
            result = super().write(vals)
        for start, activities in moved._sfa_by_start().items():
            super(MailActivity, activities).write({"sfa_planned_start": start})
        if "active" in vals and not vals["active"]:
            self.env["mail.activity.plan"]._sfa_note("mail.activity", self.ids)
        return result

    def _sfa_by_day(self, start):
        """Group activities by the day that a planned start means to their persons."""
        start = fields.Datetime.to_datetime(start)
        return self.grouped(lambda act: rules.local_day(start, act._sfa_zone()))

    def _sfa_by_start(self):
        """Group activities by their start when it keeps its hour on the due day."""
        return self.grouped(
            lambda act: rules.moved_start(
                act.sfa_planned_start, act.date_deadline, act._sfa_zone()
            )
        )

    # ------------------------------------------------------------------------ actions

    def action_sfa_start(self):
        """Note that work on the activities begins now."""
        self.check_access("write")
        self.filtered(lambda act: act.active and not act.sfa_started).write(
            {"sfa_started": fields.Datetime.now()}
        )

    def action_sfa_skip(self):
        """Ask why the activities are skipped."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Skip"),
            "res_model": "sfa.activity.skip",
            "view_mode": "form",
            "target": "new",
            "context": {"default_activity_ids": self.ids},
        }

    def _sfa_skip(self, reason):
        """Close activities that will not be done.

        :param reason: why, as the person says it
        :raise UserError: no reason
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the activities are skipped."))
        open_ones = self.filtered("active")
        open_ones.check_access("write")
        open_ones.write({"feedback": reason, "active": False, "sfa_outcome": "skipped"})
        for model, activities in (
            open_ones.filtered("res_model").grouped("res_model").items()
        ):
            bodies = {
                res_id: Markup("<br/>").join(
                    self.env._(
                        "Skipped: %(name)s. %(reason)s",
                        name=activity.display_name,
                        reason=reason,
                    )
                    for activity in skipped
                )
                for res_id, skipped in activities.grouped("res_id").items()
            }
            # A note on the document, as the platform leaves one for a done activity.
            documents = self.env[model].sudo().browse(list(bodies)).exists()
            documents._message_log_batch(
                bodies=bodies, author_id=self.env.user.partner_id.id
            )
