from odoo import api, fields, models
from odoo.tools import SQL

#: Ids of the two kinds of rows do not meet.
KINDS = 2


class SfaSalesReport(models.Model):
    """An opportunity or an order, on the way from interest to money.

    What is invoiced and collected is what order tracking says about the order: the
    posted invoices behind its lines, and what is paid of them, refunds negative.
    """

    _name = "sfa.sales.report"
    _description = "Sales from Lead to Cash"
    _auto = False
    _rec_name = "kind"
    _order = "date desc, id desc"

    # what
    kind = fields.Selection(
        [("opportunity", "Opportunity"), ("order", "Quotation or Order")], readonly=True
    )
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    # whose
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    category_id = fields.Many2one(
        "sfa.customer.category", "Customer Category", readonly=True
    )
    country_id = fields.Many2one("res.country", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)

    # how much
    lead_count = fields.Integer("Opportunities", readonly=True)
    won_count = fields.Integer("Won", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    quotation_count = fields.Integer("Quotations", readonly=True)
    expected_revenue = fields.Monetary(
        readonly=True, help="Of open opportunities, without tax."
    )
    weighted_revenue = fields.Monetary(
        readonly=True, help="Expected revenue × probability."
    )
    quoted = fields.Monetary(readonly=True, help="Open quotations, tax included.")
    ordered = fields.Monetary(readonly=True, help="Confirmed orders, tax included.")
    invoiced = fields.Monetary(readonly=True, help="Tax included, less refunds.")
    collected = fields.Monetary(readonly=True)
    to_collect = fields.Monetary(readonly=True, help="Invoiced and not yet paid.")

    _depends = {
        "crm.lead": [
            "active",
            "type",
            "won_status",
            "create_date",
            "partner_id",
            "user_id",
            "team_id",
            "campaign_id",
            "source_id",
            "medium_id",
            "company_id",
            "expected_revenue",
            "probability",
        ],
        "sale.order": [
            "state",
            "date_order",
            "partner_id",
            "user_id",
            "team_id",
            "campaign_id",
            "source_id",
            "medium_id",
            "company_id",
            "currency_id",
            "currency_rate",
            "amount_total",
            "opportunity_id",
        ],
        "sale.order.line": ["order_id", "invoice_lines"],
        "account.move": [
            "state",
            "move_type",
            "amount_total_signed",
            "amount_residual_signed",
        ],
        "account.move.line": ["move_id", "price_total", "amount_residual"],
        "res.partner": [
            "commercial_partner_id",
            "sfa_category_id",
            "country_id",
            "industry_id",
        ],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            WITH %(ctes)s
            SELECT entry.*, customer.id AS partner_id,
                   customer.sfa_category_id AS category_id,
                   customer.country_id, customer.industry_id,
                   company.currency_id
              FROM (%(leads)s UNION ALL %(orders)s) AS entry
              LEFT JOIN res_partner AS contact ON contact.id = entry.contact_id
              LEFT JOIN res_partner AS customer
                     ON customer.id = contact.commercial_partner_id
              LEFT JOIN res_company AS company
                     ON company.id = COALESCE(entry.company_id, %(company)s)
            """,
            ctes=self._ctes(),
            leads=self._select_leads(),
            orders=self._select_orders(),
            company=self.env.company.id,
        )

    @api.model
    def _ctes(self):
        """Give the parts of order tracking that are about money, for all orders."""
        orders = self.env["sale.order"]
        parts = {
            "tracked": SQL(
                """
                SELECT id, currency_id, COALESCE(NULLIF(currency_rate, 0), 1) AS rate
                  FROM sale_order
                 WHERE state = 'sale'
                """
            ),
            "invoice": orders._tracking_cte_invoices(),
            "share": orders._tracking_cte_shares(),
            "due": orders._tracking_cte_due(),
            "money": orders._tracking_cte_money(),
        }
        return SQL(", ").join(
            SQL("%s AS (%s)", SQL(name), query) for name, query in parts.items()
        )

    @api.model
    def _select_leads(self):
        return SQL(
            """
            SELECT lead.id * %(kinds)s AS id,
                   'opportunity' AS kind,
                   lead.id AS lead_id,
                   NULL::integer AS order_id,
                   lead.create_date AS date,
                   lead.company_id,
                   lead.partner_id AS contact_id,
                   lead.user_id, lead.team_id,
                   lead.campaign_id, lead.source_id, lead.medium_id,
                   1 AS lead_count,
                   (lead.won_status = 'won')::int AS won_count,
                   0 AS order_count,
                   0 AS quotation_count,
                   CASE WHEN lead.won_status = 'pending'
                        THEN COALESCE(lead.expected_revenue, 0) ELSE 0
                   END AS expected_revenue,
                   CASE WHEN lead.won_status = 'pending'
                        THEN COALESCE(lead.expected_revenue, 0)
                             * lead.probability::numeric / 100 ELSE 0
                   END AS weighted_revenue,
                   0 AS quoted, 0 AS ordered,
                   0 AS invoiced, 0 AS collected, 0 AS to_collect
              FROM crm_lead AS lead
             WHERE lead.type = 'opportunity'
               AND (lead.active OR lead.won_status <> 'pending')
            """,
            kinds=KINDS,
        )

    @api.model
    def _select_orders(self):
        return SQL(
            """
            SELECT sale.id * %(kinds)s + 1,
                   'order',
                   sale.opportunity_id,
                   sale.id,
                   sale.date_order,
                   sale.company_id,
                   sale.partner_id,
                   sale.user_id, sale.team_id,
                   sale.campaign_id, sale.source_id, sale.medium_id,
                   0, 0,
                   (sale.state = 'sale')::int,
                   (sale.state <> 'sale')::int,
                   0, 0,
                   CASE WHEN sale.state <> 'sale' THEN total.amount ELSE 0 END,
                   CASE WHEN sale.state = 'sale' THEN total.amount ELSE 0 END,
                   COALESCE(money.invoiced_company, 0),
                   COALESCE(money.invoiced_company - money.residual_company, 0),
                   COALESCE(money.residual_company, 0)
              FROM sale_order AS sale
              LEFT JOIN money ON money.order_id = sale.id
              CROSS JOIN LATERAL (
                  SELECT sale.amount_total / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                         AS amount
              ) AS total
             WHERE sale.state IN ('draft', 'sent', 'sale')
            """,
            kinds=KINDS,
        )
