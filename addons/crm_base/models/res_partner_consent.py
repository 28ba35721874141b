from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.section import link, metric, section
from .crm_consent import CHANNELS

#: Channel: what a customer must have to be reached, and the platform's blacklist.
_REACH = {
    "mail": SQL("p.email_normalized IS NOT NULL"),
    "sms": SQL("p.phone_sanitized IS NOT NULL"),
    "phone": SQL("EXISTS (SELECT FROM crm_phone_number n WHERE n.partner_id = p.id)"),
    "post": SQL("p.street IS NOT NULL AND p.city IS NOT NULL"),
    "profiling": SQL("TRUE"),
}
_NUMBER_BLOCKED = SQL(
    """
    EXISTS (
        SELECT FROM phone_blacklist b
         WHERE b.active AND (
             b.number = p.phone_sanitized
             OR b.number IN (
                 SELECT n.e164 FROM crm_phone_number n WHERE n.partner_id = p.id
             )
         )
    )
    """
)
_BLOCKED = {
    "mail": SQL(
        "EXISTS (SELECT FROM mail_blacklist b"
        " WHERE b.active AND b.email = p.email_normalized)"
    ),
    "sms": _NUMBER_BLOCKED,
    "phone": _NUMBER_BLOCKED,
}


class ResPartner(models.Model):
    """May we contact this customer, how and what for?"""

    _inherit = "res.partner"

    consent_ids = fields.One2many(
        "crm.consent",
        "partner_id",
        "Consents",
        groups="crm_base.crm_base_group_user",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_consent(self):
        # A proof that the reader may not see is a proof all the same.
        kept = self.env["crm.consent"].sudo()
        found = kept.search([("partner_id", "in", self.ids)], limit=1)
        if found:
            raise UserError(
                self.env._(
                    "%(customer)s gave or withdrew consent, and that stays on record. "
                    "Archive the contact instead of deleting it.",
                    customer=found.partner_id.display_name,
                )
            )

    def _may_contact(self, channel, purpose=None, date=None):
        """Answer for a batch of customers, in a constant number of queries.

        The latest fact about the channel decides, whether it names the purpose or all
        purposes. Without a fact the purpose decides whether silence means no. An entry
        on the platform's mail or phone blacklist always means no.

        :param str channel: mail, sms, phone, post or profiling
        :param purpose: code of a `crm.consent.purpose`, or None for contact as such
        :param date: day asked about, today by default; the blacklists are today's
        :return: ``{partner_id: bool}``
        :raise ValueError: no such channel or purpose
        """
        self._flush_consent()
        allowed = self._may_contact_sql(channel, purpose, date)
        rows = self.env.execute_query(
            SQL(
                "SELECT p.id, %s FROM res_partner p WHERE p.id = ANY(%s)",
                allowed,
                self.ids,
            )
        )
        return {**dict.fromkeys(self.ids, False), **dict(rows)}

    @api.model
    def _flush_consent(self):
        self.env["crm.consent"].flush_model()
        self.env["mail.blacklist"].flush_model(["email", "active"])
        self.env["phone.blacklist"].flush_model(["number", "active"])
        self.flush_model(["email_normalized", "phone_sanitized", "street", "city"])

    @api.model
    def _may_contact_sql(self, channel, purpose=None, date=None):
        """Say the same in SQL: a condition on a row ``p`` of `res_partner`.

        Flush with ``_flush_consent`` first. Parameters and errors as
        :meth:`_may_contact`.
        """
        if channel not in dict(CHANNELS):
            raise ValueError(f"Unknown channel of contact: {channel!r}")
        wanted = self._consent_purpose(purpose)
        date = date or fields.Date.context_today(self)
        said = SQL(
            """
            (SELECT c.state = 'given' AND coalesce(c.expires, %(date)s) >= %(date)s
               FROM crm_consent c
              WHERE c.partner_id = p.id AND c.channel = %(channel)s
                AND c.date <= %(date)s AND (c.purpose_id IS NULL OR %(purpose)s)
              ORDER BY c.date DESC, c.id DESC LIMIT 1)
            """,
            date=date,
            channel=channel,
            purpose=SQL("c.purpose_id = %s", wanted.id) if wanted else SQL("FALSE"),
        )
        allowed = SQL("coalesce(%s, %s)", said, not wanted.needs_consent)
        if channel in _BLOCKED:
            allowed = SQL("(%s AND NOT %s)", allowed, _BLOCKED[channel])
        return allowed

    @api.model
    def _reachable_sql(self, channel):
        """Say whether a row ``p`` of `res_partner` has what the channel needs."""
        return _REACH[channel]

    @api.model
    def _consent_purpose(self, code):
        # Whoever asks for permission needs no right to read the list of purposes.
        purposes = self.env["crm.consent.purpose"].sudo()
        if not code:
            return purposes
        purpose = purposes.with_context(active_test=False).search([("code", "=", code)])
        if not purpose:
            raise ValueError(f"Unknown purpose of contact: {code!r}")
        return purpose

    # -------------------------------------------------------------------------- page

    def _customer_360_sections(self):
        sections = super()._customer_360_sections()
        if not self.env["crm.consent"].has_access("read"):
            return sections
        owners = self.commercial_partner_id
        answers = owners._may_contact_by_channel()
        labels = dict(
            self.env["crm.consent"]._fields["channel"]._description_selection(self.env)
        )
        for owner in owners:
            part = section(
                "consent",
                self.env._("May we?"),
                sequence=80,
                icon="fa-handshake-o",
                action=link(
                    self.env._("Consents"),
                    "crm.consent",
                    domain=[("partner_id", "=", owner.id)],
                    context={"default_partner_id": owner.id},
                ),
            )
            for channel, allowed in answers[owner.id].items():
                part["metrics"].append(
                    metric(
                        labels[channel],
                        self.env._("Yes") if allowed else self.env._("No"),
                        tone="success" if allowed else "danger",
                    )
                )
            sections[owner.id].append(part)
        return sections

    def _may_contact_by_channel(self):
        """Answer for all channels at once: ``{partner_id: {channel: bool}}``."""
        self._flush_consent()
        channels = [channel for channel, _label in CHANNELS]
        rows = self.env.execute_query(
            SQL(
                "SELECT p.id, %s FROM res_partner p WHERE p.id = ANY(%s)",
                SQL(", ").join(self._may_contact_sql(channel) for channel in channels),
                self.ids,
            )
        )
        return {row[0]: dict(zip(channels, row[1:], strict=True)) for row in rows}
