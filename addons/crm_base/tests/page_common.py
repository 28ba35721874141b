from datetime import timedelta

from odoo import Command, fields

from .common import CrmBaseCase


class CustomerPageCase(CrmBaseCase):
    """A customer with everything that the page shows, each with a known reader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "mail_create_nolog": True,
                "mail_activity_quick_update": True,
                "mail_notify_force_send": False,
            }
        )
        cls.now = fields.Datetime.now()
        cls.customer = cls.customer.with_env(cls.env)
        cls.contact = cls.contact.with_env(cls.env)
        cls.customer.write(
            {
                "user_id": cls.salesperson.id,
                "phone": "+86 10 5555 0100",
                "website": "https://acme.example",
                "city": "Beijing",
                "category_id": [Command.create({"name": "Dealer"})],
            }
        )
        cls.own_lead, cls.other_lead = cls.env["crm.lead"].create(
            [
                {
                    "name": "Own deal",
                    "type": "opportunity",
                    "partner_id": cls.contact.id,
                    "user_id": cls.salesperson.id,
                    "expected_revenue": 1000,
                    "probability": 50,
                },
                {
                    "name": "Other deal",
                    "type": "opportunity",
                    "partner_id": cls.customer.id,
                    "user_id": cls.other_salesperson.id,
                    "expected_revenue": 400,
                    "probability": 25,
                },
            ]
        )

    @classmethod
    def _post(cls, record, body, *, days=0, author=None, note=False):
        message = record.message_post(
            body=body,
            author_id=(author or cls.contact).id,
            message_type="comment",
            subtype_xmlid="mail.mt_note" if note else "mail.mt_comment",
        )
        message.date = cls.now - timedelta(days=days)
        return message

    @classmethod
    def _plan(cls, record, summary, *, days=1, user=None):
        return cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
                "summary": summary,
                "date_deadline": (cls.now + timedelta(days=days)).date(),
                "user_id": (user or cls.salesperson).id,
            }
        )

    @classmethod
    def _invoice(cls, partner, amount, *, due=-10, days=40, move_type="out_invoice"):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": (cls.now - timedelta(days=days)).date(),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        )
        move.invoice_date_due = (cls.now + timedelta(days=due)).date()
        move.action_post()
        return move

    def _page(self, user, partner=None):
        return (partner or self.customer).with_user(user).get_customer_page()

    def _section(self, page, key):
        return next((part for part in page["sections"] if part["key"] == key), None)

    def _walk(self, user, partner=None, limit=100, **filters):
        """Read the whole timeline, page by page."""
        customer = (partner or self.customer).with_user(user)
        items, cursor = [], None
        while True:
            page = customer.get_customer_timeline(cursor=cursor, limit=limit, **filters)
            items += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return items
