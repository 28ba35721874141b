from odoo import fields, models

from ..tools import chain


class ServiceComplaint(models.Model):
    """The case file: all that happened, for people and for machines."""

    _inherit = "service.complaint"

    def _get_case_file(self):
        """Give the record of a complaint so that an outsider can prove it.

        :return: dictionary for JSON; ``events`` in order, ``payload`` as the text that
            was hashed, ``None`` where it was erased
        """
        self.ensure_one()
        return {
            "format": "crm-service-case/1",
            "case": self.number,
            "subject": self.name,
            "state": self.state,
            "made": chain.moment(fields.Datetime.now()),
            "events": [
                {
                    "sequence": event.sequence,
                    "kind": event.kind,
                    "moment": chain.moment(event.date),
                    "author": event.author_id,
                    "payload": event.payload_ids.content or None,
                    "payload_hash": event.payload_hash,
                    "hash": event.hash,
                }
                for event in self.event_ids.sorted("sequence")
            ],
        }

    def action_case_file(self):
        """Download the record of a complaint as JSON."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_service/complaint/{self.id}/case.json",
            "target": "download",
        }

    def _is_proved(self):
        """Tell whether the chain of this complaint holds; for the printed file."""
        self.ensure_one()
        return not self.env["service.event"]._find_broken(self)
