from odoo import api, fields, models
from odoo.tools import SQL


class SfaStageLog(models.Model):
    """The time that an opportunity spent in a stage, and who brought it there."""

    _name = "sfa.stage.log"
    _description = "Stage History"
    _order = "entered_on desc, id desc"
    _rec_name = "stage_id"

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, ondelete="cascade", readonly=True
    )
    stage_id = fields.Many2one(
        "crm.stage", required=True, ondelete="cascade", readonly=True, index=True
    )
    from_stage_id = fields.Many2one(
        "crm.stage", "From", ondelete="set null", readonly=True
    )
    user_id = fields.Many2one("res.users", "Moved by", readonly=True)
    entered_on = fields.Datetime("Entered", required=True, readonly=True)
    left_on = fields.Datetime("Left", readonly=True)
    hours = fields.Float(
        readonly=True, help="Between entering and leaving, nights included."
    )
    override_reason = fields.Text(
        "Moved Despite Conditions Because",
        readonly=True,
        help="A manager let it pass; conditions were not met.",
    )

    _one_open = models.UniqueIndex(
        "(lead_id) WHERE left_on IS NULL",
        "An opportunity is in one stage at a time.",
    )
    _of_lead = models.Index("(lead_id, entered_on)")

    def init(self):
        """Begin the history of opportunities that are older than this addon."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sfa_stage_log (lead_id, stage_id, user_id, entered_on,
                            create_uid, create_date, write_uid, write_date)
                SELECT lead.id, lead.stage_id, lead.user_id,
                       COALESCE(lead.date_last_stage_update, lead.create_date),
                       1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
                  FROM crm_lead AS lead
                 WHERE lead.stage_id IS NOT NULL
                   AND COALESCE(lead.date_last_stage_update, lead.create_date)
                       IS NOT NULL
                   AND NOT EXISTS (SELECT FROM sfa_stage_log AS log
                                    WHERE log.lead_id = lead.id)
                """
            )
        )

    @api.model
    def _enter(self, leads, reason=None):
        """Note that opportunities are in their stage as of now, in one statement.

        :param reason: why a manager let them pass without meeting the conditions
        """
        leads = leads.filtered("stage_id")
        if not leads:
            return
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                WITH moved AS (
                    SELECT * FROM unnest(%(leads)s, %(stages)s) AS m(lead_id, stage_id)
                ), closed AS (
                    UPDATE sfa_stage_log AS log
                       SET left_on = %(now)s,
                           hours = EXTRACT(EPOCH FROM %(now)s - log.entered_on) / 3600,
                           write_uid = %(uid)s, write_date = %(now)s
                      FROM moved
                     WHERE log.lead_id = moved.lead_id AND log.left_on IS NULL
                 RETURNING log.lead_id, log.stage_id
                ), noted AS (
                    INSERT INTO sfa_stage_log (lead_id, stage_id, from_stage_id,
                                user_id, entered_on, override_reason,
                                create_uid, create_date, write_uid, write_date)
                    SELECT moved.lead_id, moved.stage_id, closed.stage_id,
                           %(uid)s, %(now)s, %(reason)s,
                           %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM moved LEFT JOIN closed USING (lead_id)
                )
                SELECT 1
                """,
                leads=list(leads._ids),
                stages=[lead.stage_id.id for lead in leads],
                now=self.env.cr.now(),
                uid=self.env.uid,
                reason=reason or None,
            )
        )
        self.invalidate_model()
        leads.invalidate_recordset(["sfa_stage_log_ids"])
