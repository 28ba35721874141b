from odoo import fields, models


class CrmConsentPurpose(models.Model):
    """What a customer is contacted for."""

    _name = "crm.consent.purpose"
    _description = "Purpose of Contact"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable name by which the applications ask, such as marketing.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    needs_consent = fields.Boolean(
        "Consent Needed",
        default=True,
        help="Without a given consent the answer is no. Otherwise the answer is yes "
        "until the customer objects.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)",
        "There is a purpose with this code already. Choose another code.",
    )
