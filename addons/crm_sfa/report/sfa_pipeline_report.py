from odoo import api, fields, models
from odoo.tools import SQL


class SfaPipelineReport(models.Model):
    """A stay of an opportunity in a stage.

    Figures about a whole opportunity (count, win rate, cycle time, revenue) stand in
    the row of its latest stay alone, so that they count once in any grouping; figures
    about a stage stand in the first stay there.
    """

    _name = "sfa.pipeline.report"
    _description = "Pipeline Analysis"
    _auto = False
    _rec_name = "lead_id"
    _order = "entered_on desc, id desc"

    # which opportunity
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    won_status = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("pending", "Open")], "Result", readonly=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    category_id = fields.Many2one(
        "sfa.customer.category", "Customer Category", readonly=True
    )
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)

    # which stage, when
    stage_id = fields.Many2one("crm.stage", readonly=True)
    entered_on = fields.Datetime("Entered", readonly=True)
    left_on = fields.Datetime("Left", readonly=True)
    created_on = fields.Datetime("Created", readonly=True)
    closed_on = fields.Datetime("Closed", readonly=True)
    moved_by_id = fields.Many2one("res.users", "Moved by", readonly=True)
    is_overridden = fields.Boolean("Moved with a Reason", readonly=True)

    # the opportunity, once
    lead_count = fields.Integer("Opportunities", readonly=True)
    won_count = fields.Integer("Won", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    win_rate = fields.Float(
        "Win Rate (%)",
        aggregator="avg",
        readonly=True,
        help="Won of all that are won or lost.",
    )
    cycle_days = fields.Float(
        "Cycle Time (Days)",
        aggregator="avg",
        readonly=True,
        help="From creation to the day it was won.",
    )
    expected_revenue = fields.Float(readonly=True)

    # the stage
    stage_entries = fields.Integer(
        "Reached", readonly=True, help="Opportunities that were ever in the stage."
    )
    stage_days = fields.Float(
        "Days in Stage", aggregator="avg", readonly=True, help="Of each stay."
    )
    conversion = fields.Float(
        "Went On (%)",
        aggregator="avg",
        readonly=True,
        help="Came to a later stage, of those that did or were lost; what still waits "
        "in the stage does not count.",
    )
    won_after = fields.Float(
        "Won in the End (%)",
        aggregator="avg",
        readonly=True,
        help="Of the decided opportunities that were in the stage.",
    )

    _depends = {
        "sfa.stage.log": [
            "lead_id",
            "stage_id",
            "user_id",
            "entered_on",
            "left_on",
            "override_reason",
        ],
        "crm.stage": ["sequence"],
        "crm.lead": [
            "active",
            "type",
            "won_status",
            "date_closed",
            "partner_id",
            "user_id",
            "team_id",
            "campaign_id",
            "source_id",
            "medium_id",
            "company_id",
            "lost_reason_id",
            "expected_revenue",
        ],
        "res.partner": ["commercial_partner_id", "sfa_category_id"],
    }

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        return SQL(
            """
            SELECT stay.id,
                   stay.lead_id,
                   stay.stage_id,
                   stay.user_id AS moved_by_id,
                   stay.entered_on,
                   stay.left_on,
                   stay.override_reason IS NOT NULL AS is_overridden,
                   lead.won_status,
                   customer.id AS partner_id,
                   customer.sfa_category_id AS category_id,
                   lead.user_id,
                   lead.team_id,
                   lead.campaign_id,
                   lead.source_id,
                   lead.medium_id,
                   lead.company_id,
                   lead.lost_reason_id,
                   lead.create_date AS created_on,
                   closed.moment AS closed_on,
                   stay.latest::int AS lead_count,
                   (stay.latest AND lead.won_status = 'won')::int AS won_count,
                   (stay.latest AND lead.won_status = 'lost')::int AS lost_count,
                   CASE WHEN stay.latest THEN result.rate END AS win_rate,
                   CASE WHEN stay.latest AND lead.won_status = 'won' THEN
                       EXTRACT(EPOCH FROM closed.moment - lead.create_date) / 86400
                   END AS cycle_days,
                   CASE WHEN stay.latest THEN lead.expected_revenue ELSE 0 END
                       AS expected_revenue,
                   (stay.visit = 1)::int AS stage_entries,
                   EXTRACT(EPOCH FROM COALESCE(
                       stay.left_on,
                       GREATEST(closed.moment, stay.entered_on),
                       %(now)s
                   ) - stay.entered_on) / 86400 AS stage_days,
                   CASE WHEN stay.visit > 1 THEN NULL
                        WHEN stay.furthest > stay.place THEN 100.0
                        WHEN lead.won_status = 'lost' THEN 0.0
                   END AS conversion,
                   CASE WHEN stay.visit = 1 THEN result.rate END AS won_after
            """,
            now=self.env.cr.now(),
        )

    @api.model
    def _from(self):
        return SQL(
            """
              FROM (
                  SELECT log.*,
                         place.place,
                         ROW_NUMBER() OVER (
                             PARTITION BY log.lead_id, log.stage_id
                             ORDER BY log.entered_on, log.id
                         ) AS visit,
                         LEAD(log.id) OVER story IS NULL AS latest,
                         MAX(place.place) OVER (
                             PARTITION BY log.lead_id ORDER BY log.entered_on, log.id
                             ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
                         ) AS furthest
                    FROM sfa_stage_log AS log
                    JOIN (
                        SELECT id, ROW_NUMBER() OVER (ORDER BY sequence, id) AS place
                          FROM crm_stage
                    ) AS place ON place.id = log.stage_id
                  WINDOW story AS (
                      PARTITION BY log.lead_id ORDER BY log.entered_on, log.id
                  )
              ) AS stay
              JOIN crm_lead AS lead ON lead.id = stay.lead_id
              LEFT JOIN res_partner AS contact ON contact.id = lead.partner_id
              LEFT JOIN res_partner AS customer
                     ON customer.id = contact.commercial_partner_id
              CROSS JOIN LATERAL (
                  SELECT CASE WHEN lead.won_status IN ('won', 'lost')
                              THEN COALESCE(lead.date_closed, lead.write_date)
                         END AS moment
              ) AS closed
              CROSS JOIN LATERAL (
                  SELECT CASE lead.won_status WHEN 'won' THEN 100.0
                                              WHEN 'lost' THEN 0.0 END AS rate
              ) AS result
            """
        )

    @api.model
    def _where(self):
        return SQL(
            """
             WHERE lead.type = 'opportunity'
               AND (lead.active OR lead.won_status <> 'pending')
            """
        )
