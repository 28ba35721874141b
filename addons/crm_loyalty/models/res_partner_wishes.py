from odoo import models

#: How a member may be told of offers.
CHANNELS = ("mail", "sms", "phone", "post")
PURPOSE = "marketing"


class ResPartner(models.Model):
    """A member says how to be told of offers."""

    _inherit = "res.partner"

    def _get_wishes(self):
        """Tell what the latest word of the contact about offers was.

        :return: ``{channel: bool}``
        """
        self.ensure_one()
        return {
            channel: self._may_contact(channel, PURPOSE)[self.id]
            for channel in CHANNELS
        }

    def _record_wishes(self, wishes, source, proof=None):
        """Record what the contact said, where it differs from before.

        :param wishes: ``{channel: bool}``
        :param source: of `crm.consent`
        :return: the new consents
        """
        self.ensure_one()
        # Facts about one's own consent need no right of the office.
        consents = self.env["crm.consent"].sudo()
        purpose = self._consent_purpose(PURPOSE)
        return consents.create(
            [
                {
                    "partner_id": self.id,
                    "channel": channel,
                    "purpose_id": purpose.id,
                    "state": "given" if wishes[channel] else "withdrawn",
                    "source": source,
                    "proof": proof,
                }
                for channel, known in self._get_wishes().items()
                if channel in wishes and bool(wishes[channel]) != known
            ]
        )
