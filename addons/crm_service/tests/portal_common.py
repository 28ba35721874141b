from odoo import http
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .article_common import ArticleCase


class PortalCase(ArticleCase, HttpCase):
    """A contact with tickets, a colleague of the contact, and another customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sibling = new_test_user(
            cls.env,
            "service_sibling",
            groups="base.group_portal",
            partner_id=cls.env["res.partner"]
            .create({"name": "Li Na", "parent_id": cls.customer.id})
            .id,
        )
        cls.mine = cls._ticket(name="Printer jams in the morning")
        cls.theirs = cls._ticket(
            name="Chair of another customer", partner_id=cls.other_customer.id
        )
        for user in cls.portal_user | cls.other_portal_user | cls.sibling:
            user.lang = "en_US"

    def _as(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _get(self, url):
        with mute_logger("odoo.http"):
            return self.url_open(url)

    def _said(self, ticket):
        """Give what was last said on a ticket."""
        return ticket.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref("mail.mt_comment")
        )[:1]

    def _send(self, url, files=None, **form):
        with mute_logger("odoo.http"):
            return self.url_open(
                url,
                data={"csrf_token": http.Request.csrf_token(self), **form},
                files=files,
                allow_redirects=False,
            )

    def _call(self, url, **params):
        return self.make_jsonrpc_request(url, params)
