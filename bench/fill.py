"""Fill a database with a trading company of a chosen size, the same every time.

Scale 1 is a million customers with 500,000 orders, 2,000,000 order lines and 200,000
invoices. The platform writes one document of each kind itself; bulk rows are copies of
those with other figures, so that every column is as the platform would leave it.
"""

import time
from datetime import datetime
from pathlib import Path

from odoo import Command, fields

from odoo.addons.crm_base.hooks import post_init_hook

from . import payments, touch
from .copies import bare, insert_like, next_id, vacuum

HERE = Path(__file__).parent
ARTICLES = 500
SELLERS = 40
#: Orders are spread over these days, up to today.
DAYS = 1000
TABLES = (
    "res_partner",
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
    "stock_picking",
    "stock_move",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_move__account_payment",
    "account_partial_reconcile",
    "account_full_reconcile",
    "crm_lead",
    "mail_message",
    "mail_activity",
)
SALE_LINE = {
    "product_id": "r.product_id",
    "name": "r.label",
    "sequence": "10 * r.place",
    "order_id": "r.order_id",
    "order_partner_id": "r.partner_id",
    "salesman_id": "r.user_id",
    "state": "r.state",
    "product_uom_qty": "r.quantity",
    "price_unit": "r.price",
    "technical_price_unit": "r.price",
    "price_subtotal": "r.quantity * r.price",
    "price_total": "r.quantity * r.price",
    "price_tax": "0",
    "price_reduce_taxexcl": "r.price",
    "price_reduce_taxinc": "r.price",
    "qty_delivered": "CASE WHEN r.delivered THEN r.quantity ELSE 0 END",
    "qty_invoiced": "CASE WHEN r.invoiced THEN r.quantity ELSE 0 END",
    "qty_to_invoice": "CASE WHEN r.state = 'sale' AND NOT r.invoiced "
    "THEN r.quantity ELSE 0 END",
    "untaxed_amount_invoiced": "CASE WHEN r.invoiced "
    "THEN r.quantity * r.price ELSE 0 END",
    "untaxed_amount_to_invoice": "CASE WHEN r.state = 'sale' AND NOT r.invoiced "
    "THEN r.quantity * r.price ELSE 0 END",
    "invoice_status": "CASE WHEN r.state <> 'sale' THEN 'no' "
    "WHEN r.invoiced THEN 'invoiced' ELSE 'to invoice' END",
    "margin": "r.quantity * r.price",
    "create_date": "r.made",
    "write_date": "r.made",
}


def fill(env, scale):
    """Fill the database and bring our own tables up to date.

    :param scale: 1 for a million customers
    """
    Fill(env, scale).run()


class Fill:
    """One filling: the sample documents, the bulk rows, what follows from them."""

    def __init__(self, env, scale):
        # Stages are set once, at the end, as after an installation.
        self.env = env(context={"tracking_disable": True, "tracking_no_refresh": True})
        self.cr = env.cr
        self.started = time.monotonic()
        now = datetime.now().replace(minute=0, second=0, microsecond=0)
        self.figures = {
            "size": max(int(1_000_000 * scale), 1000),
            "orders": max(int(500_000 * scale), 500),
            "leads": max(int(300_000 * scale), 300),
            "articles": ARTICLES,
            "days": DAYS,
            "now": now,
            "start": fields.Datetime.subtract(now, days=DAYS),
        }
        self.figures["companies"] = self.figures["size"] // 5
        self.figures["contacts"] = self.figures["size"] // 2

    def run(self):
        """Make everything and commit it."""
        self.make_people_and_articles()
        self.make_samples()
        self.cr.execute("SET LOCAL work_mem = '256MB'")
        self.sql("words")
        with bare(self.env, TABLES):
            self.fill_customers()
            self.fill_sales()
            self.fill_deliveries()
            self.fill_invoices()
            payments.fill(self)
            touch.fill(self)
            self.said("rows")
        self.said("indexes")
        self.env.invalidate_all()
        # Committed and analysed first, as data that was there before the addon.
        self.cr.commit()
        self.vacuum()
        post_init_hook(self.env(context={}))
        self.said("numbers, marks and stages")
        self.env["crm.lifecycle"]._refresh()
        self.said("lifecycle")
        self.cr.commit()
        self.vacuum()
        self.said("done")

    def said(self, what):
        print(f"  {what}: {time.monotonic() - self.started:.0f} s", flush=True)

    def sql(self, name):
        self.cr.execute((HERE / "sql" / f"{name}.sql").read_text(), self.parameters())

    def parameters(self):
        bases = {
            "base": "res_partner",
            "order_base": "sale_order",
            "line_base": "sale_order_line",
            "picking_base": "stock_picking",
            "move_base": "account_move",
            "item_base": "account_move_line",
            "lead_base": "crm_lead",
        }
        return {
            **self.figures,
            **{key: next_id(self.env, table) for key, table in bases.items()},
        }

    def vacuum(self):
        vacuum(self.env)
        self.said("vacuum")

    # ------------------------------------------------------------ written by the ORM
    def make_people_and_articles(self):
        env = self.env
        groups = [
            "base.group_user",
            "base.group_partner_manager",
            "sales_team.group_sale_salesman_all_leads",
            "account.group_account_invoice",
            "stock.group_stock_user",
        ]
        self.sellers = env["res.users"].create(
            [
                {
                    "name": f"Seller {number:02}",
                    "login": f"seller{number:02}",
                    "tz": "Asia/Shanghai",
                    "group_ids": [
                        Command.set([env.ref(name).id for name in groups]),
                    ],
                }
                for number in range(SELLERS)
            ]
        )
        self.articles = env["product.product"].create(
            [
                {
                    "name": f"Article {number:03}",
                    "default_code": f"A{number:03}",
                    "list_price": 5 + number * 7 % 490,
                    "type": "consu",
                    "invoice_policy": "order",
                    "taxes_id": False,
                }
                for number in range(ARTICLES)
            ]
        )
        team = env["crm.team"].search([], limit=1)
        self.cr.execute(
            """
            CREATE TEMP TABLE seller AS
            SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, %s AS team_id
              FROM res_users WHERE login LIKE 'seller%%';
            CREATE TEMP TABLE article AS
            SELECT row_number() OVER (ORDER BY p.id) - 1 AS place, p.id,
                   p.default_code AS label, t.list_price AS price
              FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE p.id = ANY(%s);
            CREATE TEMP TABLE phase AS
            SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, is_won
              FROM crm_stage
            """,
            [team.id, self.articles.ids],
        )

    def make_samples(self):
        """Have the platform write one document of each kind, from lead to payment."""
        env = self.env
        company = env["res.partner"].create(
            {"name": "Sample", "is_company": True, "email": "sample@sample.example"}
        )
        order = self.sell(company)
        picking = order.picking_ids
        invoice = order._create_invoices()
        invoice.action_post()
        payment = self.pay(invoice)
        lead = env["crm.lead"].create(
            {"name": "Sample", "type": "opportunity", "partner_id": company.id}
        )
        message = company.message_post(body="Sample", message_type="comment")
        activity = lead.activity_schedule("mail.mail_activity_data_call")
        env.flush_all()
        receivable = invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        partial = receivable.matched_credit_ids
        self.sample = {
            "customer": company.id,
            "order": order.id,
            "line": order.order_line.id,
            "picking": picking.id,
            "move": picking.move_ids.id,
            "invoice": invoice.id,
            "item": invoice.invoice_line_ids.id,
            "receivable": receivable.id,
            "payment": payment.id,
            "entry": payment.move_id.id,
            "credit": partial.credit_move_id.id,
            "debit": (payment.move_id.line_ids - partial.credit_move_id).id,
            "partial": partial.id,
            "full": partial.full_reconcile_id.id,
            "lead": lead.id,
            "message": message.id,
            "activity": activity.id,
        }

    def sell(self, company):
        order = self.env["sale.order"].create(
            {
                "partner_id": company.id,
                "user_id": self.sellers[0].id,
                "order_line": [
                    Command.create(
                        {"product_id": self.articles[0].id, "product_uom_qty": 2}
                    )
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking.button_validate()
        return order

    def pay(self, invoice):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", invoice.company_id.id)], limit=1
        )
        # Only with an account for money on its way does a payment have an entry.
        outstanding = self.env["account.account"].create(
            {
                "name": "Money on its way",
                "code": "BENCH1",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        journal.inbound_payment_method_line_ids.payment_account_id = outstanding
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"journal_id": journal.id})._create_payments()

    def like(self, table, sample, source, **values):
        return insert_like(self.env, table, self.sample[sample], source, values)

    # ----------------------------------------------------------------------- in bulk
    def fill_customers(self):
        self.sql("customers")
        self.like(
            "res_partner",
            "customer",
            "(SELECT c.*, p.name AS parent_name, u.id AS user_id FROM customer c "
            "LEFT JOIN customer p ON p.id = c.parent_id "
            "LEFT JOIN seller u ON u.place = pg_temp.pick(c.i, 34, 120))",
            id="r.id",
            name="r.name",
            complete_name="concat_ws(', ', r.parent_name, r.name)",
            parent_id="r.parent_id",
            commercial_partner_id="coalesce(r.parent_id, r.id)",
            commercial_company_name="coalesce(r.parent_name, "
            "CASE WHEN r.kind = 'company' THEN r.name END)",
            is_company="r.kind = 'company'",
            country_id="r.country_id",
            city="r.city",
            street="'No. ' || 1 + pg_temp.pick(r.i, 35, 900)",
            ref="CASE WHEN r.kind = 'company' THEN 'C' || lpad(r.i::text, 7, '0') END",
            vat="CASE WHEN r.kind = 'company' AND r.code = 'DE' "
            "THEN 'DE' || (100000000 + r.i) END",
            email="r.email",
            email_normalized="r.email",
            phone="CASE WHEN r.national IS NOT NULL "
            "THEN pg_temp.written(r.format, r.calling, r.national) END",
            phone_sanitized="'+' || r.calling || r.national",
            user_id="r.user_id",
            active="pg_temp.pick(r.i, 36, 50) > 0",
            customer_rank="CASE WHEN pg_temp.pick(r.i, 37, 3) = 0 THEN 1 ELSE 0 END",
            create_date="r.made",
            write_date="r.made",
        )

    def fill_sales(self):
        self.sql("sales")
        self.like("sale_order_line", "line", "ordered_line", id="r.id", **SALE_LINE)
        self.like(
            "sale_order",
            "order",
            "(SELECT o.*, t.amount FROM ordered o JOIN total t ON t.order_id = o.id)",
            id="r.id",
            name="'B' || lpad(r.id::text, 8, '0')",
            access_token="NULL",
            partner_id="r.partner_id",
            partner_invoice_id="r.partner_id",
            partner_shipping_id="r.partner_id",
            user_id="r.user_id",
            team_id="r.team_id",
            state="r.state",
            locked="FALSE",
            date_order="r.made",
            validity_date="(r.made + interval '30 days')::date",
            amount_untaxed="r.amount",
            amount_tax="0",
            amount_total="r.amount",
            margin="r.amount",
            invoice_status="CASE WHEN r.state <> 'sale' THEN 'no' "
            "WHEN r.invoiced THEN 'invoiced' ELSE 'to invoice' END",
            delivery_status="CASE WHEN r.state <> 'sale' THEN NULL "
            "WHEN r.delivered THEN 'full' ELSE 'pending' END",
            effective_date="CASE WHEN r.delivered THEN r.made + interval '5 days' END",
            tracking_stage="'quoted'",
            tracking_late="FALSE",
            create_date="r.made",
            write_date="r.made",
        )

    def fill_deliveries(self):
        self.like(
            "stock_picking",
            "picking",
            "shipped",
            id="r.id",
            name="'BENCH/OUT/' || r.id",
            sale_id="r.order_id",
            partner_id="r.partner_id",
            origin="'B' || lpad(r.order_id::text, 8, '0')",
            state="CASE WHEN r.delivered THEN 'done' ELSE 'confirmed' END",
            scheduled_date="r.made + interval '5 days'",
            date_deadline="r.made + interval '5 days'",
            date_done="CASE WHEN r.delivered THEN r.made + interval '5 days' END",
            create_date="r.made",
            write_date="r.made",
        )
        self.like(
            "stock_move",
            "move",
            f"(SELECT l.*, s.id AS picking_id, {next_id(self.env, 'stock_move')} "
            "+ row_number() OVER () AS move_id FROM ordered_line l "
            "JOIN shipped s ON s.order_id = l.order_id)",
            id="r.move_id",
            sale_line_id="r.id",
            picking_id="r.picking_id",
            partner_id="r.partner_id",
            product_id="r.product_id",
            product_qty="r.quantity",
            product_uom_qty="r.quantity",
            quantity="CASE WHEN r.delivered THEN r.quantity ELSE 0 END",
            picked="r.delivered",
            state="CASE WHEN r.delivered THEN 'done' ELSE 'confirmed' END",
            reference="'BENCH/OUT/' || r.picking_id",
            origin="'B' || lpad(r.order_id::text, 8, '0')",
            date="r.made + interval '5 days'",
            date_deadline="r.made + interval '5 days'",
            create_date="r.made",
            write_date="r.made",
        )

    def fill_invoices(self):
        paid = (
            "CASE r.paid WHEN 1 THEN 'paid' WHEN 0 THEN 'not_paid' ELSE 'partial' END"
        )
        amounts = dict.fromkeys(
            (
                "amount_untaxed",
                "amount_total",
                "amount_untaxed_signed",
                "amount_untaxed_in_currency_signed",
                "amount_total_signed",
                "amount_total_in_currency_signed",
            ),
            "r.amount",
        )
        left = dict.fromkeys(
            ("amount_residual", "amount_residual_signed"), "r.amount - r.settled"
        )
        self.like(
            "account_move",
            "invoice",
            "billed",
            id="r.id",
            name="r.name",
            payment_reference="r.name",
            invoice_origin="'B' || lpad(r.order_id::text, 8, '0')",
            sequence_prefix="'BENCH/'",
            sequence_number="r.n",
            access_token="NULL",
            partner_id="r.partner_id",
            partner_shipping_id="r.partner_id",
            commercial_partner_id="r.customer_id",
            invoice_user_id="r.user_id",
            team_id="r.team_id",
            date="r.day",
            invoice_date="r.day",
            invoice_date_due="r.day + 30",
            payment_state=paid,
            create_date="r.day",
            write_date="r.day",
            **amounts,
            **left,
        )
        self.fill_invoice_lines()

    def fill_invoice_lines(self):
        value = "r.quantity * r.price"
        shared = {
            "move_id": "r.move_id",
            "move_name": "r.name",
            "partner_id": "r.customer_id",
            "date": "r.day",
            "invoice_date": "r.day",
            "create_date": "r.day",
            "write_date": "r.day",
        }
        self.like(
            "account_move_line",
            "item",
            "billed_line",
            id="r.id",
            product_id="r.product_id",
            name="r.label",
            quantity="r.quantity",
            price_unit="r.price",
            price_subtotal=value,
            price_total=value,
            debit="0",
            credit=value,
            balance=f"-{value}",
            amount_currency=f"-{value}",
            **shared,
        )
        self.cr.execute(
            "INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id) "
            "SELECT id, line_id FROM billed_line"
        )
        self.receivable_base = next_id(self.env, "account_move_line")
        self.like(
            "account_move_line",
            "receivable",
            "(SELECT b.*, id AS move_id FROM billed b)",
            **{**shared, "id": f"{self.receivable_base} + r.n"},
            name="r.name",
            date_maturity="r.day + 30",
            debit="r.amount",
            credit="0",
            balance="r.amount",
            amount_currency="r.amount",
            amount_residual="r.amount - r.settled",
            amount_residual_currency="r.amount - r.settled",
            reconciled="r.paid = 1",
            full_reconcile_id="NULL",
            matching_number="CASE WHEN r.paid > 0 THEN 'B' || r.n END",
        )
