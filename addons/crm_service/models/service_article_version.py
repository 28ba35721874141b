from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.article_text import changes, plain
from ..tools.guard import ARTICLE
from .service_article import AUDIENCES, CONTENT

#: A version is final from the moment it is written.
GUARD = """
CREATE OR REPLACE FUNCTION service_article_version_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'Versions of articles are final: version % of article %',
        OLD.number, OLD.article_id USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER service_article_version_final
BEFORE UPDATE OR DELETE ON service_article_version
FOR EACH ROW EXECUTE FUNCTION service_article_version_guard();
"""
MARKS = {
    "same": Markup("%s"),
    "gone": Markup('<del class="text-danger">%s</del>'),
    "new": Markup('<ins class="text-success fw-bold">%s</ins>'),
}


def show_changes(before, after):
    """Give how the text of one version or article became that of another, as HTML."""
    steps = changes(_text(before), _text(after))
    return Markup('<div style="white-space: pre-wrap">%s</div>') % Markup("").join(
        MARKS[kind] % escape(text) for kind, text in steps
    )


def _text(record):
    lines = record.name, record.keywords, plain(record.body or "")
    return "\n".join(filter(None, lines))


class ServiceArticleVersion(models.Model):
    """What readers saw of an article from one publishing to the next."""

    _name = "service.article.version"
    _description = "Version of an Article"
    _log_access = False
    _order = "article_id, number desc"

    article_id = fields.Many2one(
        "service.article", required=True, index=True, ondelete="restrict"
    )
    number = fields.Integer("Version", required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    name = fields.Char("Title", required=True)
    keywords = fields.Char()
    body = fields.Html("Answer", sanitize_overridable=False)
    audience = fields.Selection(AUDIENCES, "Readers", required=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), "Language", required=True
    )
    company_id = fields.Many2one("res.company", ondelete="restrict")
    category_id = fields.Many2one("service.category", ondelete="restrict")
    live_article_ids = fields.One2many(
        "service.article", "live_version_id", "Live in", readonly=True
    )

    # who answers for it; colleagues only
    author_ids = fields.Many2many(
        "res.users",
        "service_article_version_author_rel",
        string="Authors",
        groups="crm_service.crm_service_group_user",
    )
    reviewer_id = fields.Many2one(
        "res.users",
        required=True,
        ondelete="restrict",
        groups="crm_service.crm_service_group_user",
    )
    difference = fields.Html(
        "Changes",
        compute="_compute_difference",
        sanitize=False,
        groups="crm_service.crm_service_group_user",
        help="Against the version before: what is gone is struck out.",
    )

    _number = models.UniqueIndex(
        "(article_id, number)", "Two versions of an article have the same number."
    )

    def init(self):
        self.env.cr.execute(GUARD)

    @api.depends("number", "name")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.name} ({version.number})"

    @api.depends("article_id", "number")
    def _compute_difference(self):
        domain = [("article_id", "in", self.article_id.ids)]
        known = {
            (version.article_id, version.number): version
            for version in self.search(domain)
        }
        for version in self:
            before = known.get((version.article_id, version.number - 1), self.browse())
            version.difference = show_changes(before, version)

    @api.model_create_multi
    def create(self, vals_list):
        if not ARTICLE.is_open():
            raise UserError(self._final_message())
        articles = self.env["service.article"].browse(
            vals["article_id"] for vals in vals_list
        )
        # Two people who publish at once get numbers one after the other.
        articles.lock_for_update()
        last = dict(
            self._read_group(
                [("article_id", "in", articles.ids)], ["article_id"], ["number:max"]
            )
        )
        for vals, article in zip(vals_list, articles, strict=True):
            vals["number"] = last.get(article, 0) + 1
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self._final_message())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        raise UserError(self._final_message())

    def _final_message(self):
        return self.env._(
            "Versions are kept as they were published. Restore one, or revise the "
            "article, and publish it as a new version."
        )

    def action_restore(self):
        """Make the article's draft say again what this version said.

        It becomes a new version when somebody else has published it.
        """
        self.ensure_one()
        self.check_access("read")
        article = self.article_id
        if article.state == "published":
            article.action_revise()
        article.write(self._convert_to_write({name: self[name] for name in CONTENT}))
        return article._get_form_action()

    @api.model
    def _get_help_domain(self):
        """Give the versions that are shown as help to whoever looks.

        Colleagues see there what customers see.
        """
        audiences = ["public"] if self.env.user._is_public() else ["public", "customer"]
        return Domain("live_article_ids", "!=", False) & Domain(
            "audience", "in", audiences
        )

    @api.model
    def _search_help(self, text, limit):
        """Give the versions that answer a question best, among those one may read.

        :param text: words or a question; nothing for the latest versions
        """
        domain = self._get_help_domain()
        if not text.strip():
            return self.search(domain, limit=limit, order="date desc, id desc")
        ids = self.env["service.article.index"]._find(
            text,
            openness=2 if self.env.user._is_public() else 1,
            only_live=True,
        )
        places = {article_id: place for place, article_id in enumerate(ids)}
        found = self.search(domain & Domain("article_id", "in", ids))
        return found.sorted(lambda one: places[one.article_id.id])[:limit]

    @api.model
    def _get_help(self, article_id):
        """Give what one may read of an article now; nothing when one may not."""
        return self.search(
            self._get_help_domain() & Domain("article_id", "=", article_id), limit=1
        )
