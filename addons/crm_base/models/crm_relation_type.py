from odoo import api, fields, models
from odoo.exceptions import ValidationError

SIDES = [("any", "Anyone"), ("company", "Company"), ("person", "Person")]


class CrmRelationType(models.Model):
    """A way in which one customer relates to another, named from either side."""

    _name = "crm.relation.type"
    _description = "Relation Type"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="Read from the first customer: Acme is … Borealis.",
    )
    inverse_name = fields.Char(
        compute="_compute_inverse_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        translate=True,
        help="Read from the second customer: Borealis is … Acme.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    # rules
    from_side = fields.Selection(
        SIDES,
        "First Customer",
        required=True,
        default="any",
        help="Who may stand first.",
    )
    to_side = fields.Selection(
        SIDES,
        "Second Customer",
        required=True,
        default="any",
        help="Who may stand second.",
    )
    is_symmetric = fields.Boolean(
        "Symmetric", help="Both customers stand in the same relation to each other."
    )
    forbids_cycles = fields.Boolean(
        "No Circles", help="A chain of such relations never leads back to its start."
    )
    is_sell_through = fields.Boolean(
        "Counts Sell-through",
        help="Sales to the second customer count as sell-through of the first one.",
    )

    # A number that every change of a relation raises: of two people who change
    # relations of one type at the same time, the second one starts over and sees what
    # the first one did.
    revision = fields.Integer(default=0, readonly=True, copy=False)

    _symmetric_without_direction = models.Constraint(
        "CHECK (NOT (is_symmetric AND (forbids_cycles OR is_sell_through)))",
        "A symmetric relation has no direction, so it can neither forbid circles nor "
        "count sell-through.",
    )

    @api.depends("name", "is_symmetric")
    def _compute_inverse_name(self):
        for relation_type in self:
            if relation_type.is_symmetric or not relation_type.inverse_name:
                relation_type.inverse_name = relation_type.name

    @api.constrains("from_side", "to_side", "is_symmetric", "forbids_cycles")
    def _check_relations(self):
        for relation_type in self:
            if relation_type.is_symmetric and (
                relation_type.from_side != relation_type.to_side
            ):
                raise ValidationError(
                    self.env._(
                        "The relation type %(type)s is symmetric, so both sides must "
                        "allow the same kind of customer.",
                        type=relation_type.name,
                    )
                )
        relations = self.env["crm.relation"].search([("type_id", "in", self.ids)])
        relations._check_sides()
        relations._check_overlap()
        relations._check_cycles()
