from odoo import api, models

from odoo.addons.crm_base.tools.section import link, row, section

DAYS = 14


class CrmBoard(models.AbstractModel):
    """The page of the call centre."""

    _inherit = "crm.board"

    @api.model
    def _get_boards(self):
        board = {
            "title": self.env._("Call Centre"),
            "group": "crm_cti.crm_cti_group_manager",
        }
        return {**super()._get_boards(), "call_centre": board}

    @api.model
    def _get_sections(self, role):
        sections = super()._get_sections(role)
        if role == "call_centre":
            sections += [self._cti_week(), self._cti_queues()]
        return sections

    def _cti_week(self):
        """Give what was answered in the last seven days, and what waits."""
        part = section("calls", self.env._("Calls in 7 Days"), icon="fa-phone")
        came = [("created", ">=", self._ago(7)), ("direction", "=", "in")]
        lost = ("abandoned", "missed")
        rows = self.env["cti.call"]._read_group(
            came, ["state"], ["__count", "answered:count"]
        )
        states = {state: count for state, count, _answered in rows}
        part["metrics"] = [
            self._count_metric(
                self.env._("Came in"),
                "cti.call",
                came,
                tile=10,
                count=sum(states.values()),
            ),
            self._count_metric(
                self.env._("Answered"),
                "cti.call",
                [*came, ("answered", "!=", False)],
                tile=20,
                count=sum(answered for _state, _count, answered in rows),
            ),
            self._count_metric(
                self.env._("Lost"),
                "cti.call",
                [*came, ("state", "in", lost)],
                tile=30,
                tone="danger",
                count=sum(states.get(state, 0) for state in lost),
            ),
        ]
        if self.env["cti.task"].has_access("read"):
            part["metrics"].append(
                self._count_metric(
                    self.env._("Calls to make"),
                    "cti.task",
                    [("state", "=", "open")],
                    tile=40,
                    tone="warning",
                )
            )
        return part

    def _cti_queues(self):
        """Give the calls of each queue."""
        part = section(
            "queues",
            self.env._("By Queue"),
            icon="fa-list",
            empty=self.env._("No call came through a queue."),
        )
        domain = [("created", ">=", self._ago(7)), ("queue_id", "!=", False)]
        part["rows"] = [
            row(
                queue.display_name,
                value=str(count),
                action=link(
                    queue.display_name,
                    "cti.call",
                    domain=[*domain, ("queue_id", "=", queue.id)],
                ),
            )
            for queue, count in self.env["cti.call"]._read_group(
                domain, ["queue_id"], ["__count"], order="__count DESC", limit=8
            )
        ]
        return part

    @api.model
    def _get_chart(self, role):
        if role != "call_centre":
            return super()._get_chart(role)
        rows = self.env["cti.call"]._read_group(
            [("created", ">=", self._ago(DAYS))],
            ["created:day", "direction"],
            ["__count"],
        )
        days = sorted({day for day, _direction, _count in rows})
        counts = {(day, direction): count for day, direction, count in rows}
        labels = dict(
            self.env["cti.call"]._fields["direction"]._description_selection(self.env)
        )
        return bool(days) and {
            "title": self.env._("Calls by Day"),
            "labels": [str(day)[:10] for day in days],
            "series": [
                [label, [counts.get((day, direction), 0) for day in days]]
                for direction, label in labels.items()
            ],
        }
