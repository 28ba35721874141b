from odoo import models
from odoo.tools import plaintext2html
from odoo.tools.misc import format_date

#: Phases of which the customer gets a mail.
TOLD = ("acknowledged", "awaiting")


class ServiceComplaint(models.Model):
    """The customer is told that a complaint is taken up, and what is offered."""

    _inherit = "service.complaint"

    def _after_step(self, state):
        result = super()._after_step(state)
        if state in TOLD:
            for complaint in self.filtered("partner_id.email"):
                complaint._tell_customer(state)
        return result

    def _tell_customer(self, state):
        """Send what a phase means to the customer, in the customer's language."""
        self.ensure_one()
        customer = self.partner_id
        told = self.with_context(lang=customer.lang or self.env.lang)
        words = told._say_acknowledged() if state == TOLD[0] else told._say_offer()
        self.message_post(
            subject=self.display_name,
            body=plaintext2html(words),
            partner_ids=customer.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _say_acknowledged(self):
        return self.env._(
            "We have received your complaint “%(subject)s” and look into it under the "
            "number %(number)s. You have our answer by %(date)s.",
            subject=self.name,
            number=self.number,
            date=format_date(self.env, self.decision_deadline),
        )

    def _say_offer(self):
        return self.env._(
            "Our answer to your complaint %(number)s:\n\n%(answer)s\n\nAccept it, or "
            "tell us what you would accept instead: %(link)s",
            number=self.number,
            answer="\n\n".join(filter(None, (self.proposal, self.refusal))),
            link=f"{self.get_base_url()}/my/complaints/{self.id}",
        )
