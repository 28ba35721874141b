from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .article_common import ArticleCase


@tagged("post_install", "-at_install", "cap_v08")
class TestArticleOfTicket(ArticleCase):
    """Articles answer tickets, and solved tickets become articles."""

    def test_a_solved_ticket_becomes_an_article(self):
        self.contact.write({"name": "Wang Fang", "phone": "+86 138 0013 8000"})
        ticket = self._ticket(
            name="Wang Fang: printer jams",
            description="<p>I am Wang Fang of Acme Trading, 13800138000, "
            'wf@acme.example.</p><p>My <a href="mailto:wf@acme.example">A-200X</a> '
            "jams.</p>",
        )
        ticket.message_post(
            body="Dear Fang, open the rear door.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        ticket.message_post(body="A note: she is angry.", message_type="comment")
        with self.assertRaises(UserError):
            ticket.action_make_article()
        ticket.action_resolve()
        action = ticket.action_make_article()
        article = self.env["service.article"].browse(action["res_id"])
        self.assertEqual(article.ticket_id, ticket)
        self.assertEqual(article.state, "draft")
        self.assertEqual(article.audience, "internal")
        said = f"{article.name} {article.body}"
        for word in ("Wang", "Fang", "Acme", "acme", "138", "angry", "mailto"):
            self.assertNotIn(word, said)
        for word in ("printer jams", "A-200X", "open the rear door"):
            self.assertIn(word, said)
        self.assertIn(article, ticket.made_article_ids)

    def test_an_answer_with_an_article(self):
        ticket = self._ticket()
        article = self._published(audience="customer")
        action = ticket.action_insert_article(article.id)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("rear door", composer.body)
        composer.action_send_mail()
        message = ticket.message_ids[0]
        self.assertIn("rear door", message.body)
        self.assertIn(self.contact, message.partner_ids)
        self.assertEqual(ticket.article_ids, article)

    def test_what_is_not_sent(self):
        ticket = self._ticket()
        article = self._published(audience="internal")
        draft = self._article(audience="public")
        for wrong in (article.id, draft.id):
            with self.assertRaises(UserError):
                ticket.action_insert_article(wrong)
        foreign = self._published(audience="public", company_id=self.company.id)
        theirs = self._ticket(user=self.foreign_agent)
        with self.assertRaises(AccessError):
            theirs.action_insert_article(foreign.id)
        for user in (self.portal_user, self.demoted, self.foreign_agent):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_insert_article(foreign.id)
            with self.assertRaises(AccessError):
                ticket.with_user(user).get_suggestions()
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_make_article()
        self.assertFalse(ticket.article_ids)

    def test_suggestions(self):
        wanted = self._published(
            "打印机卡纸怎么办", "<p>打开后盖。</p>", audience="public"
        )
        self._published("发票抬头写错了", audience="customer")
        inside = self._published("卡纸的内部说明", "<p>更换搓纸轮。</p>")
        self._article("打印机卡纸的草稿")
        ticket = self._ticket(name="印表機", description="<p>新買的印表機一直卡紙</p>")
        found = ticket.get_suggestions()["articles"]
        self.assertEqual({one["id"] for one in found}, {wanted.id, inside.id})
        insertable = {one["id"]: one["insertable"] for one in found}
        self.assertEqual(insertable, {wanted.id: True, inside.id: False})

    def test_asked_before(self):
        old = self._ticket(name="打印机卡纸，无法打印")
        self._ticket(name="打印机卡纸，无法打印").action_cancel()
        self._ticket(name="发票什么时候开")
        self._ticket(name="打印机卡纸，无法打印", partner_id=self.other_customer.id)
        new = self._ticket(name="打印機又卡紙，無法打印")
        found = new.get_suggestions()["tickets"]
        self.assertEqual([one["id"] for one in found], old.ids)
        nobody = self._ticket(name="打印机卡纸，无法打印", partner_id=False)
        self.assertFalse(nobody.get_suggestions()["tickets"])
