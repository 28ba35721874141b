from datetime import timedelta

from odoo import fields, models

from .cti_task import TASK

#: Calls that ended without an answer, and what their tasks are called.
IN_VAIN = {
    "abandoned": "abandoned",
    "missed": "missed",
    "interrupted": "missed",
    "voicemail": "voicemail",
}


class CtiCall(models.Model):
    """Whoever called in vain is called back: each such call has a task."""

    _inherit = "cti.call"

    task_id = fields.Many2one(
        "cti.task", "Callback Task", readonly=True, index="btree_not_null"
    )

    def _on_ended(self):
        super()._on_ended()
        if self.answered:
            self._close_tasks()
        if self.direction == "in" and self._is_due():
            self._ensure_task()

    def _is_due(self):
        """Tell whether somebody has to hear of a call that ended without a talk.

        Who was led away last, say after an agent had sent the caller on, is one of
        those, whoever talked before.
        """
        if self.state == "voicemail":
            return True
        if not self.number or self.led == "goodbye":
            return False
        return bool(self.led) or (not self.answered and self.state in IN_VAIN)

    def _get_open_tasks(self):
        """Give the open tasks for the person outside, none for a withheld number."""
        # Facts come without a user; tasks are made and closed for whoever owns them.
        tasks = self.env["cti.task"].sudo()
        if not self.number:
            return tasks
        return tasks.search(
            [
                ("company_id", "=", self.company_id.id),
                ("number", "=", self.number),
                ("state", "=", "open"),
            ]
        )

    def _close_tasks(self):
        """Close what was to be done for somebody who has been talked to since.

        Facts may come late: a talk answers no call that came after it.
        """
        if self.number and self.direction != "internal":
            tasks = self._get_open_tasks().filtered(
                lambda task: max(task.call_ids.mapped("created")) <= self.answered
            )
            # Closed by the call itself, whoever had it.
            tasks._close("done", answer=self)

    def _ensure_task(self):
        """Make a task of a call in vain, or add it to the one that is open."""
        task = self._get_open_tasks()[:1]
        with TASK.open():
            if task:
                task.call_count += 1
                if self.state == "voicemail":
                    task.kind = "voicemail"
            else:
                task = task.create(self._prepare_task_vals())
        # Calls are written by facts; this says what became of one.
        self.sudo().task_id = task
        answer = self._find_answer()
        if answer:
            task._close("done", answer=answer)

    def _find_answer(self):
        """Give a talk with the person that came later, but was heard of sooner."""
        if not self.number:
            return self.browse()
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("number", "=", self.number),
                ("direction", "!=", "internal"),
                ("answered", ">=", self.created),
                ("id", "!=", self.id),
            ],
            limit=1,
        )

    def _prepare_task_vals(self):
        due = (self.ended or self.created) + timedelta(
            minutes=self.pbx_id.sudo().callback_minutes
        )
        return {
            "kind": IN_VAIN.get(self.state, "missed"),
            "user_id": self._choose_owner().id,
            "date_due": due,
            "number": self.number,
            "partner_id": self.partner_id.id,
            "pbx_id": self.pbx_id.id,
            "company_id": self.company_id.id,
            "queue_id": self.queue_id.id,
        }

    def _choose_owner(self):
        """Give the person who calls back; there always is one.

        Whose telephone rang; else who has the fewest open tasks among the agents of the
        queue, else of the exchange; else a supervisor of the company.
        """
        tasks = self.env["cti.task"]
        agents = self.agent_id.sudo()  # facts come without a user
        found = tasks._filter_owners(agents.user_id, self.company_id)
        if not found:
            queue = self.queue_id.sudo()
            found = tasks._filter_owners(
                queue.member_ids.agent_id.user_id, self.company_id
            )
        if not found:
            agents = agents.search([("pbx_id", "=", self.pbx_id.id)])
            found = tasks._filter_owners(agents.user_id, self.company_id)
        return tasks._choose_least_busy(found) or tasks._get_last_resort(
            self.company_id
        )
