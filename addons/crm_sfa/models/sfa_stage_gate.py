from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import gate


class SfaStageGate(models.Model):
    """Conditions that an opportunity meets before it enters a stage."""

    _name = "sfa.stage.gate"
    _inherit = ["crm.remembered"]
    _description = "Stage Condition"
    _order = "stage_id, sequence, id"
    _rec_name = "stage_id"

    stage_id = fields.Many2one(
        "crm.stage", "Before Entering", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # for which business
    team_ids = fields.Many2many(
        "crm.team", string="Sales Teams", help="Empty: for all teams."
    )
    category_ids = fields.Many2many(
        "sfa.customer.category",
        string="Customer Categories",
        help="With the categories below them. Empty: for all customers.",
    )

    # what has to be there
    field_ids = fields.Many2many(
        "ir.model.fields",
        string="Filled Fields",
        domain=[
            ("model", "=", "crm.lead"),
            ("ttype", "not in", ("properties", "properties_definition", "json")),
        ],
    )
    plan_id = fields.Many2one(
        "mail.activity.plan",
        "Done Actions",
        domain=[("res_model", "=", "crm.lead")],
        help="All actions of this plan have to be done.",
    )
    quotation_state = fields.Selection(
        [
            ("exists", "Made"),
            ("approved", "Made and Free to Leave"),
            ("sent", "Sent"),
            ("confirmed", "Confirmed"),
        ],
        "Quotation",
        help="At least one quotation of the opportunity has come so far.",
    )
    document_kind = fields.Selection(
        [
            ("any", "Any File"),
            ("pdf", "PDF"),
            ("image", "Picture"),
            ("sheet", "Spreadsheet"),
            ("text", "Text Document"),
        ],
        "Document",
        help="A file of this kind is attached to the opportunity.",
    )
    document_name = fields.Char(
        "File Name Contains", help="Such as “contract”; capitals do not matter."
    )
    group_id = fields.Many2one(
        "res.groups", "Only by", help="Only people of this group may move it here."
    )
    from_stage_ids = fields.Many2many(
        "crm.stage",
        "sfa_stage_gate_from_rel",
        "gate_id",
        "stage_id",
        string="Only from Stages",
        help="Empty: from every stage.",
    )

    @api.constrains("stage_id", "from_stage_ids")
    def _check_from_stage_ids(self):
        for condition in self:
            if condition.from_stage_ids == condition.stage_id:
                raise ValidationError(
                    self.env._(
                        "Nothing could ever enter the stage %(stage)s if it is the "
                        "only stage to come from. Choose another one.",
                        stage=condition.stage_id.name,
                    )
                )

    @api.model
    @tools.ormcache()
    def _get_ids_by_stage(self):
        """Give ``{stage id: ids of its gates}``, kept in memory: most have none."""
        # The rules of the process are the same for everybody who works in it.
        gates = self.sudo().search_fetch([], ["stage_id"])
        return {
            stage.id: tuple(group._ids)
            for stage, group in gates.grouped("stage_id").items()
        }

    @api.model
    def _get_gates(self, stages):
        """Give the gates of stages, readable for whoever moves an opportunity."""
        ids_by_stage = self._get_ids_by_stage()
        ids = [
            gate_id for stage in stages for gate_id in ids_by_stage.get(stage.id, ())
        ]
        return self.sudo().browse(ids)

    def _applies(self, lead):
        """Say whether a gate is about the kind of business of an opportunity."""
        self.ensure_one()
        if self.team_ids and lead.team_id not in self.team_ids:
            return False
        if not self.category_ids:
            return True
        category = lead.partner_id.commercial_partner_id.sfa_category_id
        above = {int(part) for part in (category.parent_path or "").split("/") if part}
        return not above.isdisjoint(self.category_ids.ids)

    def _get_rule(self):
        """Give the gate as a row of `tools.gate`."""
        self.ensure_one()
        return gate.Gate(
            fields=tuple(self.field_ids.mapped("name")),
            quotation=self.quotation_state or None,
            document=bool(self.document_kind or self.document_name),
            document_kind=self.document_kind or None,
            document_name=self.document_name or "",
            group=self.group_id.id or None,
            from_stages=frozenset(self.from_stage_ids.ids),
        )

    def _get_sentence(self, reason, detail):
        """Write what is missing as one sentence."""
        self.ensure_one()
        if reason == gate.FIELD:
            field = self.field_ids.filtered(lambda field: field.name == detail)
            return self.env._("“%s” is empty.", field.field_description)
        if reason == gate.ACTION:
            return self.env._("The action “%s” is not done.", detail)
        if reason == gate.QUOTATION:
            return {
                "exists": self.env._("There is no quotation."),
                "approved": self.env._("There is no quotation that is free to leave."),
                "sent": self.env._("No quotation was sent."),
                "confirmed": self.env._("No quotation was confirmed."),
            }[detail]
        if reason == gate.DOCUMENT:
            return self._get_document_sentence()
        if reason == gate.GROUP:
            return self.env._(
                "Only people of the group “%s” may move it there.",
                self.group_id.display_name,
            )
        return self.env._(
            "It can only come from: %s.", ", ".join(self.from_stage_ids.mapped("name"))
        )

    def _get_document_sentence(self):
        kinds = dict(self._fields["document_kind"]._description_selection(self.env))
        kind = kinds[self.document_kind or "any"]
        if self.document_name:
            return self.env._(
                "No document is attached (%(kind)s, named “%(name)s”).",
                kind=kind,
                name=self.document_name,
            )
        return self.env._("No document is attached (%(kind)s).", kind=kind)
