from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Articles that a search in the list gives, and that one asks for at most.
LISTED, MOST = 80, 50
#: Changes of these put an article into the index anew.
INDEXED = {"name", "keywords", "body", "audience", "company_id", "state"}


class ServiceArticle(models.Model):
    """Articles are found by what they say, as far as the reader may read them."""

    _inherit = "service.article"

    words = fields.Char(
        "Words or Question",
        compute="_compute_words",
        search="_search_words",
        help="Finds articles by what they say, the best ones only.",
    )

    def _compute_words(self):
        self.words = False

    def _search_words(self, operator, value):
        if operator not in ("=", "ilike", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        return [("id", "in", self._find_words(texts))]

    @api.model
    def _find_words(self, texts):
        """Give the ids of the articles for each text, the best first, once each."""
        index = self.env["service.article.index"]
        ids = [
            article_id
            for text in texts
            if isinstance(text, str)
            for article_id in index._find(text)[:LISTED]
        ]
        return list(dict.fromkeys(ids))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        """Show the best articles first, unless another order is asked for."""
        found = []

        def find(condition):
            if condition.field_expr != "words" or condition.operator != "ilike":
                return condition
            ids = self._find_words([condition.value])
            found.extend(ids)
            return Domain("id", "in", ids)

        domain = Domain(domain).map_conditions(find)
        query = super()._search(domain, offset, limit, order, **options)
        if found and order == self._order:
            place = SQL.identifier(query.table, "id")
            query.order = SQL("array_position(%s::int[], %s)", found, place)
        return query

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create(vals_list)
        self.env["service.article.index"]._keep(articles)
        return articles

    def write(self, vals):
        result = super().write(vals)
        if INDEXED & set(vals):
            self.env["service.article.index"]._keep(self)
        return result

    def unlink(self):
        self.env["service.article.word"]._replace([], self.ids)
        return super().unlink()

    @api.model
    def search_articles(self, text, limit=10):
        """Give the articles that answer a question best, among those one may read.

        :param text: words or a question
        :param limit: at most 50
        :return: list of dictionaries of id, name, audience and state
        """
        self.check_access("read")
        text = str(text or "")
        found = self._in_order(self.env["service.article.index"]._find(text))
        self.env["service.search.log"]._record("desk", text, found=len(found))
        found = found[: max(0, min(int(limit), MOST))]
        return found.read(["name", "audience", "state"])

    @api.model
    def _in_order(self, ids):
        """Give articles in an order, without those that one may not read."""
        places = {article_id: place for place, article_id in enumerate(ids)}
        return self.search([("id", "in", ids)]).sorted(lambda one: places[one.id])

    @api.model
    def action_rebuild_index(self):
        """Have the index of all articles made anew in the background; managers.

        Searches go on with what is there.
        """
        self.browse()._check_manager()
        self.env.cr.execute("UPDATE service_article_index SET is_stale = TRUE")
        # A manager of the service may not run scheduled actions but this one.
        self.env.ref("crm_service.service_article_index_cron").sudo()._trigger()
        return True
