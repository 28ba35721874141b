from odoo.fields import Command

from .common import ServiceCase


class ArticleCase(ServiceCase):
    """Articles that the agent writes and the manager publishes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign_agent = cls._new_user(
            "service_foreign", "crm_service.crm_service_group_manager"
        )
        cls.foreign_agent.write(
            {
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
            }
        )
        cls.public_user = cls.env.ref("base.public_user")
        # What a database holds already is found by nobody.
        cls.env["service.article"].search([("state", "!=", "retired")]).action_retire()

    @classmethod
    def _article(cls, name="Paper jams", body="<p>Open the rear door.</p>", **values):
        user = values.pop("user", cls.agent)
        articles = cls.env["service.article"].with_user(user)
        return articles.create({"name": name, "body": body, **values})

    @classmethod
    def _publish(cls, articles):
        articles.filtered(lambda one: one.state == "draft").action_submit()
        articles.with_user(cls.service_manager).action_publish()
        return articles

    @classmethod
    def _published(cls, *args, **values):
        return cls._publish(cls._article(*args, **values))
