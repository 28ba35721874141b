from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LoyaltyProgram(models.Model):
    """A program of stored value that follows rules of prepaid cards."""

    _inherit = "loyalty.program"

    loyalty_value_rule_id = fields.Many2one(
        "loyalty.value.rule",
        "Prepaid Card Rules",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('currency_id', '=', currency_id)]",
    )

    @api.constrains("loyalty_value_rule_id", "currency_id")
    def _check_rule_currency(self):
        for program in self:
            rule = program.loyalty_value_rule_id
            if rule and rule.currency_id != program.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(rule)s counts in %(currency)s. Choose rules in the currency "
                        "of program %(program)s.",
                        rule=rule.name,
                        currency=rule.currency_id.name,
                        program=program.name,
                    )
                )
