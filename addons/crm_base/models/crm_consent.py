from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CHANNELS = [
    ("mail", "Email"),
    ("sms", "SMS"),
    ("phone", "Phone"),
    ("post", "Post"),
    ("profiling", "Profiling"),
]


class CrmConsent(models.Model):
    """A dated fact: a customer gave or withdrew the permission to use a channel.

    The latest fact decides. Nobody rewrites a fact: who changes their mind adds one.
    """

    _name = "crm.consent"
    _description = "Consent"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="restrict"
    )
    channel = fields.Selection(CHANNELS, required=True)
    purpose_id = fields.Many2one(
        "crm.consent.purpose", ondelete="restrict", help="Empty: for every purpose."
    )
    state = fields.Selection(
        [("given", "Given"), ("withdrawn", "Withdrawn")], required=True, default="given"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    expires = fields.Date(help="Last day of a given consent; empty: until withdrawn.")

    # why we believe it
    basis = fields.Selection(
        [
            ("consent", "Consent"),
            ("contract", "Contract"),
            ("interest", "Legitimate Interest"),
            ("law", "Legal Duty"),
        ],
        "Legal Basis",
        required=True,
        default="consent",
    )
    source = fields.Selection(
        [
            ("form", "Paper Form"),
            ("web", "Website or Portal"),
            ("mail", "Email"),
            ("phone", "Phone Call"),
            ("person", "In Person"),
            ("import", "Import"),
        ],
        required=True,
        default="person",
    )
    proof = fields.Char(help="Where the proof is kept: document, recording, link.")

    _latest_idx = models.Index("(partner_id, channel, date DESC, id DESC)")
    _expires_after_given = models.Constraint(
        "CHECK (expires >= date)", "A consent expires on the day it is given, or later."
    )

    @api.depends("partner_id", "channel", "state")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        for consent in self:
            consent.display_name = (
                f"{consent.partner_id.display_name or ''} · "
                f"{channels.get(consent.channel, '')} · {states.get(consent.state, '')}"
            )

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for consent in self:
            if consent.date > today:
                raise ValidationError(
                    self.env._(
                        "The consent of %(customer)s is dated in the future. Enter the "
                        "day on which the customer said so.",
                        customer=consent.partner_id.display_name,
                    )
                )

    def write(self, vals):
        raise UserError(self._frozen_message())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self._frozen_message())

    def _frozen_message(self):
        return self.env._(
            "What customers said about contact is kept as it was recorded. Record "
            "a new consent or withdrawal instead; the latest one counts."
        )

    def action_withdraw(self):
        """Record that these consents are withdrawn today."""
        return self.create(
            [
                {
                    "partner_id": consent.partner_id.id,
                    "channel": consent.channel,
                    "purpose_id": consent.purpose_id.id,
                    "state": "withdrawn",
                    "basis": consent.basis,
                }
                for consent in self
                if consent.state == "given"
            ]
        )
