from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.crm_base.tools.section import link, row, section

from ..tools.ticket import ACTIVE

#: Weeks of the picture.
WEEKS = 8
SHOWN = 8


class CrmBoard(models.AbstractModel):
    """The page of customer service."""

    _inherit = "crm.board"

    @api.model
    def _get_boards(self):
        board = {
            "title": self.env._("Service"),
            "group": "crm_service.crm_service_group_user",
        }
        return {**super()._get_boards(), "service": board}

    @api.model
    def _get_sections(self, role):
        sections = super()._get_sections(role)
        if role == "service":
            teams = self.env["service.ticket"]._read_group(
                [("state", "in", ACTIVE)],
                ["team_id"],
                ["__count", "user_id:count"],
                order="__count DESC",
            )
            sections += [self._service_tickets(teams), self._service_teams(teams)]
        return sections

    def _service_tickets(self, teams):
        """Give what is open, late and without anybody."""
        part = section("tickets", self.env._("Tickets"), icon="fa-ticket")
        active = [("state", "in", ACTIVE)]
        now = fields.Datetime.now()
        part["metrics"] = [
            self._count_metric(
                self.env._("Open tickets"),
                "service.ticket",
                active,
                tile=10,
                count=sum(count for _team, count, _taken in teams),
            ),
            self._count_metric(
                self.env._("Late"),
                "service.ticket",
                [*active, ("sla_deadline", "<", now)],
                tile=20,
                tone="danger",
            ),
            self._count_metric(
                self.env._("Without anybody"),
                "service.ticket",
                [*active, ("user_id", "=", False)],
                tile=30,
                tone="warning",
                count=sum(count - taken for _team, count, taken in teams),
            ),
            self._count_metric(
                self.env._("Solved in 7 days"),
                "service.ticket",
                [("date_resolved", ">=", self._ago(7))],
                tile=40,
            ),
        ]
        return part

    def _service_teams(self, teams):
        """Give the open tickets of each team."""
        part = section(
            "teams",
            self.env._("Open by Team"),
            icon="fa-users",
            empty=self.env._("No ticket is open."),
        )
        active = [("state", "in", ACTIVE)]
        part["rows"] = [
            row(
                team.display_name or self.env._("No team"),
                value=str(count),
                action=link(
                    team.display_name or self.env._("No team"),
                    "service.ticket",
                    domain=[*active, ("team_id", "=", team.id)],
                ),
            )
            for team, count, _taken in teams[:SHOWN]
        ]
        return part

    @api.model
    def _get_chart(self, role):
        if role != "service":
            return super()._get_chart(role)
        tickets = self.env["service.ticket"]
        since = ("create_date", ">=", self._ago(7 * WEEKS))
        came = tickets._read_group([since], ["create_date:week"], ["__count"])
        done = dict(
            tickets._read_group(
                [("date_resolved", ">=", self._ago(7 * WEEKS))],
                ["date_resolved:week"],
                ["__count"],
            )
        )
        counts = dict(came)
        if not (counts or done):
            return False
        weeks = self._service_weeks({*counts, *done})
        return {
            "title": self.env._("Tickets by Week"),
            "labels": [str(week)[:10] for week in weeks],
            "series": [
                [self.env._("Came"), [counts.get(week, 0) for week in weeks]],
                [self.env._("Solved"), [done.get(week, 0) for week in weeks]],
            ],
        }

    @api.model
    def _service_weeks(self, known):
        """Give the weeks of the picture, those without any ticket too."""
        last = max(known)
        number = max(WEEKS, (last - min(known)).days // 7 + 1)
        return [
            last - timedelta(weeks=number - place) for place in range(1, number + 1)
        ]
