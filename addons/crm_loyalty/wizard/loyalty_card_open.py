import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..models.res_partner import MEMBER_PROGRAMS
from ..models.res_partner_wishes import CHANNELS
from ..tools.card import new_number
from ..tools.refusal import refused

NUMBER = re.compile(r"[0-9A-Za-z-]{4,40}")
#: Customers that are offered for what was typed.
OFFERED = 8


class LoyaltyCardOpen(models.TransientModel):
    """The desk: find or write down a member, open the card, look after the old one.

    What a scanner reads finds the member of a card; an unknown number becomes the
    number of the new card.
    """

    _name = "loyalty.card.open"
    _inherit = ["barcodes.barcode_events_mixin"]
    _description = "Open a Member Card"

    # who
    term = fields.Char("Find")
    match_ids = fields.Many2many("res.partner", readonly=True)
    partner_id = fields.Many2one("res.partner", "Member")
    name = fields.Char()
    phone = fields.Char()
    email = fields.Char()
    birthday = fields.Date()
    warning = fields.Text(compute="_compute_warning")
    household_id = fields.Many2one(
        "res.partner", "Lives with", help="Another member of the same household."
    )

    # consent to offers
    wish_mail = fields.Boolean("Offers by Email")
    wish_sms = fields.Boolean("Offers by SMS")
    wish_phone = fields.Boolean("Offers by Phone")
    wish_post = fields.Boolean("Offers by Post")

    # the card
    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        default=lambda self: self._default_program_id(),
        domain=lambda self: self._get_program_domain(),
    )
    number = fields.Char(
        "Card Number", help="Scan or type what is printed; empty: we make one."
    )
    card_id = fields.Many2one("loyalty.card", compute="_compute_card_id")
    card_state = fields.Selection(related="card_id.loyalty_state")
    card_code = fields.Char(related="card_id.code", string="Number of the Card")
    balance = fields.Char(related="card_id.points_display", string="Balance")
    picture = fields.Html(compute="_compute_picture", sanitize=False)
    reason = fields.Char()

    # ---------------------------------------------------------------------- defaults

    @api.model
    def _get_program_domain(self):
        return Domain("program_type", "in", MEMBER_PROGRAMS) & Domain(
            "applies_on", "in", ("both", "future")
        )

    @api.model
    def _default_program_id(self):
        programs = self.env["loyalty.program"].search(
            self._get_program_domain(), limit=2
        )
        points = programs.filtered(lambda program: program.program_type == "loyalty")
        return points if len(points) == 1 else programs[:1]

    # ---------------------------------------------------------------------- computes

    @api.depends("partner_id", "program_id")
    def _compute_card_id(self):
        for desk in self:
            desk.card_id = self.env["loyalty.card"].search(
                [
                    ("partner_id", "in", desk.partner_id._origin.ids),
                    ("program_id", "in", desk.program_id._origin.ids),
                ],
                order="loyalty_named desc, id",
                limit=1,
            )

    @api.depends("card_id", "card_code")
    def _compute_picture(self):
        for desk in self:
            desk.picture = bool(desk.card_id) and Markup("").join(
                Markup('<img class="o_loyalty_{}" src="{}" alt="{}"/>').format(
                    kind.lower(), desk.card_id._get_picture(kind), desk.card_code
                )
                for kind in ("Code128", "QR")
            )

    @api.depends("partner_id", "name", "phone", "email")
    def _compute_warning(self):
        for desk in self:
            found = self.env["res.partner"]
            if not desk.partner_id:
                for term in filter(None, (desk.phone, desk.email, desk.name)):
                    kind, partners = found._lookup(term, OFFERED)
                    if kind != "name" or term == desk.name:
                        found |= partners
            desk.warning = bool(found) and self.env._(
                "Is it one of these? %(customers)s. Then choose it as the member.",
                customers="; ".join(found[:OFFERED].mapped("display_name")),
            )

    # --------------------------------------------------------------------- the screen

    @api.onchange("term")
    def _onchange_term(self):
        term = (self.term or "").strip()
        if not term:
            return
        kind, partners = self.env["res.partner"]._lookup(term, OFFERED)
        self.match_ids = partners
        self.partner_id = partners if len(partners) == 1 else False
        if partners or self._take_unknown(term):
            return
        self.number, self.term = term, False

    def _take_unknown(self, term):
        """Write what nobody was found by where a new member needs it.

        :return: whether it is a phone, a mail address or a name, and not a number
        """
        if "@" in term:
            self.email = term
        elif re.fullmatch(r"\+?[0-9 ()/-]{6,20}", term):
            self.phone = term
        elif NUMBER.fullmatch(term) and any(sign.isdigit() for sign in term):
            return False
        else:
            self.name = term
        return True

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        wishes = self.partner_id._origin and self.partner_id._origin._get_wishes()
        for channel in CHANNELS:
            self[f"wish_{channel}"] = bool(wishes and wishes[channel])

    def on_barcode_scanned(self, barcode):
        """Find the member of a scanned card, or take the number for the new card."""
        kind, partners = self.env["res.partner"]._lookup(barcode, 1)
        if kind == "card":
            self.partner_id = partners
            self._onchange_partner_id()
        else:
            self.number = barcode

    # ------------------------------------------------------------------------ actions

    def action_open(self):
        """Open the card: the member, the consent and the number in one step."""
        self.ensure_one()
        self._check_clerk()
        if self.card_id:
            return True
        if self.partner_id:
            self.partner_id.check_access("read")
        member = self.partner_id or self._make_member()
        wishes = {channel: self[f"wish_{channel}"] for channel in CHANNELS}
        member._record_wishes(wishes, "person")
        self._link_household(member)
        # Whoever works at the desk may open cards without the right to write them.
        card = self.env["loyalty.card"].sudo()
        card = card.create(
            {
                "program_id": self.program_id.id,
                "partner_id": member.id,
                "code": self._prepare_number(),
            }
        )
        card._record_opening()
        self.write({"partner_id": member.id, "number": False, "term": False})
        return True

    def action_next(self):
        """Clear the desk for the next member."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_loyalty.loyalty_card_open_action"
        )
        # Without the page that was left, "Back" leads out of the desk.
        return {**action, "target": "main"}

    def action_loss(self):
        """Report the card lost."""
        return self._operate("action_report_loss")

    def action_found(self):
        """Let the lost card work again."""
        return self._operate("action_report_found")

    def action_replace(self):
        """Give the account a new number."""
        return self._operate("action_replace")

    def action_extend(self):
        """Let the points live longer; managers."""
        self.ensure_one()
        return self.card_id.action_extend(reason=self.reason)

    def action_print(self):
        """Show the card for the printer."""
        self.ensure_one()
        report = self.env.ref("crm_loyalty.loyalty_card_report")
        return report.report_action(self.card_id)

    def action_card(self):
        """Open the whole card."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "loyalty.card",
            "res_id": self.card_id.id,
            "views": [(False, "form")],
        }

    def _operate(self, operation):
        self.ensure_one()
        getattr(self.card_id, operation)(self.reason)
        self.reason = False
        return True

    # -------------------------------------------------------------------------- steps

    def _check_clerk(self):
        """Leave the desk to the people of the loyalty program.

        :raise AccessError: the user may not, or not with this program
        """
        if not self.env.user.has_group("crm_loyalty.crm_loyalty_group_user"):
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "Only the people of the loyalty program open cards. Ask one."
                    ),
                )
            )
        self.program_id.check_access("read")
        if not self.program_id.filtered_domain(self._get_program_domain()):
            raise UserError(
                self.env._(
                    "Program %(program)s has no member cards. Choose another one.",
                    program=self.program_id.name,
                )
            )

    def _make_member(self):
        if not (self.name or "").strip():
            raise UserError(
                self.env._(
                    "Find the member, or enter the name of a new one, then open the "
                    "card of program %(program)s.",
                    program=self.program_id.name,
                )
            )
        # Whoever works at the desk writes new members down, and no other contact.
        members = self.env["res.partner"].sudo()
        return members.create(
            {
                "name": self.name.strip(),
                "phone": self.phone,
                "email": self.email,
                "loyalty_birthday": self.birthday,
                "is_company": False,
            }
        ).sudo(False)

    def _prepare_number(self):
        """Give the number of the card: what was scanned, or a new one.

        :raise UserError: it is taken, or cannot be a number
        """
        number = (self.number or "").strip()
        if not number:
            return new_number()
        if not NUMBER.fullmatch(number):
            raise UserError(
                self.env._(
                    "%(number)s cannot be a card number: 4 to 40 letters, digits and "
                    "hyphens. Scan the card again.",
                    number=number,
                )
            )
        taken = [("code", "=", number)]
        # A number that the user may not read is taken as well.
        if (
            self.env["loyalty.card"]
            .sudo()
            .with_context(active_test=False)
            .search_count(taken, limit=1)
            or self.env["loyalty.token"].sudo().search_count(taken, limit=1)
            or self.env["loyalty.rule"].sudo().search_count(taken, limit=1)
        ):
            raise UserError(
                self.env._(
                    "The number %(number)s belongs to another card or code. "
                    "Take another card.",
                    number=number,
                )
            )
        return number

    def _link_household(self, member):
        """Record that two members live together, once."""
        other = self.household_id
        if not other or other == member:
            return
        other.check_access("read")
        # Relations of members are recorded at the desk, whoever looks after them.
        relations = self.env["crm.relation"].sudo()
        kind = self.env.ref("crm_loyalty.crm_relation_type_household")
        pair = (member.id, other.id)
        known = relations.search_count(
            [
                ("type_id", "=", kind.id),
                ("from_partner_id", "in", pair),
                ("to_partner_id", "in", pair),
                ("is_current", "=", True),
            ],
            limit=1,
        )
        if not known:
            relations.create(
                {
                    "type_id": kind.id,
                    "from_partner_id": member.id,
                    "to_partner_id": other.id,
                    "date_from": fields.Date.context_today(self),
                }
            )
