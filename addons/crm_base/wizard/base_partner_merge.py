from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import phone


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The platform's merge, which also knows numbers, relations and memberships."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        self.env["crm.duplicate"]._check_manager()
        if len(partners.company_id) > 1:
            raise UserError(
                self.env._(
                    "%(customers)s belong to different companies and stay apart. Merge "
                    "customers of one company only.",
                    customers=", ".join(partners.mapped("display_name")),
                )
            )
        self._check_no_colleague(partners)
        # The platform lets the administrator alone merge customers with different
        # mails; here it is what managers of customer relations are for.
        return super()._merge(partner_ids, dst_partner, extra_checks=False)

    def _check_no_colleague(self, partners):
        """Refuse to give a colleague's login the mail of somebody else.

        :raise UserError: one of the customers is a user of the database, and the
            person who merges is no administrator
        """
        # Who may merge need not see users; the answer is about these customers only.
        users = partners.sudo().with_context(active_test=False).user_ids
        colleagues = users.filtered(lambda user: not user.share).partner_id
        if colleagues and not self.env.is_admin():
            raise UserError(
                self.env._(
                    "%(customers)s can log in as a colleague, so only an "
                    "administrator may merge this contact. Ask one.",
                    customers=", ".join(colleagues.mapped("display_name")),
                )
            )

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env.flush_all()
        self._merge_phone_numbers(src_partners)
        self._merge_segments(src_partners, dst_partner)
        # A relation of a customer whom the manager does not see must move as well.
        self.env["crm.relation"].sudo()._merge_partners(src_partners, dst_partner)
        super()._update_foreign_keys(src_partners, dst_partner)

    def _merge_phone_numbers(self, src_partners):
        # Made again from the numbers that the kept customer has in the end.
        self.env.execute_query(
            SQL(
                "DELETE FROM crm_phone_number WHERE partner_id = ANY(%s) RETURNING 1",
                src_partners.ids,
            )
        )

    def _merge_segments(self, src_partners, dst_partner):
        """Keep the oldest of the memberships that would be double."""
        self.env.execute_query(
            SQL(
                """
                DELETE FROM crm_segment_member m
                 USING (
                     SELECT id, row_number() OVER (
                                PARTITION BY segment_id ORDER BY since, id
                            ) AS place
                       FROM crm_segment_member
                      WHERE until IS NULL AND partner_id = ANY(%s)
                 ) double
                 WHERE double.id = m.id AND double.place > 1
                RETURNING 1
                """,
                (src_partners | dst_partner).ids,
            )
        )
        self.env.execute_query(
            SQL(
                "DELETE FROM crm_duplicate_ignored WHERE first_id = ANY(%(ids)s)"
                " OR second_id = ANY(%(ids)s) RETURNING 1",
                ids=src_partners.ids,
            )
        )

    @api.model
    def _update_values(self, src_partners, dst_partner):
        everybody = dst_partner | src_partners
        typed = [
            part
            for partner in everybody
            for field in (partner.phone, partner.other_phones)
            for part in phone.split(field)
        ]
        super()._update_values(src_partners, dst_partner)
        dst_partner.other_phones = self._join_phones(dst_partner, typed)

    def _join_phones(self, partner, typed):
        """Keep every number once, beside the one that stands in the phone field."""
        region = partner.country_id.code or self.env["res.company"]._phone_region()
        seen = {phone.parse(part, region) for part in phone.split(partner.phone)}
        others = []
        for part in typed:
            key = phone.parse(part, region) or part
            if key not in seen:
                seen.add(key)
                others.append(part)
        return ", ".join(others) or False

    def _log_merge_operation(self, src_partners, dst_partner):
        super()._log_merge_operation(src_partners, dst_partner)
        lines = Markup().join(
            Markup("<li>%s</li>") % self._merge_note_line(partner)
            for partner in src_partners
        )
        dst_partner.message_post(
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (
                self.env._(
                    "%(user)s merged these customers into this one:",
                    user=self.env.user.name,
                ),
                lines,
            ),
            subtype_xmlid="mail.mt_note",
        )
        self.env["crm.phone.number"]._sync(dst_partner)
        self._forget_groups(src_partners)
        self.env["crm.lifecycle"]._refresh(dst_partner.commercial_partner_id.ids)

    def _merge_note_line(self, partner):
        facts = (partner.name, partner.phone, partner.email, partner.vat, partner.ref)
        return " · ".join(filter(None, facts))

    def _forget_groups(self, src_partners):
        """Drop the merged customers from the groups of possible duplicates."""
        self.env.execute_query(
            SQL(
                """
                WITH touched AS (
                    DELETE FROM crm_duplicate_partner_rel WHERE partner_id = ANY(%s)
                    RETURNING duplicate_id
                ), left_over AS (
                    SELECT d.id, d.partner_count - count(*) AS partners
                      FROM crm_duplicate d JOIN touched t ON t.duplicate_id = d.id
                     GROUP BY d.id
                ), gone AS (
                    DELETE FROM crm_duplicate d USING left_over l
                     WHERE l.id = d.id AND l.partners < 2
                )
                UPDATE crm_duplicate d SET partner_count = l.partners
                  FROM left_over l WHERE l.id = d.id AND l.partners >= 2
                RETURNING d.id
                """,
                src_partners.ids,
            )
        )
        self.env["crm.duplicate"].invalidate_model(flush=False)
