from odoo import api, models

from ..tools.article_text import plain
from ..tools.ticket import ACTIVE
from ..tools.words import asked, likeness
from .service_article_index import QUICK

SUGGESTIONS = 5
#: Tickets of the customer that are compared, and how like one is that is shown.
COMPARED, ALIKE = 50, 0.4


class ServiceTicket(models.Model):
    """What may answer a ticket, and whether the customer has asked it before."""

    _inherit = "service.ticket"

    @api.readonly
    def get_suggestions(self):
        """Give articles that may answer the ticket, and open tickets that ask the same.

        :return: dictionary of ``articles`` (id, name, audience, insertable) and
            ``tickets`` (id, name), the best first
        """
        self.ensure_one()
        self.check_access("read")
        text = self._get_question()
        articles = self.env["service.article"]
        ids = self.env["service.article.index"]._find(text, only_live=True, pains=QUICK)
        found = articles._in_order(ids[: 4 * SUGGESTIONS])[:SUGGESTIONS]
        return {
            "articles": [
                {
                    "id": article.id,
                    "name": article.live_version_id.name,
                    "audience": article.live_version_id.audience,
                    "insertable": article.live_version_id.audience != "internal",
                    "linked": article in self.article_ids,
                }
                for article in found
            ],
            "tickets": [
                {"id": ticket.id, "name": ticket.display_name}
                for ticket in self._get_alike(text)
            ],
        }

    def _get_question(self):
        """Give subject and description as plain text."""
        return f"{self.name}\n{plain(self.description or '')}"

    def _get_alike(self, text):
        """Give open tickets of the same customer that say nearly the same."""
        if not self.commercial_partner_id:
            return self.browse()
        others = self.search(
            [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("id", "!=", self.id),
                ("state", "in", ACTIVE),
            ],
            order="id desc",
            limit=COMPARED,
        )
        own = asked(text)
        scores = {
            other: likeness(own, asked(other._get_question())) for other in others
        }
        alike = others.filtered(lambda other: scores[other] >= ALIKE)
        return alike.sorted(lambda other: -scores[other])[:SUGGESTIONS]
