from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools.anonymous import anonymous
from ..tools.article_text import plain
from ..tools.ticket import ENDED


class ServiceTicket(models.Model):
    """Answers that are known help with tickets, and solved tickets become answers."""

    _inherit = "service.ticket"

    article_ids = fields.Many2many(
        "service.article",
        string="Articles",
        copy=False,
        help="Articles that helped with the answer.",
    )
    made_article_ids = fields.One2many(
        "service.article", "ticket_id", "Articles Made of It"
    )

    def action_make_article(self):
        """Begin an article with the question and the answer, without the customer."""
        self.ensure_one()
        self.check_access("read")
        if self.state not in ENDED:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s is not solved yet. Resolve it first, so that "
                    "the article has an answer.",
                    ticket=self.number,
                )
            )
        article = self.env["service.article"].create(self._prepare_article_vals())
        return article._get_form_action()

    def _prepare_article_vals(self):
        self.ensure_one()
        names = self._get_identity()
        answer = self._get_last_answer()
        body = "\n\n".join(
            anonymous(plain(text), names) for text in (self.description, answer) if text
        )
        return {
            "name": anonymous(self.name, names),
            "body": plaintext2html(body),
            "category_id": self.category_id.id,
            "company_id": self.company_id.id,
            "ticket_id": self.id,
        }

    def _get_identity(self):
        """Give everything by which the text could name the customer."""
        # Colleagues of the customer may be hidden from the agent, and named anyway.
        partner = self.partner_id.sudo()
        people = partner | partner.commercial_partner_id
        people |= people.child_ids
        words = [
            word
            for person in people
            for word in (person.name or "").split()
            if not word.isascii() or len(word) > 2
        ]
        values = [
            value
            for person in people
            for value in (person.name, person.ref, person.vat, person.street)
        ]
        return [self.number, self.email, self.phone, *values, *words]

    def _get_last_answer(self):
        """Give what a colleague last wrote to the customer, as HTML."""
        return (
            self.env["mail.message"]
            .search(
                [
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("message_type", "in", ("comment", "email_outgoing")),
                    ("subtype_id.internal", "=", False),
                    ("author_id.user_ids.share", "=", False),
                ],
                limit=1,
            )
            .body
        )

    def action_insert_article(self, article_id):
        """Write an answer with an article, and note that it helped.

        :param article_id: id of a published article that customers may read
        """
        self.ensure_one()
        self.check_access("write")
        article = self.env["service.article"].browse(article_id).exists()
        article.check_access("read")
        version = article.live_version_id
        if version.audience not in ("customer", "public"):
            raise UserError(
                self.env._(
                    "%(article)s is for colleagues, or not published. Answer in your "
                    "own words.",
                    article=article.name or self.env._("This article"),
                )
            )
        self.article_ids |= article
        self.env["service.search.log"]._record(
            "ticket",
            anonymous(self.name, self._get_identity()),
            article_id=article.id,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_subtype_xmlid": "mail.mt_comment",
                "default_partner_ids": self.partner_id.ids,
                "default_body": version.body,
            },
        }
