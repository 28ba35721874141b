from datetime import timedelta

from odoo import api, fields, models

from ..tools.anonymous import anonymous

#: Characters of a search that are kept, and for how many days.
LONGEST, KEPT_DAYS = 100, 400


class ServiceSearchLog(models.Model):
    """What somebody searched for and what it led to; not who it was."""

    _name = "service.search.log"
    _description = "Search"
    _log_access = False
    _order = "id desc"
    _rec_name = "query"

    query = fields.Char("Searched for", readonly=True)
    date = fields.Date(
        required=True, readonly=True, default=fields.Date.context_today, index=True
    )
    place = fields.Selection(
        [("ticket", "Ticket"), ("desk", "Desk"), ("help", "Help and Portal")],
        required=True,
        readonly=True,
    )
    found = fields.Integer(readonly=True, aggregator="avg")
    article_id = fields.Many2one(
        "service.article", "Opened", readonly=True, ondelete="set null", index=True
    )
    helped = fields.Selection(
        [("yes", "Yes"), ("no", "No")], "Did It Help", readonly=True
    )

    _unanswered = models.Index("(date) WHERE article_id IS NULL")

    @api.model
    def _record(self, place, query="", **values):
        """Keep a search without names of people.

        :param place: where somebody searched
        :param query: what they typed; nothing when they came to an article otherwise
        """
        query = anonymous(" ".join((query or "").split()))[:LONGEST]
        # Nobody may write searches; they say nothing about who searched.
        return self.sudo().create({"place": place, "query": query, **values})

    @api.autovacuum
    def _gc_searches(self):
        old = fields.Date.today() - timedelta(days=KEPT_DAYS)
        self.search([("date", "<", old)]).unlink()
