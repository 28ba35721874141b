from urllib.parse import urlencode
from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from ..models.service_search_log import LONGEST

#: Articles that a page lists, and that appear while somebody types.
LISTED, TYPING = 12, 5
#: Characters of a text that is looked up while somebody types.
TYPED = 500
#: Searches and articles that are counted for one address of the network in an hour.
SEEN = 600


def note(**counts):
    """Count what happened in the session of the browser."""
    key = request.session.get("service_help")
    if not key:
        key = request.session["service_help"] = uuid4().hex
    request.env["service.help.session"]._note(key, **counts)


class ServiceHelp(Controller):
    """Help that everybody may read, and customers who are logged in a little more.

    Pages only read; what is counted comes by a call of its own.
    """

    def _get_help(self, article_id):
        version = request.env["service.article.version"]._get_help(article_id)
        if not version:
            raise NotFound()
        return version

    def _render(self, template, q, **values):
        q = q[:TYPED]
        suffix = f"?{urlencode({'q': q})}" if q else ""
        return request.render(
            f"crm_service.{template}", {"q": q, "suffix": suffix, **values}
        )

    @route("/help", type="http", auth="public", website=True, readonly=True)
    def help(self, q="", **kwargs):
        versions = request.env["service.article.version"]._search_help(
            q[:TYPED], LISTED
        )
        return self._render("help", q, versions=versions)

    @route(
        "/help/<int:article_id>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
    )
    def help_article(self, article_id, q="", thanks=None, **kwargs):
        version = self._get_help(article_id)
        return self._render("help_article", q, version=version, thanks=thanks)

    @route("/help/suggest", type="jsonrpc", auth="public", website=True, readonly=True)
    def help_suggest(self, text="", **kwargs):
        if not isinstance(text, str) or not text.strip():
            return []
        versions = request.env["service.article.version"]._search_help(
            text[:TYPED], TYPING
        )
        return [
            {"name": version.name, "url": f"/help/{version.article_id.id}"}
            for version in versions
        ]

    @route("/help/seen", type="jsonrpc", auth="public", website=True)
    def help_seen(self, query="", article_id=None, **kwargs):
        """Count a search or an article that was read; what was found is looked up.

        :return: whether it was counted, or there was nothing to count
        """
        query = query[:LONGEST] if isinstance(query, str) else ""
        versions = request.env["service.article.version"]
        if isinstance(article_id, int) and article_id is not True:
            read = bool(versions._get_help(article_id))
            return not read or self._count_seen(query, article_id)
        return not query.strip() or self._count_seen(query)

    def _count_seen(self, query, article_id=None):
        # The public may not count; what is kept of the address is a hash.
        slots = request.env["service.form.slot"].sudo()
        if slots._count(f"help {request.httprequest.remote_addr}") > SEEN:
            return False
        log = request.env["service.search.log"]
        if article_id:
            note(articles=1)
            log._record("help", query, article_id=article_id)
            return True
        note(searches=1)
        if not request.env["service.article.version"]._search_help(query, LISTED):
            log._record("help", query)
        return True

    @route(
        "/help/<int:article_id>/vote",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def help_vote(self, article_id, helped=None, **form):
        self._get_help(article_id)
        if helped not in ("yes", "no"):
            raise NotFound()
        if f"service_vote_{article_id}" not in request.session:
            request.session[f"service_vote_{article_id}"] = helped
            note(helped=int(helped == "yes"))
            request.env["service.search.log"]._record(
                "help", article_id=article_id, helped=helped
            )
        return request.redirect(f"/help/{article_id}?thanks={helped}")
