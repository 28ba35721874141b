from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_base.tools.guard import Guard

from .cti_agent import AGENT, SUPERVISOR

TASK = Guard("cti_task")
#: What steps alone write.
GUARDED = frozenset(
    {
        "state",
        "kind",
        "number",
        "company_id",
        "pbx_id",
        "queue_id",
        "call_count",
        "date_closed",
        "closed_by_id",
        "answer_id",
        "reason",
    }
)


class CtiTask(models.Model):
    """Somebody who called in vain and has to be called: always somebody's task."""

    _name = "cti.task"
    _description = "Callback Task"
    _order = "state desc, date_due, id"
    _rec_name = "number"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("abandoned", "Abandoned"),
            ("missed", "Missed"),
            ("voicemail", "Voicemail"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("open", "To Do"), ("done", "Done"), ("dropped", "Dropped")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_due = fields.Datetime("Due", required=True)

    # who called
    number = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", check_company=True
    )
    pbx_id = fields.Many2one("cti.pbx", "Exchange", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    queue_id = fields.Many2one("cti.queue", readonly=True)
    call_ids = fields.One2many("cti.call", "task_id", "Calls", readonly=True)
    call_count = fields.Integer(
        "Times", readonly=True, default=1, help="How often the person called."
    )
    note = fields.Text()

    # how it ended
    date_closed = fields.Datetime("Closed", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answer_id = fields.Many2one("cti.call", "Call That Did It", readonly=True)
    reason = fields.Char("Why Dropped", readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _open_number = models.Index("(company_id, number) WHERE state = 'open'")

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for task in self:
            task.is_late = task.state == "open" and task.date_due < now

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("state", "=", "open"), ("date_due", "<", fields.Datetime.now())]
        return late if True in value else ["!", "&", *late]

    # -------------------------------------------------------------------------- guard

    @api.model_create_multi
    def create(self, vals_list):
        if not TASK.is_open():
            raise self._prepare_task_error()
        return super().create(vals_list)

    def write(self, vals):
        if not TASK.is_open():
            if set(vals) & GUARDED:
                raise self._prepare_task_error()
            if "user_id" in vals:
                self._check_tasks("open")
                self._check_owner(self.user_id.browse(vals["user_id"]))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(
            self.env._(
                "A caller's task is done or dropped, and kept. Close it instead."
            )
        )

    def _prepare_task_error(self):
        return AccessError(
            self.env._("Callback tasks come from calls and change by their buttons.")
        )

    # -------------------------------------------------------------------------- steps

    def action_done(self):
        """Close tasks: the callers were reached."""
        return self._close("done")

    def action_drop(self, reason):
        """Close tasks without an answer.

        :param reason: why nobody has to call back
        """
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why nobody has to call back."))
        return self._close("dropped", reason=reason.strip())

    def action_reopen(self):
        """Take closed tasks up again."""
        self._check_tasks("done", "dropped")
        return self._step(
            state="open", date_closed=False, closed_by_id=False, reason=False
        )

    def action_call(self):
        """Call the person back on the user's telephone.

        :return: an action that says so, or why not
        """
        self.ensure_one()
        self._check_tasks("open")
        # Within ten seconds it is the same click.
        moment = f"{fields.Datetime.now():%Y%m%d%H%M%S}"[:-1]
        key = f"task-{self.id}-{self.env.uid}-{moment}"
        answer = self.env["cti.agent"].dial(self.number, key)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if answer["refusal"] else "info",
                "message": answer["refusal"]
                or self.env._("Your telephone rings, then that of the caller."),
            },
        }

    def _close(self, state, reason=False, answer=None):
        self._check_tasks("open")
        return self._step(
            state=state,
            date_closed=fields.Datetime.now(),
            closed_by_id=self.env.uid,
            answer_id=answer.id if answer else False,
            reason=reason,
        )

    def _check_tasks(self, *states):
        """Refuse a step by others than owners and supervisors, or at a wrong time."""
        self.env["cti.agent"]._check_role(AGENT)
        self.check_access("write")
        user = self.env.user
        for task in self:
            if task.state not in states:
                raise UserError(
                    self.env._(
                        "The task for %(number)s changed meanwhile. Reload the page.",
                        number=task._get_caller(),
                    )
                )
            if task.user_id != user and not (self.env.su or user.has_group(SUPERVISOR)):
                raise AccessError(
                    self.env._(
                        "The task for %(number)s is %(owner)s's. Ask a supervisor to "
                        "give it to you.",
                        number=task._get_caller(),
                        owner=task.user_id.name,
                    )
                )

    def _get_caller(self):
        return self.partner_id.display_name or self.number or self.env._("nobody known")

    def _check_owner(self, user):
        # Groups of other users are settings; only whether they suffice is said.
        person = user.sudo()
        companies = self.company_id
        if (
            not person.active
            or not person.has_group(AGENT)
            or companies - person.company_ids
        ):
            raise UserError(
                self.env._(
                    "%(user)s cannot call these people back. Choose somebody of the "
                    "call centre of their company.",
                    user=user.name or self.env._("Nobody"),
                )
            )

    def _step(self, **vals):
        with TASK.open():
            return self.write(vals)
