from odoo import fields, models
from odoo.tools import SQL

#: So many customers of one number are listed; more is a switchboard.
MATCHES = 5


class CtiCall(models.Model):
    """Who calls, on the agent's screen before the first word."""

    _inherit = "cti.call"

    holder_ids = fields.One2many("cti.agent", "call_id", "Agents")

    # --------------------------------------------------------- what happens on the line

    def _on_offered(self, agent):
        super()._on_offered(agent)
        self._pass_on(agent)
        agent._happen("offered", call=self)

    def _on_answered(self, agent):
        super()._on_answered(agent)
        for other in self._get_ringing() - agent:
            other._happen(other.resume)
        agent._happen("talking", call=self)

    def _on_left(self, agent):
        super()._on_left(agent)
        if agent.call_id == self and agent.state == "talking":
            self._end_talk(agent)

    def _on_ended(self):
        super()._on_ended()
        for agent in self._get_holders():
            if agent.state == "offered":
                agent._give_up(passed_on=False)
            elif agent.state == "talking":
                self._end_talk(agent)

    def _end_talk(self, agent):
        internal = self.direction == "internal"
        agent._happen(agent.resume if internal else "wrapup")

    def _get_holders(self):
        """Give the agents whose current call is one of these."""
        # Facts come without a user; they concern whoever has this call.
        agents = self.env["cti.agent"].sudo()
        agents.flush_model(["call_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM cti_agent WHERE call_id = ANY(%s) ORDER BY id", self.ids
            )
        )
        return agents.browse(id_ for (id_,) in rows)

    def _get_ringing(self):
        return self._get_holders().filtered(lambda agent: agent.state == "offered")

    def _get_passed_over(self, agent):
        return self._get_ringing() - agent

    def _pass_on(self, agent):
        """Release who did not answer before the call went to another agent."""
        for other in self._get_passed_over(agent):
            rings = self.leg_ids.filtered(
                lambda leg, other=other: (
                    leg.endpoint == other.extension and not leg.ended
                )
            )
            if not rings:
                other._give_up(passed_on=True)

    # ------------------------------------------------------------------------ who calls

    def _find_partners(self):
        """Give the customers and contacts behind the number, of the call's company.

        One of them is the call's customer already; where a number leads to several, the
        agent says who it is.
        """
        self.ensure_one()
        if not self.number or self.direction == "internal":
            return self.env["res.partner"]
        partners = self.env["res.partner"].with_company(self.company_id)
        return partners._lookup_by_phone(self.number, MATCHES + 1).filtered(
            lambda one: one.company_id.id in (False, self.company_id.id)
        )

    def _find_leads(self):
        leads = self.env["crm.lead"].with_company(self.company_id)
        if not self.number or self.direction == "internal":
            return leads
        if not leads.has_access("read"):
            return leads
        return leads._lookup_by_phone(self.number, MATCHES + 1)

    # ----------------------------------------------------------------------- the screen

    def _get_pop_fields(self):
        """Give the fields of a call that its pop shows."""
        return [
            *("number", "direction", "state", "queue_id", "answered", "created"),
            *("partner_id", "company_id", "disposition_id", "note", "next_type_id"),
            *("next_date", "next_note"),
        ]

    def _prepare_pop(self):
        """Give what the agent sees of a call, read as the current user.

        :return: ``{"id", "number", "direction", "state", "queue", "since", "partner",
            "matches", "wrapup"}``; ``matches`` are ``{"model", "id", "name",
            "detail"}`` of the customers and leads behind the number, as long as nobody
            knows which it is
        """
        self.ensure_one()
        partner = self.partner_id
        known = bool(partner) and partner.has_access("read")
        return {
            "id": self.id,
            "number": self.number or False,
            "direction": self.direction,
            "state": self.state,
            "queue": self.queue_id.sudo().name or False,  # its name is no secret
            "since": fields.Datetime.to_string(self.answered or self.created),
            "partner": known and {"id": partner.id, "name": partner.display_name},
            "matches": [] if known else self._prepare_matches(),
            "wrapup": self._prepare_wrapup(),
        }

    def _prepare_matches(self):
        partners, leads = self._find_partners(), self._find_leads()
        rows = [
            {
                "model": "res.partner",
                "id": partner.id,
                "name": partner.name or partner.display_name,
                "detail": partner.commercial_partner_id.name
                if partner.parent_id
                else partner.city or False,
            }
            for partner in partners
        ]
        rows += [
            {
                "model": "crm.lead",
                "id": lead.id,
                "name": lead.name,
                "detail": lead.contact_name or lead.partner_name or False,
            }
            for lead in leads
            if not lead.partner_id
        ]
        return rows[:MATCHES]
