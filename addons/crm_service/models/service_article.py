from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.guard import ARTICLE

AUDIENCES = [
    ("internal", "Colleagues"),
    ("customer", "Customers in the Portal"),
    ("public", "Everybody"),
]
STATES = [
    ("draft", "Draft"),
    ("review", "In Review"),
    ("published", "Published"),
    ("retired", "Retired"),
]
#: What a reviewer answers for, and a version keeps.
CONTENT = ("name", "keywords", "body", "audience", "lang", "company_id", "category_id")
#: What buttons write.
GUARDED = {"state", "live_version_id", "author_ids", "reviewer_id", "date_published"}


class ServiceArticle(models.Model):
    """An answer that colleagues, customers or everybody may read.

    The article is what its authors work on. Others read its live version, which stays
    as it was until the next one is published.
    """

    _name = "service.article"
    _description = "Knowledge Article"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Title", required=True, tracking=True)
    keywords = fields.Char(
        help="Other words by which people look for this, separated by commas."
    )
    body = fields.Html("Answer", sanitize_overridable=False)
    audience = fields.Selection(
        AUDIENCES, "Readers", required=True, default="internal", tracking=True
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.user.lang or self.env.lang or "en_US",
    )
    category_id = fields.Many2one("service.category", index="btree_not_null")
    product_ids = fields.Many2many("product.template", string="Products")
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    ticket_id = fields.Many2one(
        "service.ticket",
        "From Ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The question that this article was written for.",
    )

    # how far
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    author_ids = fields.Many2many(
        "res.users",
        "service_article_author_rel",
        string="Authors",
        readonly=True,
        copy=False,
        help="Who changed it since it was last published. They cannot publish it.",
    )
    reviewer_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_published = fields.Datetime("Published on", readonly=True, copy=False)
    version_ids = fields.One2many("service.article.version", "article_id", "Versions")
    live_version_id = fields.Many2one(
        "service.article.version", readonly=True, copy=False, index="btree_not_null"
    )

    # kept up to date
    date_review = fields.Date(
        "Review on", help="On this day the person responsible is asked to look again."
    )
    is_review_asked = fields.Boolean(readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        given = {name.removeprefix("default_") for name in self.env.context}
        if not ARTICLE.is_open() and GUARDED & given.union(*vals_list):
            raise self._prepare_guard_error()
        articles = super().create(vals_list)
        articles._add_author()
        return articles

    def write(self, vals):
        if GUARDED & set(vals) and not ARTICLE.is_open():
            raise self._prepare_guard_error()
        said = set(CONTENT) & set(vals)
        if said and not ARTICLE.is_open():
            self._check_draft()
        if "date_review" in vals:
            vals = {**vals, "is_review_asked": False}
        result = super().write(vals)
        if said:
            self._add_author()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        kept = self.filtered("version_ids")
        if kept:
            raise UserError(
                self.env._(
                    "%(articles)s was published, and its versions are kept. Retire it "
                    "instead.",
                    articles=", ".join(kept.mapped("name")),
                )
            )

    def _check_draft(self):
        closed = self.filtered(lambda article: article.state != "draft")
        if closed:
            raise UserError(
                self.env._(
                    "%(articles)s is not a draft. Press Revise first: readers keep the "
                    "published version until the new one is published.",
                    articles=", ".join(closed.mapped("name")),
                )
            )

    def _prepare_guard_error(self):
        return UserError(
            self.env._(
                "The status and the versions of an article change by its buttons. Use "
                "Ask for Review, Publish, Revise or Retire."
            )
        )

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_show_versions(self):
        """Show what was published, the latest first."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service.service_article_version_action"
        )
        return {**action, "domain": [("article_id", "=", self.id)]}
