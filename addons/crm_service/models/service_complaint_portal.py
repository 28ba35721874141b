from odoo import api, fields, models
from odoo.fields import Domain

#: The phases as the customer sees them, and when each was, or will be, reached.
PHASES = (
    ("intake", "date_received", None),
    ("acknowledged", "date_acknowledged", "ack_deadline"),
    ("awaiting", "date_decided", "decision_deadline"),
    ("executing", "date_accepted", None),
    ("call_back", "date_remedied", "remedy_deadline"),
    ("closed", "date_closed", None),
)
#: States of a remedy that is promised to the customer.
OFFERED = ("approved", "executing", "done")


class ServiceComplaint(models.Model):
    """What customers see of their own complaints, and what they may answer."""

    _inherit = "service.complaint"

    @api.model
    def _get_portal_domain(self):
        """Give the complaints of the very person who is logged in."""
        return Domain("partner_id", "=", self.env.user.partner_id.id)

    @api.model
    def _get_portal_complaints(self, complaint_id=None):
        """Give the complaints of who is logged in, or one of them.

        :param complaint_id: nothing comes back when it is another person's
        """
        domain = self._get_portal_domain()
        if complaint_id:
            domain &= Domain("id", "=", complaint_id)
        # Customers have no right to the model; the domain is what they may see.
        return self.sudo().search(domain)

    def _get_portal_phases(self):
        """Give the phases for the customer, in order.

        :return: ``[{"label", "done", "promised"}]``; moments are naive UTC or False
        """
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        phases = [
            {
                "label": labels[state],
                "done": self[reached],
                "promised": deadline and not self[reached] and self[deadline],
            }
            for state, reached, deadline in PHASES
        ]
        if self.state in ("withdrawn", "not_upheld"):
            phases[-1]["label"] = labels[self.state]
        return phases

    def _get_portal_offer(self):
        """Give the remedies that the customer reads about: what was approved."""
        return self.remedy_ids.filtered(lambda remedy: remedy.state in OFFERED)

    def _may_answer(self):
        """Tell whether the customer may accept or counter now."""
        self.ensure_one()
        return self.state == "awaiting" and not self.ending

    def _accept_in_portal(self):
        self._move(
            "executing",
            note=self.env._("Accepted in the portal"),
            date_accepted=fields.Datetime.now(),
        )
        self._tell_officer(self.env._("The customer accepted the proposal"))

    def _counter_in_portal(self, words):
        self.action_counter(words)
        self._tell_officer(self.env._("The customer made a counter-proposal"))

    def _tell_officer(self, summary):
        self.ensure_one()
        if self.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, user_id=self.user_id.id
            )
