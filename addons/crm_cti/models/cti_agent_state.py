from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.guard import Guard, given

from ..tools import agent as rules
from .cti_agent import AGENT, SUPERVISOR

STATE = Guard("cti_agent")
#: What steps alone write.
GUARDED = frozenset(
    {"state", "reason_id", "since", "resume", "call_id", "wrapup_until"}
)
#: Seconds of wrap-up where no queue says otherwise.
WRAPUP = 60
#: Agents whose screens are told when the transaction commits.
CHANGED = "crm_cti.changed_agents"
#: What is shown of customers and agents, and what their names are made of.
PARTNER = [
    *("name", "lang", "tz", "complete_name", "company_name", "parent_id", "type"),
    *("is_company", "commercial_company_name", "company_id"),
]


class CtiAgent(models.Model):
    """The states of an agent change by steps; each ended state is a line of the log."""

    _inherit = "cti.agent"

    @api.model_create_multi
    def create(self, vals_list):
        if given(vals_list, self.env.context) & GUARDED and not STATE.is_open():
            raise self._prepare_state_error()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) & GUARDED and not STATE.is_open():
            raise self._prepare_state_error()
        if vals.get("active") is False and self.filtered(
            lambda agent: agent.state != "offline"
        ):
            raise UserError(
                self.env._(
                    "%(agents)s is at work. Sign the agent out before you archive it.",
                    agents=", ".join(self.mapped("user_id.name")),
                )
            )
        return super().write(vals)

    def _prepare_state_error(self):
        return AccessError(
            self.env._(
                "The state of an agent changes by the bar of the call centre and by "
                "calls. Use the buttons."
            )
        )

    # ------------------------------------------------------------- steps of people

    @api.model
    def set_state(self, state, reason_id=False):
        """Choose what the current user does: ``ready``, ``away`` or ``offline``.

        During a call the choice holds from its end on.

        :param reason_id: why the user is away, or False
        :return: what `get_desk` gives
        :raise UserError: this does not follow from the state of the agent
        """
        agent = self._check_own()
        if state not in rules.IDLE:
            raise UserError(self.env._("Choose ready, away or offline."))
        reason = agent._check_choice("cti.reason", reason_id if state == "away" else 0)
        agent._choose(state, reason)
        return agent._prepare_desk()

    def action_sign_out(self):
        """Bring agents who forgot it out of work."""
        self._check_role(SUPERVISOR)
        self.check_access("write")
        for agent in self:
            agent._choose("offline", self.env["cti.reason"])
        return True

    def _choose(self, state, reason):
        self.ensure_one()
        if self.state in rules.BUSY:
            with STATE.open():
                # An agent may not write agents; this is the user's own one, or the
                # caller checked that a supervisor asks.
                self.sudo().write({"resume": state, "reason_id": reason.id})
            self._notify()
            return
        if self.state != state and not rules.may_choose(self.state, state):
            raise UserError(
                self.env._(
                    "%(agent)s cannot change from “%(old)s” now. Reload the page.",
                    agent=self.user_id.name,
                    old=self._get_state_label(),
                )
            )
        if self.state == state and self.reason_id == reason:
            return
        self._move(state, by=self.env.user, reason=reason)

    def _get_state_label(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state]

    # ----------------------------------------------------- steps of the exchange

    def _happen(self, state, call=None, reason=None):
        """Follow what happened on the line.

        A report that says nothing new, or comes late, changes nothing.
        """
        for agent in self:
            call_id = call or agent.call_id
            if rules.may_happen(agent.state, state) and not (
                agent.state == state and agent.call_id == call_id
            ):
                agent._move(state, call=call, reason=reason)

    def _give_up(self, passed_on):
        """Bring an agent who did not answer where the next caller does not wait."""
        self.ensure_one()
        rang = (fields.Datetime.now() - self.since).total_seconds()
        state = rules.after_offer(passed_on, rang, self.resume)
        reason = None
        if state == "away" and self.resume != "away":
            reason = self._no_answer()
        self._happen(state, reason=reason)

    @api.model
    def _no_answer(self):
        """Give the reason that nobody chooses, or none if it was deleted."""
        reason = self.env.ref("crm_cti.cti_reason_no_answer", False)
        return reason or self.env["cti.reason"]

    def _move(self, state, by=None, call=None, reason=None):
        """Bring an agent into a state and log the one that ended.

        :param by: the user who did it; None: the exchange
        :param call: the call that the agent has from now on, until an idle state
        :param reason: why the agent is away
        """
        # An agent may neither write agents nor the log; who may do the step is checked
        # by the caller, and what is written is decided here.
        agent = self.sudo()
        now = fields.Datetime.now()
        vals = {"state": state, "since": now, "wrapup_until": False}
        if state in rules.IDLE:
            away = reason or agent.reason_id if state == "away" else reason
            vals |= {"call_id": False, "resume": False, "reason_id": away and away.id}
        else:
            vals["resume"] = rules.resumed(agent.state, agent.resume)
            vals["call_id"] = (call or agent.call_id).id
        if state == "wrapup":
            vals["wrapup_until"] = now + timedelta(seconds=agent._get_wrapup_seconds())
        agent._log(state, now, by)
        wrapped = agent.call_id if agent.state == "wrapup" else agent.call_id.browse()
        was_ready = agent.state == "ready"
        with STATE.open():
            agent.write(vals)
        if was_ready != (state == "ready"):
            agent.pbx_id._call_bridge()
        # A call that goes on elsewhere is wrapped by who has it last.
        wrapped.filtered("ended")._wrap()
        agent._notify()

    def _log(self, state, now, by):
        """Write the line of the state that ends; by SQL, as it is once a move."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO cti_agent_log (agent_id, company_id, state, next_state,
                       reason_id, call_id, date_from, date_to, seconds, user_id,
                       create_uid, create_date, write_uid, write_date)
                VALUES (%(agent)s, %(company)s, %(old)s, %(new)s, %(reason)s, %(call)s,
                        %(begin)s, %(end)s, %(seconds)s, %(by)s, %(uid)s, %(end)s,
                        %(uid)s, %(end)s)
                RETURNING id
                """,
                agent=self.id,
                company=self.company_id.id,
                old=self.state,
                new=state,
                reason=self.reason_id.id or None,
                call=self.call_id.id or None,
                begin=self.since,
                end=now,
                seconds=int((now - self.since).total_seconds()),
                by=by.id if by else None,
                uid=self.env.uid,
            )
        )

    def _get_wrapup_seconds(self):
        return self.call_id.queue_id.wrapup_seconds or WRAPUP

    def _resume(self):
        """End the wrap-up of agents, who go on as before the call."""
        for agent in self.filtered(lambda agent: agent.state == "wrapup"):
            agent._move(agent.resume or "ready")

    @api.model
    def _cron_wrapup(self):
        """End wrap-ups whose time is over."""
        self.search(
            [("state", "=", "wrapup"), ("wrapup_until", "<=", fields.Datetime.now())]
        )._resume()
        self.env["cti.call"]._wrap_forgotten()

    # ------------------------------------------------------------------ the screen

    @api.model
    @api.readonly
    def get_desk(self):
        """Read all that the bar of the current user shows, also after a lost link.

        :return: False for who is no agent; else ``{"agent", "call", "reasons",
            "dispositions", "activity_types", "tasks", "phone"}``; ``call`` is what
            `cti.call._prepare_pop` gives
        """
        self._check_role(AGENT)
        agent = self._own()
        return agent and {**agent._prepare_desk(), **agent._prepare_choices()}

    def _prepare_desk(self):
        """Give what changes from call to call, as the agent's user may read it."""
        self.ensure_one()
        call = self.call_id
        return {
            "agent": {
                "id": self.id,
                "version": self.write_date.timestamp(),
                "name": self.user_id.name,
                "extension": self.extension,
                "state": self.state,
                "resume": self.resume,
                "reason": self.reason_id.name or False,
                "since": fields.Datetime.to_string(self.since),
                "wrapup_until": fields.Datetime.to_string(self.wrapup_until) or False,
                # Whether the exchange is there is shown to all who depend on it.
                "degraded": self.pbx_id.sudo().degraded,
            },
            "call": call._prepare_pop() if call else False,
        }

    def _prepare_choices(self):
        """Give what an agent chooses from; it changes seldom."""
        dispositions = self.env["cti.disposition"].search([])
        types = self.env["mail.activity.type"].search(
            [("res_model", "in", (False, "res.partner"))]
        )
        return {
            "reasons": [
                {"id": reason.id, "name": reason.name}
                for reason in self.env["cti.reason"].search([]) - self._no_answer()
            ],
            "dispositions": [
                {
                    "id": disposition.id,
                    "name": disposition.name,
                    "needs_note": disposition.needs_note,
                    "activity_type_id": disposition.activity_type_id.id,
                    "days": disposition.days,
                }
                for disposition in dispositions
            ],
            "activity_types": [{"id": kind.id, "name": kind.name} for kind in types],
            "tasks": self.env["cti.task"].search_count(
                [("user_id", "=", self.env.uid), ("state", "=", "open")]
            ),
            # Whether there is one is shown to those who may use it.
            "phone": bool(self.pbx_id.sudo().phone_url),
        }

    def _notify(self):
        """Send agents what their screens show, once when the transaction commits."""
        waiting = self.env.cr.precommit.data
        if CHANGED not in waiting:
            waiting[CHANGED] = set()
            self.env.cr.precommit.add(self.sudo().browse()._send_desks)
        waiting[CHANGED].update(self.ids)

    @api.model
    def _send_desks(self):
        agents = self.browse(sorted(self.env.cr.precommit.data.pop(CHANGED, ())))
        # What belongs to an agent's own call is read once for all; who it is with is
        # read with the rights of each.
        calls, users = agents.call_id, agents.user_id
        calls.fetch(calls._get_pop_fields())
        users.fetch(["partner_id"])
        (calls.partner_id | users.partner_id).fetch(PARTNER)
        for agent in agents:
            user = agent.user_id
            own = agent.with_user(user).with_context(lang=user.lang, tz=user.tz)
            own = own.with_company(agent.company_id)
            user._bus_send("crm_cti.desk", own._prepare_desk())
