from odoo import api, fields, models


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    sfa_contact = fields.Selection(
        [("visit", "Visit"), ("call", "Call")],
        "Counts As",
        compute="_compute_sfa_contact",
        store=True,
        readonly=False,
        precompute=True,
        help="Activities of this type keep the rhythm of visits or calls that a "
        "customer category asks for.",
    )

    @api.depends("category")
    def _compute_sfa_contact(self):
        kinds = {"phonecall": "call", "meeting": "visit"}
        for kind in self:
            kind.sfa_contact = kinds.get(kind.category, kind.sfa_contact)

    @api.constrains("chaining_type", "triggered_next_type_id")
    def _check_sfa_cycle(self):
        self.env["mail.activity.plan"]._sfa_check_cycles()
