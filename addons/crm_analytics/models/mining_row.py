from odoo import api, fields, models
from odoo.tools import SQL

#: Models of what runs found of single customers.
FINDINGS = ("mining.customer", "mining.score", "mining.profit", "mining.profit.part")


class MiningRow(models.AbstractModel):
    """What a run found of a customer; written by the run, by nobody else."""

    _name = "mining.row"
    _description = "Finding of a Run"
    _rec_name = "partner_id"

    run_id = fields.Many2one(
        "mining.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )

    @api.model
    def _forget(self, partners):
        """Delete what any run found of some customers."""
        for name in FINDINGS:
            # Whoever has a reason to forget needs no right on findings.
            rows = self.env[name].sudo()
            rows.search([("partner_id", "in", partners.ids)]).unlink()

    @api.model
    def _forget_refused(self):
        """Delete what runs found of customers who may not be profiled any more.

        Who withdraws is forgotten at once; this is for a consent that expired or came
        by a merge, or that was withdrawn while a run was at work. Who never said
        anything may be profiled, and is not looked at.
        """
        partners = self.env["res.partner"]
        partners._flush_consent()
        for name in FINDINGS:
            self.env.cr.execute(
                SQL(
                    """
                    DELETE FROM %s t USING res_partner p
                     WHERE p.id = t.partner_id AND p.id IN (
                           SELECT c.partner_id FROM crm_consent c
                            WHERE c.channel = 'profiling') AND NOT %s
                    """,
                    SQL.identifier(self.env[name]._table),
                    partners._may_contact_sql("profiling"),
                )
            )
            self.env[name].invalidate_model(flush=False)
