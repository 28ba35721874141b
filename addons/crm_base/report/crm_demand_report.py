from odoo import api, fields, models
from odoo.tools import SQL


class CrmDemandReport(models.Model):
    """A line of an open quotation, as demand to expect in a week.

    Purchasing and production read it before the orders arrive. The weight is the
    opportunity's probability, else the company's for draft or sent quotations.
    """

    _name = "crm.demand.report"
    _description = "Expected Demand"
    _auto = False
    _rec_name = "product_id"
    _order = "expected_date, product_id, id"

    # what
    product_id = fields.Many2one("product.product", readonly=True)
    product_tmpl_id = fields.Many2one("product.template", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    # where and when
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    expected_date = fields.Date(
        readonly=True,
        help="The promised date, else the opportunity's expected closing, else the "
        "quotation's date plus the product's lead time.",
    )
    # from whom
    order_id = fields.Many2one("sale.order", "Quotation", readonly=True)
    opportunity_id = fields.Many2one("crm.lead", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    # how much
    quoted_quantity = fields.Float(digits="Product Unit", readonly=True)
    weighted_quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Quoted quantity × probability, in the product's unit.",
    )
    probability = fields.Float(aggregator="avg", readonly=True, help="Percent")
    currency_id = fields.Many2one("res.currency", readonly=True)
    weighted_revenue = fields.Monetary(
        readonly=True, help="Untaxed amount × probability, in the company's currency."
    )

    _depends = {
        "sale.order": [
            "state",
            "validity_date",
            "commitment_date",
            "date_order",
            "currency_rate",
            "opportunity_id",
            "warehouse_id",
            "user_id",
            "team_id",
            "partner_id",
            "company_id",
        ],
        "sale.order.line": [
            "order_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "price_subtotal",
            "customer_lead",
            "display_type",
            "is_downpayment",
        ],
        "crm.lead": ["probability", "active", "date_deadline"],
        "product.template": ["uom_id", "categ_id", "type"],
        "uom.uom": ["factor"],
        "res.company": ["crm_probability_draft", "crm_probability_sent"],
    }

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT line.id,
                   line.product_id,
                   product.product_tmpl_id,
                   template.categ_id,
                   template.uom_id,
                   sale.company_id,
                   sale.warehouse_id,
                   COALESCE(
                       sale.commitment_date::date,
                       lead.date_deadline,
                       (sale.date_order + line.customer_lead * INTERVAL '1 day')::date
                   ) AS expected_date,
                   sale.id AS order_id,
                   sale.opportunity_id,
                   sale.partner_id,
                   sale.user_id,
                   sale.team_id,
                   quantity.quoted AS quoted_quantity,
                   quantity.quoted * chance.percent / 100 AS weighted_quantity,
                   chance.percent AS probability,
                   company.currency_id,
                   line.price_subtotal / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                       * chance.percent / 100 AS weighted_revenue
            """
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM sale_order_line AS line
              JOIN sale_order AS sale ON sale.id = line.order_id
              JOIN res_company AS company ON company.id = sale.company_id
              JOIN product_product AS product ON product.id = line.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
              JOIN uom_uom AS line_uom ON line_uom.id = line.product_uom_id
              JOIN uom_uom AS product_uom ON product_uom.id = template.uom_id
              LEFT JOIN crm_lead AS lead ON lead.id = sale.opportunity_id
              CROSS JOIN LATERAL (
                  SELECT line.product_uom_qty * line_uom.factor
                         / NULLIF(product_uom.factor, 0) AS quoted
              ) AS quantity
              CROSS JOIN LATERAL (
                  SELECT COALESCE(
                      lead.probability,
                      CASE sale.state
                          WHEN 'sent' THEN company.crm_probability_sent
                          ELSE company.crm_probability_draft
                      END
                  ) AS percent
              ) AS chance
            """
        )

    @api.model
    def _where(self):
        return SQL(
            """
             WHERE sale.state IN ('draft', 'sent')
               AND line.display_type IS NULL
               AND line.is_downpayment IS NOT TRUE
               AND template.type = 'consu'
               AND (sale.validity_date IS NULL OR sale.validity_date >= %(today)s)
               AND (lead.id IS NULL OR lead.active)
            """,
            today=fields.Date.context_today(self),
        )
