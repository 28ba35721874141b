from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.sql import column_exists, create_column

from ..tools import vat as vat_rules

MAX_TERM = 200
MAX_LOOKUP = 80


class ResPartner(models.Model):
    """Who a customer is: numbers, addresses, codes, and what is wrong with them."""

    _name = "res.partner"
    _inherit = ["crm.phone.mixin", "res.partner"]

    # contact data that cannot be used, kept as typed
    contact_issues = fields.Char(
        compute="_compute_contact_issues",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
        help="Technical: which of phone, mail and vat cannot be right.",
    )
    contact_warning = fields.Text(
        compute="_compute_contact_warning",
        search="_search_contact_warning",
        groups="base.group_user",
    )

    # sparse lookups
    _user_idx = models.Index("(user_id) WHERE user_id IS NOT NULL")
    _email_normalized_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )
    _phone_sanitized_idx = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )
    _ref_idx = models.Index("(ref) WHERE ref IS NOT NULL")

    def _auto_init(self):
        # Without the column the ORM would load every existing customer to compute it;
        # the post-init hook fills it in batches.
        if not column_exists(self.env.cr, "res_partner", "contact_issues"):
            create_column(self.env.cr, "res_partner", "contact_issues", "varchar")
        return super()._auto_init()

    @api.depends(
        "phone", "phone_sanitized", "email", "email_normalized", "vat", "country_id"
    )
    def _compute_contact_issues(self):
        for partner in self:
            issues = []
            if partner.phone and not partner.phone_sanitized:
                issues.append("phone")
            if partner.email and not partner.email_normalized:
                issues.append("mail")
            if vat_rules.looks_wrong(partner.vat, partner.country_id.code):
                issues.append("vat")
            partner.contact_issues = ",".join(issues) or False

    @api.depends("contact_issues")
    def _compute_contact_warning(self):
        for partner in self:
            partner.contact_warning = partner._get_contact_warning()

    def _get_contact_warning(self):
        issues = (self.contact_issues or "").split(",")
        lines = []
        if "phone" in issues:
            lines.append(
                self.env._(
                    "The phone number %(phone)s is not valid in %(country)s. "
                    "Check the digits or the country.",
                    phone=self.phone,
                    country=self.country_id.name or self.env.company.country_id.name,
                )
                if self.country_id or self.env.company.country_id
                else self.env._(
                    "The phone number %(phone)s cannot be read without a country. "
                    "Set the country or write the number with its country code.",
                    phone=self.phone,
                )
            )
        if "mail" in issues:
            lines.append(
                self.env._(
                    "The email %(email)s is not an address. Correct it, or mails to "
                    "this customer cannot be sent.",
                    email=self.email,
                )
            )
        if "vat" in issues:
            lines.append(
                self.env._(
                    "The tax number %(vat)s fails the check of its country. Compare it "
                    "with the customer's papers before you invoice.",
                    vat=self.vat,
                )
            )
        return "\n".join(lines) or False

    def _search_contact_warning(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("contact_issues", "=" if False in value else "!=", False)

    # ----------------------------------------------------------- one lookup for all

    @api.model
    @api.readonly
    def lookup_customer(self, term, limit=8):
        """Find customers by phone, mail, member code or name, in this order.

        The first kind that finds anybody answers, so that a number never also means
        the name of another customer.

        :param str term: what somebody typed, said or sent
        :param int limit: maximum number of customers, at most 80
        :return: ``[{"id", "name", "match"}]``, ``match`` being the kind that found it
        :raise UserError: the term is no text or too long, or the limit no number
        """
        self.browse().check_access("read")
        if not isinstance(term, str) or len(term) > MAX_TERM or "\0" in term:
            raise UserError(
                self.env._(
                    "Customers are looked up by a text of at most %(size)s characters.",
                    size=MAX_TERM,
                )
            )
        if limit and type(limit) is not int:
            raise UserError(
                self.env._("The number of customers to look up is a whole number.")
            )
        limit = min(max(limit or 1, 1), MAX_LOOKUP)
        kind, partners = self._lookup(term, limit)
        return [
            {"id": partner.id, "name": partner.display_name, "match": kind}
            for partner in partners
        ]

    @api.model
    def _lookup(self, term, limit):
        """Find customers of the first kind that knows the term.

        :return: ``(kind, partners)``, or ``(None, no partner)``
        """
        term = (term or "").strip()
        for kind, method in self._lookup_kinds() if term else []:
            partners = method(term, limit)
            if partners:
                return kind, partners
        return None, self.browse()

    @api.model
    def _lookup_kinds(self):
        """List how a customer can be found: ``[(kind, method(term, limit))]``.

        Override with ``super()`` and put your kind where it belongs; a method returns
        the customers that the current user may read, in a constant number of queries.
        """
        return [
            ("phone", self._lookup_by_phone),
            ("mail", self._lookup_by_mail),
            ("code", self._lookup_by_code),
            ("name", self._lookup_by_name),
        ]

    @api.model
    def _lookup_by_mail(self, term, limit=None):
        mail = "@" in term and email_normalize(term)
        if not mail:
            return self.browse()
        return self._lookup_search([("email_normalized", "=", mail)], limit)

    @api.model
    def _lookup_by_code(self, term, limit=None):
        return self._lookup_search([("ref", "=", term)], limit)

    @api.model
    def _lookup_by_name(self, term, limit=None):
        return self._lookup_search([("display_name", "ilike", term)], limit)

    @api.model
    def _lookup_search(self, domain, limit):
        return self.search_fetch(domain, ["display_name"], limit=limit)

    def write(self, vals):
        result = super().write(vals)
        if "country_id" in vals:
            self.env["res.company"]._phone_regions_changed(self.ids)
        return result
