import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.distribution import Person, share_out

_logger = logging.getLogger(__name__)

#: Days that a capacity is for.
WINDOW = 30
#: Leads written at a time.
BATCH = 1000


class SfaTerritory(models.Model):
    """Leads go to the members of their territory, by load and capacity.

    Nothing is left to chance: the same leads, members and loads give the same result,
    and each lead keeps the figures that decided.
    """

    _inherit = "sfa.territory"

    unassigned_count = fields.Integer(
        "Leads without a Person", compute="_compute_unassigned_count"
    )

    @api.depends_context("uid")
    def _compute_unassigned_count(self):
        leads = self.env["crm.lead"]
        counts = {}
        if leads.has_access("read"):
            counts = dict(
                leads._read_group(
                    self._get_waiting_domain(), ["sfa_territory_id"], ["__count"]
                )
            )
        for territory in self:
            territory.unassigned_count = counts.get(territory._origin, 0)

    # ----------------------------------------------------------------------- actions

    def action_assign_leads(self):
        """Give the waiting leads of these territories to their members."""
        if not self.env.user.has_group("crm_sfa.crm_sfa_group_manager"):
            raise AccessError(
                self.env._(
                    "Only managers of the sales force hand out leads. Ask one of them."
                )
            )
        self.check_access("read")
        waiting = self.env["crm.lead"].search_count(self._get_waiting_domain())
        given = self._assign_leads()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if given == waiting else "warning",
                "message": self.env._(
                    "%(given)s of %(waiting)s leads have a person now. The others wait "
                    "for a member with room.",
                    given=given,
                    waiting=waiting,
                )
                if given < waiting
                else self.env._("%(given)s leads have a person now.", given=given),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ---------------------------------------------------------------------- business

    def _get_waiting_domain(self):
        """Give the domain of the leads that wait for a person."""
        return (
            Domain("sfa_territory_id", "in", self.ids)
            & Domain("user_id", "=", False)
            & Domain("won_status", "=", "pending")
        )

    def _assign_leads(self, limit=None):
        """Give waiting leads to members, the most probable first.

        A territory without a member who takes leads passes them to the nearest one
        above that has some.

        :param limit: at most so many leads; None for all
        :return: number of leads given
        """
        people = self._get_lead_takers()
        takers = self._get_taker_territories(people)
        leads = self.env["crm.lead"].search(
            self.browse(takers)._get_waiting_domain(),
            order="probability desc, id",
            limit=limit,
        )
        leads = leads.try_lock_for_update()
        waiting = {}
        for lead in leads:
            place = takers[lead.sfa_territory_id.id]
            waiting.setdefault(place, []).append(lead.id)
        given = [
            (place, *choice)
            for place, lead_ids in waiting.items()
            for choice in share_out(lead_ids, people[place])
        ]
        self._write_assignments(given, people)
        return len(given)

    def _get_taker_territories(self, people):
        """Give by the id of a territory the id of the one whose members serve it."""
        takers = {}
        for territory in self:
            path = [int(above) for above in territory.parent_path.split("/")[:-1]]
            place = next((above for above in reversed(path) if above in people), None)
            if place:
                takers[territory.id] = place
        return takers

    def _get_lead_takers(self):
        """Give the people who take leads, with their load of the last 30 days.

        :return: dict of territory id to list of `Person`, of these territories and
            all above them; the key of a person is the id of the user
        """
        members = self.env["sfa.territory.member"].search(
            self.env["sfa.territory.member"]._get_day_domain(
                fields.Date.context_today(self)
            )
            & Domain("capacity", ">", 0)
            & Domain("territory_id", "parent_of", self.ids)
            & Domain("user_id.active", "=", True),
            order="territory_id, role, user_id",
        )
        since = fields.Datetime.subtract(fields.Datetime.now(), days=WINDOW)
        loads = {
            (territory.id, user.id): count
            for territory, user, count in self.env["sfa.lead.assignment"]._read_group(
                [
                    ("date", ">=", since),
                    ("territory_id", "in", members.territory_id.ids),
                ],
                ["territory_id", "user_id"],
                ["__count"],
            )
        }
        people = {}
        for member in members:
            place = people.setdefault(member.territory_id.id, {})
            load = loads.get((member.territory_id.id, member.user_id.id), 0)
            # A person with two roles in a territory counts once, with the first one.
            place.setdefault(
                member.user_id.id,
                Person(
                    member.user_id.id,
                    room=member.capacity - load,
                    weight=member.capacity * member.share / 100,
                    load=load,
                    rank=int(member.role == "backup"),
                ),
            )
        return {place: list(persons.values()) for place, persons in people.items()}

    def _write_assignments(self, given, people):
        """Write who got which lead, a batch a person, with followers and a note.

        :param given: list of ``(territory id, lead id, user id, load, room)``
        """
        ranks = {
            (place, person.key): (person.rank, len(persons))
            for place, persons in people.items()
            for person in persons
        }
        of_person = {}
        for place, lead_id, user_id, _load, _room in given:
            of_person.setdefault((place, user_id), []).append(lead_id)
        for (place, user_id), lead_ids in of_person.items():
            team = self.browse(place).team_id
            for start in range(0, len(lead_ids), BATCH):
                leads = self.env["crm.lead"].browse(lead_ids[start : start + BATCH])
                leads._sfa_give_to(user_id, team)
        self._log_assignments(given, ranks)

    def _log_assignments(self, given, ranks):
        if not given:
            return
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sfa_lead_assignment (
                    territory_id, lead_id, user_id, load, room, is_backup, candidates,
                    date)
                SELECT g.*, %s FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[],
                                           %s::int[], %s::bool[], %s::int[]) g
                RETURNING 1
                """,
                now,
                *(
                    list(column)
                    for column in zip(
                        *(
                            (
                                *one,
                                bool(ranks[one[0], one[2]][0]),
                                ranks[one[0], one[2]][1],
                            )
                            for one in given
                        ),
                        strict=True,
                    )
                ),
            )
        )
        self.env["sfa.lead.assignment"].invalidate_model(flush=False)
        users = self.env["res.users"].browse({one[2] for one in given})
        names = {user.id: user.name for user in users}
        places = {
            territory.id: territory.display_name
            for territory in self.browse({one[0] for one in given})
        }
        sentence = self.env._(
            "Given to %(person)s of the territory %(territory)s, who had taken "
            "%(load)s leads in 30 days and had room for %(room)s: the lowest load for "
            "the share among %(candidates)s."
        )
        for start in range(0, len(given), BATCH):
            part = given[start : start + BATCH]
            bodies = {
                lead_id: sentence
                % {
                    "person": names[user_id],
                    "territory": places[place],
                    "load": load,
                    "room": room,
                    "candidates": ranks[place, user_id][1],
                }
                for place, lead_id, user_id, load, room in part
            }
            self.env["crm.lead"].browse(bodies)._message_log_batch(bodies=bodies)

    @api.model
    def _cron_assign_leads(self):
        """Give the waiting leads of all territories to people."""
        territories = self.search([])
        remaining = self.env["crm.lead"].search_count(territories._get_waiting_domain())
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while given := territories._assign_leads(limit=BATCH):
            _logger.info("%s leads given to people", given)
            if not self.env["ir.cron"]._commit_progress(given):
                break
