from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import is_html_empty

from ..tools.guard import ARTICLE
from .service_article import CONTENT
from .service_article_version import show_changes

#: From where an article may come into a state.
WAYS = {
    "draft": ("review", "published", "retired"),
    "review": ("draft",),
    "published": ("review",),
    "retired": ("draft", "review", "published"),
}
MANAGER = "crm_service.crm_service_group_manager"
#: Articles that a night's reminder takes at once.
BATCH = 500


class ServiceArticle(models.Model):
    """One person writes, another one publishes; what was published is kept."""

    _inherit = "service.article"

    difference = fields.Html(
        "Changes",
        compute="_compute_difference",
        sanitize=False,
        help="Against what readers see now: what is gone is struck out.",
    )

    @api.depends("name", "keywords", "body", "live_version_id")
    def _compute_difference(self):
        for article in self:
            live = article.live_version_id
            article.difference = show_changes(live, article) if live else False

    def action_submit(self):
        """Ask managers to look at drafts."""
        empty = self.filtered(lambda article: is_html_empty(article.body))
        if empty:
            raise UserError(
                self.env._(
                    "%(articles)s has no answer yet. Write one before you ask for a "
                    "review.",
                    articles=", ".join(empty.mapped("name")),
                )
            )
        return self._move("review")

    def action_publish(self):
        """Let readers see reviewed articles; a manager who wrote none of them.

        :raise AccessError: the user is no manager, or an author of one
        """
        self._check_reviewer()
        self._check_way("published")
        with ARTICLE.open():
            # Versions have no right to be made but this one.
            versions = (
                self.env["service.article.version"]
                .sudo()
                .create([article._prepare_version_vals() for article in self])
            )
            for article, version in zip(self, versions, strict=True):
                article.live_version_id = version
        return self._move(
            "published",
            reviewer_id=self.env.uid,
            author_ids=[Command.clear()],
            date_published=fields.Datetime.now(),
        )

    def action_refuse(self):
        """Give articles in review back to their authors."""
        self._check_state("review")
        return self._move("draft")

    def action_revise(self):
        """Work on published articles; readers keep what is published."""
        self._check_state("published")
        return self._move("draft")

    def action_retire(self):
        """Take articles away from their readers; managers."""
        self._check_manager()
        return self._move("retired", live_version_id=False)

    def action_reopen(self):
        """Work on retired articles again; managers."""
        self._check_manager()
        self._check_state("retired")
        return self._move("draft")

    def _move(self, state, **values):
        """Bring articles into a state, all or none.

        :raise AccessError: the user may not change one of them
        :raise UserError: one of them cannot go there
        """
        self.check_access("write")
        self._check_way(state)
        with ARTICLE.open():
            self.write({"state": state, **values})
        return True

    def _check_way(self, state):
        for article in self:
            if article.state not in WAYS[state]:
                raise article._prepare_state_error()

    def _check_state(self, state):
        for article in self:
            if article.state != state:
                raise article._prepare_state_error()

    def _check_manager(self):
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Managers of the service publish and retire articles. Ask one of "
                    "them for %(articles)s.",
                    articles=", ".join(self.mapped("name")),
                )
            )

    def _check_reviewer(self):
        self._check_manager()
        own = self.filtered(lambda article: self.env.user in article.author_ids)
        if own:
            raise AccessError(
                self.env._(
                    "You wrote a part of %(articles)s. Somebody else has to publish "
                    "it.",
                    articles=", ".join(own.mapped("name")),
                )
            )

    def _add_author(self):
        """Remember who wrote what will be reviewed."""
        with ARTICLE.open():
            # What somebody wrote remains theirs, whatever they may write later.
            self.sudo().write({"author_ids": [Command.link(self.env.uid)]})

    def _prepare_version_vals(self):
        self.ensure_one()
        values = {name: self[name] for name in CONTENT}
        return {
            **self._convert_to_write(values),
            "article_id": self.id,
            "author_ids": [Command.set(self.author_ids.ids)],
            "reviewer_id": self.env.uid,
        }

    def _prepare_state_error(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return UserError(
            self.env._(
                "%(article)s is %(state)s, so this is not possible now. Reload the "
                "page to see what is.",
                article=self.name,
                state=labels[self.state],
            )
        )

    @api.model
    def _cron_ask_for_review(self):
        """Ask who is responsible to look at articles whose day has come."""
        due = [
            ("state", "=", "published"),
            ("date_review", "<=", fields.Date.context_today(self)),
            ("is_review_asked", "=", False),
        ]
        articles = self.search(due, limit=BATCH)
        for user, theirs in articles.grouped("user_id").items():
            theirs.with_context(
                lang=user.lang, mail_activity_quick_update=True
            ).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env(context={"lang": user.lang})._(
                    "Is this article still right?"
                ),
                user_id=user.id,
            )
        articles.is_review_asked = True
        left = self.search_count(due)
        self.env["ir.cron"]._commit_progress(len(articles), remaining=left)
