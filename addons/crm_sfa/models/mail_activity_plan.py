from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from odoo.addons.crm_base.models.crm_lifecycle import STAGE_LABELS

from ..tools.norm import find_cycle

TRIGGERS = [
    ("stage", "Stage reached"),
    ("stalled", "Stalled in a stage"),
    ("category", "Customer category set"),
    ("lifecycle", "Lifecycle stage reached"),
    ("visit", "Visit is due"),
    ("call", "Call is due"),
    ("silence", "Silent for too long"),
    ("done", "Action of a type done"),
    ("after", "Other norm completed"),
]
#: Model that a norm with this trigger must apply to; others fit any.
TRIGGER_MODELS = {
    "stage": "crm.lead",
    "stalled": "crm.lead",
    "category": "res.partner",
    "lifecycle": "res.partner",
    "visit": "res.partner",
    "call": "res.partner",
    "silence": "res.partner",
}
#: Field that says for which event.
TRIGGER_FIELDS = {
    "stage": "sfa_stage_id",
    "stalled": "sfa_days",
    "category": "sfa_category_id",
    "lifecycle": "sfa_lifecycle_stage",
    "done": "sfa_activity_type_id",
    "after": "sfa_after_plan_id",
}


class MailActivityPlan(models.Model):
    """An activity plan as a norm: what happens launches it, nobody has to."""

    _name = "mail.activity.plan"
    _inherit = ["mail.activity.plan", "crm.remembered"]

    sfa_trigger = fields.Selection(
        TRIGGERS, "Launched When", help="Empty: launched by hand."
    )
    sfa_stage_id = fields.Many2one("crm.stage", "Stage", ondelete="cascade")
    sfa_days = fields.Integer(
        "Days in the Stage", help="Without moving on, before the norm is launched."
    )
    sfa_category_id = fields.Many2one(
        "sfa.customer.category",
        "Customer Category",
        ondelete="cascade",
        help="With its subcategories.",
    )
    sfa_lifecycle_stage = fields.Selection(STAGE_LABELS, "Lifecycle Stage")
    sfa_activity_type_id = fields.Many2one(
        "mail.activity.type", "Done Action", ondelete="cascade"
    )
    sfa_after_plan_id = fields.Many2one(
        "mail.activity.plan", "Completed Norm", ondelete="cascade"
    )
    sfa_since = fields.Date(
        "In Force Since",
        default=fields.Date.context_today,
        help="What happened before this day launches nothing.",
    )
    sfa_launch_count = fields.Integer("Launches", compute="_compute_sfa_launch_count")

    _sfa_days_positive = models.Constraint(
        "CHECK (sfa_days >= 0)", "The days in a stage cannot be negative."
    )

    def _compute_sfa_launch_count(self):
        groups = self.env["sfa.norm.launch"]._read_group(
            [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
        )
        counts = {plan.id: count for plan, count in groups}
        for plan in self:
            plan.sfa_launch_count = counts.get(plan.id, 0)

    # ------------------------------------------------------------------------ checks

    @api.constrains("sfa_trigger", "res_model", *TRIGGER_FIELDS.values())
    def _check_sfa_trigger(self):
        labels = dict(self._fields["sfa_trigger"]._description_selection(self.env))
        for plan in self.filtered("sfa_trigger"):
            wanted = TRIGGER_MODELS.get(plan.sfa_trigger)
            if wanted and plan.res_model != wanted:
                raise ValidationError(
                    self.env._(
                        "The norm “%(plan)s” cannot be launched by “%(trigger)s”, "
                        "because it does not apply to “%(model)s”. Change what it "
                        "applies to, or what launches it.",
                        plan=plan.name,
                        trigger=labels[plan.sfa_trigger],
                        model=self.env["ir.model"]._get(wanted).name,
                    )
                )
            field = TRIGGER_FIELDS.get(plan.sfa_trigger)
            if field and not plan[field]:
                raise ValidationError(
                    self.env._(
                        "The norm “%(plan)s” is launched by “%(trigger)s”. "
                        "Fill in “%(field)s”.",
                        plan=plan.name,
                        trigger=labels[plan.sfa_trigger],
                        field=plan._fields[field]._description_string(self.env),
                    )
                )
            other = plan.sfa_after_plan_id
            if plan.sfa_trigger == "after" and other.res_model != plan.res_model:
                raise ValidationError(
                    self.env._(
                        "The norm “%(plan)s” cannot follow “%(other)s”, which applies "
                        "to other records.",
                        plan=plan.name,
                        other=other.name,
                    )
                )

    @api.constrains(
        "sfa_trigger", "sfa_activity_type_id", "sfa_after_plan_id", "active"
    )
    def _check_sfa_cycle(self):
        self._sfa_check_cycles()

    @api.model
    def _sfa_check_cycles(self):
        """Refuse norms of which one would, step by step, launch itself again.

        :raise ValidationError: naming the norms of the cycle
        """
        # Norms of all companies count, also those that the user does not see.
        plans = self.sudo().search([("sfa_trigger", "in", ("done", "after"))])
        if not plans:
            return
        followers = defaultdict(lambda: self.browse().sudo())
        for plan in plans:
            if plan.sfa_trigger == "after":
                followers[plan.sfa_after_plan_id] |= plan
            else:
                followers[plan.sfa_activity_type_id] |= plan
        edges = {}
        for plan in plans | plans.sfa_after_plan_id:
            after = followers[plan]
            for kind in plan._sfa_asked_types():
                after |= followers[kind]
            edges[plan] = after.filtered(
                lambda other, plan=plan: other.res_model == plan.res_model
            )
        cycle = find_cycle(edges)
        if cycle:
            raise ValidationError(
                self.env._(
                    "The norm “%(plan)s” would launch itself without end: %(way)s. "
                    "Change what launches it, or its actions.",
                    plan=cycle[0].name,
                    way=" → ".join(plan.name for plan in cycle),
                )
            )

    def _sfa_asked_types(self):
        """Give the types of the plan's activities, with those that follow by type."""
        kinds = self.template_ids.activity_type_id
        ahead = kinds
        while ahead:
            ahead = (
                ahead.filtered(
                    lambda kind: kind.chaining_type == "trigger"
                ).triggered_next_type_id
                - kinds
            )
            kinds |= ahead
        return kinds

    def _sfa_is_norm(self):
        """Say whether the plan has something that only a norm has."""
        self.ensure_one()
        return bool(self.sfa_trigger) or any(
            step.sfa_mandatory
            or step.sfa_hour
            or step.sfa_duration
            or step.responsible_type.startswith("sfa_")
            for step in self.template_ids
        )

    @api.model
    @ormcache()
    def _sfa_event_index(self):
        """Say which norms wait for which event.

        :return: ``{("stage", stage_id) | ("category", category_id) |
            ("done", type_id) | ("after", plan_id): (plan_id, …)}``
        """
        index = defaultdict(list)
        # Norms work for everybody; who may read them does not matter.
        self = self.sudo()
        for plan in self.search([("sfa_trigger", "in", ("stage", "done", "after"))]):
            key = plan[TRIGGER_FIELDS[plan.sfa_trigger]].id
            index[plan.sfa_trigger, key].append(plan.id)
        categories = self.env["sfa.customer.category"].with_context(active_test=False)
        for plan in self.search([("sfa_trigger", "=", "category")]):
            below = categories.search([("id", "child_of", plan.sfa_category_id.id)])
            for category in below:
                index["category", category.id].append(plan.id)
        for category in categories.search([("plan_id.active", "=", True)]):
            if category.plan_id.id not in index["category", category.id]:
                index["category", category.id].append(category.plan_id.id)
        return {key: tuple(ids) for key, ids in index.items() if ids}

    # ------------------------------------------------------------------------ actions

    def action_sfa_launches(self):
        """Open the actions that the norm asked for."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_sfa.sfa_action_report_action"
            ),
            "domain": [("norm_id", "=", self.id)],
            "context": {},
        }
