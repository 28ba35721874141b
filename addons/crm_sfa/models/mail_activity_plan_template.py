from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import norm as rules


class MailActivityPlanTemplate(models.Model):
    """A step of a plan: who has to do it, at what hour, and whether it is mandatory."""

    _inherit = "mail.activity.plan.template"

    responsible_type = fields.Selection(
        selection_add=[
            ("sfa_salesperson", "Salesperson"),
            ("sfa_territory", "Owner of the territory"),
            ("sfa_leader", "Leader of the sales team"),
            ("sfa_role", "Role on the account"),
        ],
        ondelete={
            "sfa_salesperson": "set default",
            "sfa_territory": "set default",
            "sfa_leader": "set default",
            "sfa_role": "set default",
        },
    )
    sfa_role_id = fields.Many2one(
        "sfa.account.role", "Role", ondelete="restrict", help="On the account team."
    )
    sfa_mandatory = fields.Boolean(
        "Mandatory", help="Cannot be deleted; who skips it has to say why."
    )
    sfa_hour = fields.Float(
        "Hour",
        help="On the clock of the person; 0: at any time of the day.",
    )
    sfa_duration = fields.Float("Duration", help="Hours.")

    _sfa_hour_of_day = models.Constraint(
        "CHECK (sfa_hour >= 0 AND sfa_hour < 24)",
        "The hour of an action is between 0:00 and 23:59.",
    )
    _sfa_duration_positive = models.Constraint(
        "CHECK (sfa_duration >= 0 AND sfa_duration <= 24)",
        "The duration of an action is between 0 and 24 hours.",
    )

    @api.constrains("responsible_type", "sfa_role_id")
    def _check_sfa_role(self):
        for template in self:
            if template.responsible_type == "sfa_role" and not template.sfa_role_id:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is for a role on the account. Say which role.",
                        name=template.summary or template.activity_type_id.name,
                    )
                )

    @api.constrains("activity_type_id", "plan_id")
    def _check_sfa_cycle(self):
        self.env["mail.activity.plan"]._sfa_check_cycles()

    @api.depends("activity_type_id")
    def _compute_responsible_type(self):
        """Keep who does it when only the type of the action changes."""
        kept = {
            template: template.responsible_type
            for template in self
            if (template.responsible_type or "").startswith("sfa_")
        }
        super()._compute_responsible_type()
        for template, responsible_type in kept.items():
            if template.responsible_type == "on_demand":
                template.responsible_type = responsible_type

    # ---- who

    def _determine_responsible(self, on_demand_responsible, applied_on_record):
        if not self.responsible_type.startswith("sfa_"):
            return super()._determine_responsible(
                on_demand_responsible, applied_on_record
            )
        today = fields.Date.context_today(self)
        # Who works on a customer is part of the plan, not something of the reader.
        found = self.sudo()._sfa_responsibles(applied_on_record.sudo(), today)
        user = found.get(applied_on_record.id, self.env["res.users"])
        error = False
        if not user:
            label = dict(
                self._fields["responsible_type"]._description_selection(self.env)
            )[self.responsible_type]
            error = self.env._(
                "Nobody is “%(who)s” of “%(record)s” for “%(step)s”. Name a person "
                "there, or change the step.",
                who=self.sfa_role_id.name or label,
                record=applied_on_record.display_name,
                step=self.summary or self.activity_type_id.name,
            )
        return {"responsible": user, "error": error, "warning": False}

    def _sfa_responsibles(self, records, day, on_demand=None):
        """Give who does the step for each record, in a number of queries that is fixed.

        Where nobody has the role, the salesperson does it.

        :param records: with ``user_id``, or contacts
        :param day: date
        :param on_demand: `res.users` for a step that asks at launch
        :return: dict of record id to one active `res.users`; absent: nobody
        """
        self.ensure_one()
        sellers = self._sfa_salespeople(records)
        if self.responsible_type == "other":
            found = dict.fromkeys(records.ids, self.responsible_id)
        elif self.responsible_type == "on_demand":
            found = dict.fromkeys(records.ids, on_demand) if on_demand else {}
        elif self.responsible_type == "sfa_leader":
            found = self._sfa_leaders(records, sellers)
        elif self.responsible_type in ("sfa_territory", "sfa_role"):
            found = self._sfa_account_people(records, day)
        else:
            found = {}
        users = self.env["res.users"].union(*found.values(), *sellers.values())
        active = set(users.filtered("active").ids)
        result = {}
        for id_ in records.ids:
            for user in (found.get(id_), sellers.get(id_)):
                if user and user.id in active:
                    result[id_] = user
                    break
        return result

    def _sfa_salespeople(self, records):
        if "user_id" not in records:
            return {}
        people = {record.id: record.user_id for record in records if record.user_id}
        if records._name == "res.partner":
            for record in records - records.browse(people):
                if record.commercial_partner_id.user_id:
                    people[record.id] = record.commercial_partner_id.user_id
        return people

    def _sfa_leaders(self, records, sellers):
        if "team_id" in records:
            return {
                record.id: record.team_id.user_id
                for record in records
                if record.team_id.user_id
            }
        return {
            id_: user.sale_team_id.user_id
            for id_, user in sellers.items()
            if user.sale_team_id.user_id
        }

    def _sfa_account_people(self, records, day):
        is_partner = records._name == "res.partner"
        if not is_partner and "partner_id" not in records:
            return {}
        of = {
            record.id: (record if is_partner else record.partner_id).id
            for record in records
        }
        partners = self.env["res.partner"].browse(
            list(dict.fromkeys(id_ for id_ in of.values() if id_))
        )
        if self.responsible_type == "sfa_role":
            users = partners._sfa_role_users(self.sfa_role_id, day)
        else:
            users = partners._sfa_territory_owners(day)
        return {id_: users[partner] for id_, partner in of.items() if partner in users}

    # ---- what

    def _sfa_prepare_vals_list(self, records, day, launches, on_demand=None):
        """Prepare the step for each record.

        :param launches: ``{res_id: launch_id}``
        :return: list of values of `mail.activity`, one a record
        """
        self.ensure_one()
        people = self._sfa_responsibles(records, day, on_demand)
        due = self._get_date_deadline(day)
        common = {
            "res_model_id": self.env["ir.model"]._get_id(records._name),
            "activity_type_id": self.activity_type_id.id,
            "summary": self.summary,
            "note": self.note,
            "automated": True,
            "date_deadline": due,
            "sfa_asked_date": due,
            "sfa_duration": self.sfa_duration,
            "sfa_mandatory": self.sfa_mandatory,
            "sfa_norm_id": self.plan_id.id,
            "sfa_template_id": self.id,
        }
        starts = {}
        if self.sfa_hour:
            zones = {user.tz or "UTC" for user in people.values()} | {"UTC"}
            starts = {
                zone: rules.planned_start(due, self.sfa_hour, zone) for zone in zones
            }
        vals_list = []
        for record in records:
            user = people.get(record.id)
            vals_list.append(
                {
                    **common,
                    "res_id": record.id,
                    "user_id": user.id if user else False,
                    "sfa_launch_id": launches[record.id],
                    "sfa_planned_start": starts[(user and user.tz) or "UTC"]
                    if starts
                    else False,
                }
            )
        return vals_list
