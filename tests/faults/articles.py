"""Workers that write and publish articles at the same time.

Run by the tests through `runner.inside`.
"""

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import retrying

BODY = "<p>打印机卡纸，请打开后盖。Version {} of worker {}.</p>"
MANAGER = "crm_service.crm_service_group_manager"


def prepare(env, workers):
    """Make an article for each worker, and one in review that all want to publish."""
    env["res.users"].create(
        {
            "name": "Reviewer",
            "login": "reviewer",
            "group_ids": [Command.link(env.ref(MANAGER).id)],
        }
    )
    articles = env["service.article"].create(
        [
            {"name": f"打印机 {number}", "body": BODY.format(0, number)}
            for number in range(workers + 1)
        ]
    )
    articles[-1].action_submit()


def write(env, number, path, times):
    """Write one's own article again and again; tell how often one was in the way."""
    article_id = env["service.article"].search([], order="id")[number].id
    env.cr.commit()
    disturbed = 0
    for time in range(times):
        try:
            with env.registry.cursor() as cursor:
                fresh = api.Environment(cursor, SUPERUSER_ID, {})
                article = fresh["service.article"].browse(article_id)
                article.body = BODY.format(time, number)
        except (OperationalError, ConcurrencyError):
            disturbed += 1
    with open(path, "w") as answers:
        answers.write(str(disturbed))


def publish(env, number, path):
    """Publish the article that all want to publish, tried as the platform does."""
    reviewer = env["res.users"].search([("login", "=", "reviewer")]).id
    article_id = env["service.article"].search([], order="id desc", limit=1).id
    env.cr.commit()
    with env.registry.cursor() as cursor:
        fresh = api.Environment(cursor, reviewer, {})
        article = fresh["service.article"].browse(article_id)
        try:
            retrying(article.action_publish, fresh)
            answer = "done"
        except UserError:
            answer = "refused"
    with open(path, "w") as answers:
        answers.write(answer)
