from odoo import api, models

from .cti_agent import AGENT, SUPERVISOR


class CtiTask(models.Model):
    """A task never lacks an owner who can do it."""

    _inherit = "cti.task"

    @api.model
    def _filter_owners(self, users, company):
        """Give the users who may own tasks of a company."""
        # Groups and companies of other users are settings; only the choice leaves.
        return users.sudo().filtered(
            lambda user: (
                user.active and company in user.company_ids and user.has_group(AGENT)
            )
        )

    @api.model
    def _choose_least_busy(self, users):
        """Give the one of some users who has the fewest open tasks, or none."""
        # Counts what all have to do, whoever asks.
        groups = self.sudo()._read_group(
            [("user_id", "in", users.ids), ("state", "=", "open")],
            ["user_id"],
            ["__count"],
        )
        counts = {user.id: count for user, count in groups}
        return users.sorted(lambda user: (counts.get(user.id, 0), user.id))[:1]

    @api.model
    def _get_last_resort(self, company):
        """Give a supervisor of the company; else whoever administrates."""
        group = self.env.ref(SUPERVISOR).sudo()
        supervisors = self._filter_owners(group.all_user_ids, company)
        return supervisors.filtered(lambda user: not user.share)[:1] or self.env.ref(
            "base.user_admin"
        )

    @api.model
    def _rescue(self, owners):
        """Give the open tasks of people who cannot do them to somebody who can."""
        open_tasks = self.search(
            [("state", "=", "open"), ("user_id", "in", owners.ids)]
        )
        for (owner, company, queue), tasks in open_tasks.grouped(
            lambda task: (task.user_id, task.company_id, task.queue_id)
        ).items():
            if self._filter_owners(owner, company):
                continue
            users = self._filter_owners(queue.member_ids.agent_id.user_id, company)
            found = self._choose_least_busy(users) or self._get_last_resort(company)
            # Whoever is the last resort need not work in the call centre.
            tasks._step(user_id=found.id)

    @api.model
    def _cron_rescue(self):
        """Look after tasks whose owners lost their rights in a way nobody watches."""
        groups = self._read_group([("state", "=", "open")], ["user_id"])
        self._rescue(self.env["res.users"].union(*(user for (user,) in groups)))
