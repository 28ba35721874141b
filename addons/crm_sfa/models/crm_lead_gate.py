from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty

from ..tools import gate

#: The context that carries the reason of a manager, and counts for nobody else.
REASON = "sfa_override_reason"
_STATES = {"draft": "exists", "sent": "sent", "sale": "confirmed"}


class CrmLead(models.Model):
    """An opportunity that enters a stage only when it meets its conditions."""

    _inherit = "crm.lead"

    sfa_stage_log_ids = fields.One2many("sfa.stage.log", "lead_id", "Stage History")
    sfa_next_stage_id = fields.Many2one(
        "crm.stage", "Next Stage", compute="_compute_sfa_gate_missing"
    )
    sfa_gate_missing = fields.Text(
        "What Is Missing",
        compute="_compute_sfa_gate_missing",
        help="Before the opportunity can enter the next stage.",
    )

    # ------------------------------------------------------------- beforehand

    @api.depends("stage_id", "team_id", "partner_id", "won_status")
    @api.depends_context("uid", "lang")
    def _compute_sfa_gate_missing(self):
        self.sfa_next_stage_id = False
        self.sfa_gate_missing = False
        if not self.env["sfa.stage.gate"]._get_ids_by_stage():
            return
        wanted = self._sfa_next_stages()
        lacking = self._sfa_missing(wanted)
        for lead, stage in wanted.items():
            lead.sfa_next_stage_id = stage
            lead.sfa_gate_missing = "\n".join(lacking.get(lead, [])) or False

    def _sfa_next_stages(self):
        """Give ``{lead: stage}`` of the stage that each open lead comes to next."""
        stages = self.env["crm.stage"].search([])
        following = {}
        for lead in self.filtered(lambda lead: lead.won_status == "pending"):
            place = lead.stage_id._sfa_place()
            after = (
                stage
                for stage in stages
                if (not stage.team_ids or lead.team_id in stage.team_ids)
                and gate.is_forward(place, stage._sfa_place())
            )
            stage = min(after, key=lambda stage: stage._sfa_place(), default=None)
            if stage:
                following[lead] = stage
        return following

    # ------------------------------------------------------------- the check

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        chosen = "default_stage_id" in self.env.context
        typed = leads.browse(
            lead.id
            for lead, vals in zip(leads, vals_list, strict=True)
            if chosen or vals.get("stage_id")
        )
        # What comes in by mail or a web form has the first stage, and is never lost.
        reason = typed._sfa_check_stage(dict.fromkeys(typed, self.env["crm.stage"]))
        self.env["sfa.stage.log"].sudo()._enter(leads, reason)
        return leads

    def write(self, vals):
        if "stage_id" not in vals:
            return super().write(vals)
        before = {lead: lead.stage_id for lead in self}
        result = super().write(vals)
        moved = self.filtered(lambda lead: lead.stage_id != before[lead])
        reason = moved._sfa_check_stage(before)
        # People read the history of their opportunities, and nobody writes it.
        self.env["sfa.stage.log"].sudo()._enter(moved, reason)
        return result

    def _sfa_check_stage(self, before):
        """Let opportunities be in their new stage, or say all that is missing.

        :param before: ``{lead: stage}`` until now, an empty stage for a new one
        :return: the reason of a manager who let pass what misses something, or None
        :raise UserError: with every reason of every opportunity
        """
        gated = self.env["sfa.stage.gate"]._get_ids_by_stage()
        entered = {
            lead: lead.stage_id
            for lead in self
            if lead.stage_id.id in gated
            and gate.is_forward(before[lead]._sfa_place(), lead.stage_id._sfa_place())
        }
        lacking = self._sfa_missing(entered, before) if entered else {}
        if not lacking:
            return None
        reason = (self.env.context.get(REASON) or "").strip()
        # Anybody can send a context; the reason of a manager alone counts.
        if reason and self.env.user.has_group("crm_sfa.crm_sfa_group_manager"):
            return reason
        raise UserError(self._sfa_missing_message(lacking))

    def _sfa_missing_message(self, lacking):
        parts = []
        for lead, sentences in lacking.items():
            parts.append(
                self.env._(
                    "“%(lead)s” cannot enter the stage %(stage)s:",
                    lead=lead.name,
                    stage=lead.stage_id.name,
                )
            )
            parts += [f"- {sentence}" for sentence in sentences]
        parts.append(
            self.env._(
                "Do what is missing, or ask a sales manager to move it with a reason."
            )
        )
        return "\n".join(parts)

    def _sfa_missing(self, entered, before=None):
        """Say what opportunities lack for stages, whatever the number of them.

        :param entered: ``{lead: stage to enter}``
        :param before: ``{lead: stage}`` until now; the present stage by default
        :return: ``{lead: [sentence]}`` of those that lack something
        """
        by_stage = (
            self.env["sfa.stage.gate"]
            ._get_gates(self.env["crm.stage"].concat(*set(entered.values())))
            .grouped("stage_id")
        )
        # The conditions look at the whole opportunity, whoever moves it.
        pairs = [
            (lead, condition)
            for lead, stage in entered.items()
            for condition in by_stage.get(stage.sudo(), ())
            if condition._applies(lead.sudo())
        ]
        facts = _GateFacts(self.env, pairs)
        lacking = {}
        for lead, condition in pairs:
            stage = (before or {}).get(lead, lead.stage_id)
            known = facts.of(lead, condition, stage)
            for reason, detail in gate.missing(condition._get_rule(), known):
                sentence = (
                    condition.with_env(self.env).sudo()._get_sentence(reason, detail)
                )
                lacking.setdefault(lead, []).append(sentence)
        return lacking

    # ------------------------------------------------------------- exceptions

    def action_sfa_override_stage(self):
        """Ask a manager for the reason to move opportunities despite conditions."""
        self._sfa_check_override()
        following = self._sfa_next_stages()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move with a Reason"),
            "res_model": "sfa.stage.override",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_lead_ids": self.ids,
                "default_stage_id": following[self[:1]].id
                if self[:1] in following
                else False,
            },
        }

    def _sfa_check_override(self):
        if not self.env.user.has_group("crm_sfa.crm_sfa_group_manager"):
            raise AccessError(
                self.env._(
                    "Only a sales manager may move an opportunity despite its "
                    "conditions. Ask one."
                )
            )


class _GateFacts:
    """What the conditions of many opportunities ask for, read in a few queries."""

    def __init__(self, env, pairs):
        self.env = env
        self.leads = env["crm.lead"].union(*(lead for lead, _gate in pairs)).sudo()
        gates = env["sfa.stage.gate"].sudo().union(*(gate for _lead, gate in pairs))
        ids = self.leads._origin.ids
        self.names = tuple(gates.field_ids.mapped("name"))
        states = set(gates.mapped("quotation_state"))
        self.quotations = self._read_quotations(ids, states) if any(states) else {}
        documents = gates.filtered(lambda g: g.document_kind or g.document_name)
        self.documents = self._read_documents(ids) if documents else {}
        self.actions = {
            plan: self.leads._origin._sfa_missing_actions(plan)
            for plan in gates.plan_id
        }
        self.groups = frozenset(env.user.all_group_ids.ids)

    def of(self, lead, condition, stage):
        """Give the facts of one opportunity that one gate asks for."""
        lead_id = lead._origin.id
        return gate.Facts(
            filled=frozenset(
                name for name in self.names if self._is_filled(lead.sudo(), name)
            ),
            actions=tuple(self.actions.get(condition.plan_id, {}).get(lead_id, ())),
            quotation=self.quotations.get(lead_id),
            documents=tuple(self.documents.get(lead_id, ())),
            groups=self.groups,
            stage=stage.id,
        )

    @staticmethod
    def _is_filled(lead, name):
        value = lead[name]
        if lead._fields[name].type == "html":
            return not is_html_empty(value)
        return bool(value.strip() if isinstance(value, str) else value)

    def _read_quotations(self, ids, wanted):
        # A colleague's quotation for the same opportunity counts as well.
        orders = self.env["sale.order"].sudo()
        orders = orders.search_fetch(
            [("opportunity_id", "in", ids), ("state", "in", list(_STATES))],
            ["opportunity_id", "state"],
        )
        blocked = orders._sfa_gate_blocked() if "approved" in wanted else {}
        best = {}
        for order in orders:
            state = _STATES[order.state]
            if "approved" in wanted and state == "exists" and order not in blocked:
                state = "approved"
            lead_id = order.opportunity_id.id
            rank = gate.QUOTATION_STATES.index
            if lead_id not in best or rank(state) > rank(best[lead_id]):
                best[lead_id] = state
        return best

    def _read_documents(self, ids):
        # That a file is there may count without the right to open it.
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "in", ids),
                    ("res_field", "=", False),
                ],
                ["res_id", "name", "mimetype"],
            )
        )
        documents = {}
        for file in files:
            documents.setdefault(file.res_id, []).append((file.name, file.mimetype))
        return documents
