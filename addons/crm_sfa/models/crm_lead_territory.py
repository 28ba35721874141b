from odoo import api, fields, models
from odoo.tools import SQL

#: What the territory of a lead follows from.
ASKED = frozenset(("company_id", "country_id", "partner_id", "state_id", "zip"))


class CrmLead(models.Model):
    """A lead belongs to its customer's territory, or to that of its address."""

    _inherit = "crm.lead"

    sfa_territory_id = fields.Many2one(
        "sfa.territory",
        "Territory",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The customer's; without a customer, by the rules that ask for a place.",
    )
    sfa_assignment_ids = fields.One2many(
        "sfa.lead.assignment",
        "lead_id",
        "Assignments",
        readonly=True,
        groups="crm_sfa.crm_sfa_group_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._sfa_match()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if not ASKED.isdisjoint(vals):
            self._sfa_match()
        return result

    def _sfa_match(self):
        """Bring the territories of leads up to date: one statement for all."""
        if not self or not self.env["sfa.territory"]._any_exists():
            return
        self.flush_model()
        self.env["res.partner"].flush_model(["sfa_territory_id"])
        match = self.env["sfa.territory.match"]
        self.env["sfa.territory.rule"].flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_lead l SET sfa_territory_id = m.territory_id
                  FROM (%s) m WHERE l.id = m.lead_id RETURNING l.id
                """,
                match._match_leads(self.ids),
            )
        )
        self.invalidate_recordset(["sfa_territory_id"], flush=False)

    def _sfa_give_to(self, user_id, team):
        """Make leads the opportunities of a person, as the platform's assignment does.

        The person follows them; nobody gets a mail, the note says why.

        :param user_id: id of a `res.users`
        :param team: `crm.team` of the leads; none to leave it to the platform
        """
        leads = self.with_context(mail_auto_subscribe_no_notify=True, mail_notrack=True)
        user = self.env["res.users"].browse(user_id)
        converted = {"type": "opportunity", "date_conversion": self.env.cr.now()}
        for (kind, before), part in leads.grouped(
            lambda lead: (lead.type, lead.team_id)
        ).items():
            # With the team the platform need not look for one lead by lead.
            values = {
                "user_id": user_id,
                "team_id": (team or self._sfa_team_of(user, before)).id,
            }
            part.write(values if kind == "opportunity" else {**values, **converted})
        for lead in leads.filtered(lambda lead: not lead.stage_id):
            lead.stage_id = lead._stage_find(team_id=lead.team_id.id)

    def _sfa_team_of(self, user, team):
        """Give the team of a lead that comes to a user, as the platform finds it."""
        if team and user in team.member_ids | team.user_id:
            return team
        return self.env["crm.team"]._get_default_team_id(
            user_id=user.id, domain=[("use_opportunities", "=", True)]
        )
