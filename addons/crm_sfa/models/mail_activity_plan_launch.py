from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import clean_context

KEY = "crm_sfa.norm"
BATCH = 1000
DIGEST_LINES = 10
KEPT_CONTEXT = {"lang", "tz", "allowed_company_ids", "tracking_disable"}


class MailActivityPlan(models.Model):
    """How norms are launched: for whole sets of records, once for each event.

    Changes are noted, and looked at before the transaction commits. Time is looked at
    by a scheduled action. Both make the same activities, with one message a person.
    """

    _inherit = "mail.activity.plan"

    # ------------------------------------------------------------------------ events

    @api.model
    def _sfa_note(self, kind, ids):
        """Note that something happened to records, to launch norms before the commit.

        :param kind: ``crm.lead`` (stage), ``res.partner`` (category) or
            ``mail.activity`` (done)
        """
        ids = [id_ for id_ in ids if id_]
        if not ids or self.env.context.get("mail_activity_automation_skip"):
            return
        if not any(
            trigger in self._sfa_note_triggers(kind)
            for trigger, _key in self._sfa_event_index()
        ):
            return
        precommit = self.env.cr.precommit
        if KEY not in precommit.data:
            precommit.data[KEY] = defaultdict(dict)
            # Defaults and filters of the screen do not concern the norms.
            context = self.env.context
            kept = {name: context[name] for name in KEPT_CONTEXT & context.keys()}
            plans = self.browse().with_env(self.env(context=kept))
            precommit.add(plans._sfa_launch_noted)
        precommit.data[KEY][kind].update(dict.fromkeys(ids))

    @staticmethod
    def _sfa_note_triggers(kind):
        return {
            "crm.lead": ("stage",),
            "res.partner": ("category",),
            "mail.activity": ("done", "after"),
        }[kind]

    @api.model
    def _sfa_launch_noted(self):
        """Launch the norms of what was noted, and of what these launches cause."""
        # A norm is the company's rule: whoever caused the event need not be allowed to
        # read norms, or to plan for the others whom the norm names.
        plans = self.sudo()
        noted = self.env.cr.precommit.data.pop(KEY, {})
        subjects = defaultdict(dict)
        for kind, ids in noted.items():
            collect = getattr(plans, f"_sfa_collect_{kind.replace('.', '_')}")
            for plan_id, res_id, event in collect(list(ids)):
                subjects[plan_id].setdefault(res_id, event)
        plans._sfa_launch_all(subjects)

    def _sfa_collect_crm_lead(self, ids):
        index = self._sfa_event_index()
        for lead in self.env["crm.lead"].browse(ids).exists():
            stage = lead.stage_id.id
            for plan_id in index.get(("stage", stage), ()):
                yield plan_id, lead.id, f"stage:{stage}"

    def _sfa_collect_res_partner(self, ids):
        index = self._sfa_event_index()
        for partner in self.env["res.partner"].browse(ids).exists():
            if partner != partner.commercial_partner_id:
                continue  # a contact has the category of its company
            category = partner.sfa_category_id.id
            for plan_id in index.get(("category", category), ()):
                yield plan_id, partner.id, f"category:{category}"

    def _sfa_collect_mail_activity(self, ids):
        index = self._sfa_event_index()
        done = self.env["mail.activity"].browse(ids).exists()
        for activity in done.filtered(
            lambda act: not act.active and act.sfa_outcome != "skipped"
        ):
            for plan_id in index.get(("done", activity.activity_type_id.id), ()):
                yield plan_id, activity.res_id, f"done:{activity.id}"
        launches = done.sfa_launch_id.filtered(
            lambda launch: ("after", launch.plan_id.id) in index
        )
        open_ones = self.env["mail.activity"]._read_group(
            [("sfa_launch_id", "in", launches.ids), ("active", "=", True)],
            ["sfa_launch_id"],
        )
        finished = launches - self.env["sfa.norm.launch"].union(
            *(launch for (launch,) in open_ones)
        )
        for launch in finished:
            for plan_id in index["after", launch.plan_id.id]:
                yield plan_id, launch.res_id, f"after:{launch.id}"

    @api.model
    def _sfa_launch_all(self, subjects):
        """Launch norms, and tell each person once.

        :param subjects: ``{plan_id: {res_id: event}}``
        :return: the activities
        """
        activities = self.env["mail.activity"]
        for plan in self.browse(sorted(subjects)).exists():
            records = self.env[plan.res_model].browse(list(subjects[plan.id])).exists()
            if plan.res_model == "crm.lead":
                records = records.filtered("active")
            activities |= plan._sfa_launch(records, subjects[plan.id])
        self._sfa_notify(activities)
        return activities

    # ------------------------------------------------------------------------ launch

    def _sfa_launch(self, records, events, day=None, on_demand=None):
        """Make the activities of the norm for many records, once for each event.

        :param records: of the norm's model, those of another company are left out
        :param events: ``{res_id: event key}``; see ``sfa.norm.launch``
        :param day: date from which the steps count; today by default
        :param on_demand: `res.users` for steps that ask for a person at launch
        :return: the new activities; nobody has been told of them yet
        """
        self.ensure_one()
        day = day or fields.Date.context_today(self)
        activities = self.env["mail.activity"]
        templates = self.template_ids
        if not self.active or not templates:
            return activities
        if self.company_id and "company_id" in records:
            records = records.filtered(
                lambda record: (
                    record.company_id in (self.company_id, record.company_id.browse())
                )
            )
        launches = self._sfa_claim(records, events)
        records = records.filtered(lambda record: record.id in launches)
        for start in range(0, len(records), BATCH):
            part = records[start : start + BATCH]
            # One query names all documents; the platform asks for each alone.
            part.mapped("display_name")
            vals_list = []
            for template in templates:
                vals_list += template._sfa_prepare_vals_list(
                    part, day, launches, on_demand
                )
            activities |= activities.with_context(
                mail_activity_quick_update=True
            ).create(vals_list)
        return activities

    def _sfa_claim(self, records, events):
        """Note the launches; one that another event or transaction noted is left out.

        :return: ``{res_id: launch_id}``
        """
        if not records:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO sfa_norm_launch (plan_id, res_model, res_id, event, date)
                SELECT %(plan)s, %(model)s, subject.res_id, subject.event, %(now)s
                  FROM unnest(%(ids)s, %(events)s) AS subject (res_id, event)
                 ORDER BY subject.res_id
                    ON CONFLICT (plan_id, res_model, res_id, event) DO NOTHING
                RETURNING res_id, id
                """,
                plan=self.id,
                model=records._name,
                now=fields.Datetime.now(),
                ids=records.ids,
                events=[events[record.id] for record in records],
            )
        )
        return dict(rows)

    # ------------------------------------------------------------------------ notice

    @api.model
    def _sfa_notify(self, activities):
        """Tell each person once which activities are new, except who made them."""
        base = self.env["mail.thread"].with_context(**clean_context(self.env.context))
        for user, planned in activities.grouped("user_id").items():
            if not user or user == self.env.user:
                continue
            thread = base.with_context(lang=user.lang or self.env.lang)
            planned = planned.with_env(thread.env)
            body = thread.env["ir.qweb"]._render(
                "crm_sfa.sfa_norm_digest",
                {
                    "user": user,
                    "activities": planned[:DIGEST_LINES],
                    "more": len(planned) > DIGEST_LINES
                    and thread.env._(
                        "%(count)s more are in your schedule.",
                        count=len(planned) - DIGEST_LINES,
                    ),
                },
                minimal_qcontext=True,
            )
            thread.message_notify(
                partner_ids=user.partner_id.ids,
                subject=thread.env._(
                    "%(count)s new actions for you", count=len(planned)
                ),
                body=body,
                email_layout_xmlid="mail.mail_notification_light",
            )

    # ------------------------------------------------------------------------ time

    @api.model
    def _cron_sfa_launch(self):
        """Launch what time launches: stalled, lifecycle, rhythm and silence."""
        plans = self.search(
            [("sfa_trigger", "in", list(self._sfa_due_queries()))], order="id"
        )
        for plan in plans:
            while True:
                due = plan._sfa_find_due(BATCH)
                if not due:
                    break
                self._sfa_launch_all({plan.id: due})
                if not self.env["ir.cron"]._commit_progress(len(due)):
                    return

    def _sfa_find_due(self, limit):
        """Find records for which the time has come and the norm was not launched.

        :return: ``{res_id: event}``, at most ``limit``
        """
        self.ensure_one()
        self.env.flush_all()
        if not self.template_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT due.res_id, due.event FROM (%(due)s) AS due
                 WHERE NOT EXISTS (
                        SELECT FROM sfa_norm_launch l
                         WHERE l.plan_id = %(plan)s AND l.res_model = %(model)s
                           AND l.res_id = due.res_id AND l.event = due.event
                       )
                   AND (%(company)s IS NULL OR due.company_id IS NULL
                        OR due.company_id = %(company)s)
                 ORDER BY due.res_id LIMIT %(limit)s
                """,
                due=self._sfa_due_queries()[self.sfa_trigger](),
                plan=self.id,
                model=self.res_model,
                company=self.company_id.id or None,
                limit=limit,
            )
        )
        return dict(rows)

    @api.model
    def _sfa_due_queries(self):
        """Give, by trigger of time, what gives its ``SQL``: res_id, event, company."""
        return {
            "stalled": self._sfa_stalled_sql,
            "lifecycle": self._sfa_lifecycle_sql,
            "visit": self._sfa_rhythm_sql,
            "call": self._sfa_rhythm_sql,
            "silence": self._sfa_silence_sql,
        }

    def _sfa_stalled_sql(self):
        return SQL(
            """
            SELECT l.id AS res_id, l.company_id,
                   'stalled:' || l.stage_id || ':' || since.day AS event
              FROM crm_lead l
              CROSS JOIN LATERAL (
                  SELECT coalesce(l.date_last_stage_update, l.create_date)::date AS day
              ) AS since
             WHERE l.active AND l.type = 'opportunity' AND l.won_status = 'pending'
               AND (%(stage)s IS NULL OR l.stage_id = %(stage)s)
               AND since.day <= %(today)s - %(days)s
            """,
            stage=self.sfa_stage_id.id or None,
            today=fields.Date.context_today(self),
            days=self.sfa_days,
        )

    def _sfa_lifecycle_sql(self):
        return SQL(
            """
            SELECT l.partner_id AS res_id, p.company_id,
                   'lifecycle:' || l.stage_to || ':' || l.date AS event
              FROM crm_lifecycle_log l
              JOIN crm_lifecycle now
                ON now.partner_id = l.partner_id AND now.stage = l.stage_to
              JOIN res_partner p ON p.id = l.partner_id AND p.active
             WHERE l.stage_to = %(stage)s AND l.date >= %(since)s AND %(category)s
            """,
            stage=self.sfa_lifecycle_stage,
            since=self.sfa_since or fields.Date.context_today(self),
            category=self._sfa_category_sql(),
        )

    def _sfa_rhythm_sql(self):
        return SQL(
            """
            SELECT r.partner_id AS res_id, p.company_id,
                   r.kind || ':' || coalesce(r.last::text, 'never') AS event
              FROM (%(due)s) r JOIN res_partner p ON p.id = r.partner_id
             WHERE NOT r.planned AND %(category)s
            """,
            due=self.env["res.partner"]._sfa_due_sql(
                self.sfa_trigger, fields.Date.context_today(self)
            ),
            category=self._sfa_category_sql(),
        )

    def _sfa_silence_sql(self):
        return SQL(
            """
            SELECT p.id AS res_id, p.company_id,
                   'silence:' || coalesce(l.last_contact::text, 'never') AS event
              FROM res_partner p
              JOIN sfa_customer_category c ON c.id = p.sfa_category_id
              LEFT JOIN crm_lifecycle l ON l.partner_id = p.id
             WHERE p.active AND p.id = p.commercial_partner_id
               AND c.silence_limit > 0
               AND coalesce(l.last_contact, p.create_date::date) + c.silence_limit
                   < %(today)s
               AND l.next_due IS NULL AND %(category)s
            """,
            today=fields.Date.context_today(self),
            category=self._sfa_category_sql(),
        )

    def _sfa_category_sql(self):
        """Limit customers ``p`` to the norm's category and those below."""
        if not self.sfa_category_id:
            return SQL("TRUE")
        return SQL(
            """
            p.sfa_category_id IN (
                SELECT id FROM sfa_customer_category WHERE parent_path LIKE %s
            )
            """,
            f"{self.sfa_category_id.parent_path}%",
        )
