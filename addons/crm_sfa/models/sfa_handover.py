from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Records written at a time.
BATCH = 1000


class SfaHandover(models.Model):
    """The work of a person that goes to another one: what, how much, when, by whom."""

    _name = "sfa.handover"
    _description = "Hand-Over"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    from_user_id = fields.Many2one(
        "res.users",
        "From",
        required=True,
        domain="[('share', '=', False)]",
        context={"active_test": False},
        tracking=True,
    )
    to_user_id = fields.Many2one(
        "res.users",
        "To",
        required=True,
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    territory_id = fields.Many2one(
        "sfa.territory",
        check_company=True,
        help="Only what belongs to customers of this territory and those below it; "
        "empty: everything.",
    )
    reason = fields.Char()
    state = fields.Selection(
        [("draft", "Preview"), ("done", "Done")],
        "Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_done = fields.Datetime("Handed Over on", readonly=True, copy=False)
    line_ids = fields.One2many("sfa.handover.line", "handover_id", copy=False)

    _two_people = models.Constraint(
        "CHECK (from_user_id != to_user_id)",
        "Choose two different people for a hand-over.",
    )

    @api.depends("from_user_id.name", "to_user_id.name")
    def _compute_name(self):
        for handover in self:
            people = handover.from_user_id.name, handover.to_user_id.name
            handover.name = any(people) and " → ".join(name or "…" for name in people)

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        for handover in handovers:
            handover._refresh_lines()
        return handovers

    def write(self, vals):
        scope = {"from_user_id", "to_user_id", "territory_id", "company_id"}
        changed = not scope.isdisjoint(vals)
        if any(handover.state == "done" for handover in self) and (
            changed or "line_ids" in vals
        ):
            raise UserError(
                self.env._("This hand-over took place. Make a new one to hand on more.")
            )
        result = super().write(vals)
        if changed:
            for handover in self:
                handover._refresh_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(handover.state == "done" for handover in self):
            raise UserError(self.env._("A hand-over that took place stays on record."))

    # ----------------------------------------------------------------------- actions

    def action_refresh(self):
        """Count anew."""
        self.ensure_one()
        self.check_access("write")
        self._refresh_lines()

    def action_hand_over(self):
        """Hand over all that is ticked, in one go."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "done":
            raise UserError(
                self.env._("%(handover)s took place already.", handover=self.name)
            )
        parts = self._get_parts()
        for line in self.line_ids:
            records = self._search_part(parts[line.key]) if line.key in parts else ()
            if line.chosen and records:
                self._move_part(line.key, parts[line.key], records)
            line.write({"count": len(records), "moved": len(records) * line.chosen})
        self.write({"state": "done", "date_done": fields.Datetime.now()})
        self._message_log(
            body=self.env._(
                "Handed over: %(parts)s.",
                parts=", ".join(
                    f"{line.name} {line.moved}" for line in self.line_ids if line.moved
                )
                or self.env._("nothing"),
            )
        )
        return True

    # ---------------------------------------------------------------------- business

    def _get_parts(self):
        """Give what can be handed over; an app adds its own with ``super()``.

        :return: dict of key to ``{"name", "model", "domain", "field", "note"}``:
            ``domain`` are the records of the first person, ``field`` holds the person;
            with ``note`` a note is left on each record
        """
        self.ensure_one()
        names = {
            "customer": (self.env._("Customers and Contacts"), "res.partner"),
            "lead": (self.env._("Open Leads"), "crm.lead"),
            "order": (self.env._("Quotations"), "sale.order"),
            "activity": (self.env._("Open Activities"), "mail.activity"),
            "meeting": (self.env._("Coming Meetings"), "calendar.event"),
            "member": (self.env._("Territories"), "sfa.territory.member"),
        }
        domains = self._get_part_domains()
        return {
            key: {
                "name": name,
                "model": model,
                "domain": domains[key],
                "note": key in ("customer", "lead", "order"),
            }
            for key, (name, model) in names.items()
        }

    def _get_part_domains(self):
        """Give the domain of each part, within the territory if there is one."""
        person = Domain("user_id", "=", self.from_user_id.id)
        company = Domain("company_id", "in", [False, self.company_id.id])
        now = fields.Datetime.now()
        customers = person & company
        leads = person & company & Domain("won_status", "=", "pending")
        orders = (
            person
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", ("draft", "sent"))
        )
        meetings = person & Domain("start", ">=", now)
        activities = person & Domain("res_model", "!=", False)
        members = (
            person
            & Domain("company_id", "=", self.company_id.id)
            & (Domain("date_to", "=", False) | Domain("date_to", ">", now.date()))
        )
        if self.territory_id:
            below = ("child_of", self.territory_id.ids)
            customers &= Domain("sfa_territory_id", *below)
            leads &= Domain("sfa_territory_id", *below)
            orders &= Domain("partner_id.sfa_territory_id", *below)
            meetings &= Domain("partner_ids.sfa_territory_id", *below)
            activities &= self._get_activity_domain(below)
            members &= Domain("territory_id", *below)
        return {
            "customer": customers,
            "lead": leads,
            "order": orders,
            "activity": activities,
            "meeting": meetings,
            "member": members,
        }

    def _get_activity_domain(self, below):
        """Keep activities on customers, leads and orders of the territory."""
        domains = [
            Domain("res_model", "=", model)
            & Domain("res_id", "in", self.env[model].sudo()._search([(path, *below)]))
            for model, path in (
                ("res.partner", "sfa_territory_id"),
                ("crm.lead", "sfa_territory_id"),
                ("sale.order", "partner_id.sfa_territory_id"),
            )
        ]
        return Domain.OR(domains)

    def _search_part(self, part):
        # A hand-over is the manager's, who need not have the rights of each app, such
        # as a colleague's private activities; the person and the company bound it.
        return self.env[part["model"]].sudo().search(part["domain"])

    def _refresh_lines(self):
        """Count what would be handed over, a line a part."""
        counts = {
            # As above: the manager counts the work of the person.
            key: self.env[part["model"]].sudo().search_count(part["domain"])
            for key, part in self._get_parts().items()
        }
        lines = {line.key: line for line in self.line_ids}
        self.line_ids = [
            Command.update(lines[key].id, {"count": count})
            if key in lines
            else Command.create({"key": key, "count": count, "sequence": place})
            for place, (key, count) in enumerate(counts.items())
        ]

    def _move_part(self, key, part, records):
        """Give the records of a part to the other person."""
        if key == "member":
            self._move_members(records)
            return
        records = records.with_context(
            mail_auto_subscribe_no_notify=True,
            mail_notrack=True,
            mail_activity_quick_update=True,
            dont_notify=True,
            no_mail_to_attendees=True,
        )
        field = part.get("field", "user_id")
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            batch.write({field: self.to_user_id.id})
            if part.get("note"):
                note = self.env._(
                    "Handed over from %(before)s to %(after)s by %(who)s.",
                    before=self.from_user_id.name,
                    after=self.to_user_id.name,
                    who=self.env.user.name,
                )
                batch._message_log_batch(bodies=dict.fromkeys(batch.ids, note))
        if key == "meeting":
            self._move_attendance(records)

    def _move_attendance(self, meetings):
        """Take the first person off the guests and invite the second one."""
        after, before = self.to_user_id.partner_id, self.from_user_id.partner_id
        meetings.write(
            {"partner_ids": [Command.link(after.id), Command.unlink(before.id)]}
        )

    def _move_members(self, members):
        """End the person's work in territories and begin the other one's today."""
        today = fields.Date.context_today(self)
        begun = members.filtered(lambda member: member.date_from < today)
        successors = [
            {
                "territory_id": member.territory_id.id,
                "user_id": self.to_user_id.id,
                "role": member.role,
                "share": member.share,
                "capacity": member.capacity,
                "date_from": max(today, member.date_from),
                "date_to": member.date_to,
            }
            for member in members
        ]
        begun.write({"date_to": fields.Date.subtract(today, days=1)})
        (members - begun).unlink()
        self.env["sfa.territory.member"].sudo().create(successors)  # as `members`
