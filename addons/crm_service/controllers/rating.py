from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from ..models.service_rating import SCORES


class ServiceRatingPage(Controller):
    """The page where a customer says how it went.

    Opening it writes nothing, since mail servers open every link; the form does.
    """

    def _get_rating(self, token):
        rating = request.env["service.rating"]._find_by_token(token)
        if not rating:
            raise NotFound()
        lang = rating.partner_id.lang
        return rating.with_context(lang=lang) if lang else rating

    def _render(self, rating, **values):
        lang = rating.env.context.get("lang")
        views = request.env["ir.ui.view"].with_context(lang=lang)
        labels = rating._fields["score"]._description_selection(rating.env)
        return views._render_template(
            "crm_service.rating_page",
            {"rating": rating, "labels": labels, "score": None, **values},
        )

    @route(
        "/service/rating/<string:token>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
    )
    def rating(self, token, score=None, **kwargs):
        chosen = score if score in dict(SCORES) else None
        return self._render(self._get_rating(token), score=chosen)

    @route(
        "/service/rating/<string:token>/answer",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def answer(self, token, score=None, comment="", **kwargs):
        rating = self._get_rating(token)
        try:
            with request.env.cr.savepoint():
                rating._answer(score, comment)
        except UserError as error:
            return self._render(rating, error=error.args[0], score=score)
        return self._render(rating, thanks=True)
