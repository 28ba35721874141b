from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

SELLER = "crm_sfa.crm_sfa_group_user"
MANAGER = "crm_sfa.crm_sfa_group_manager"
#: What rules look at, besides purchases.
ASKED = frozenset(
    (
        "active",
        "category_id",
        "company_id",
        "country_id",
        "customer_rank",
        "industry_id",
        "is_company",
        "parent_id",
        "sfa_category_id",
        "state_id",
        "supplier_rank",
        "zip",
    )
)


class ResPartner(models.Model):
    """A customer's territory: by rules, or by the hand of a manager.

    Contacts carry the territory of their customer, so that a record rule is a plain
    comparison of a column.
    """

    _inherit = "res.partner"

    sfa_territory_id = fields.Many2one(
        "sfa.territory",
        "Territory",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="By the rules of territories. A manager who chooses another one locks it.",
    )
    sfa_territory_locked = fields.Boolean(
        "Territory Locked", compute="_compute_sfa_territory_locked"
    )
    sfa_territory_owner_id = fields.Many2one(
        "res.users",
        "Territory Owner",
        compute="_compute_sfa_territory_owner_id",
        search="_search_sfa_territory_owner_id",
    )
    sfa_assignment_ids = fields.One2many(
        "sfa.territory.assignment",
        "partner_id",
        "Territory History",
        readonly=True,
        groups="crm_sfa.crm_sfa_group_user",
    )

    @api.depends("sfa_assignment_ids.locked")
    def _compute_sfa_territory_locked(self):
        # Anybody who sees the territory may know whether rules still decide on it.
        locked = (
            self.env["sfa.territory.assignment"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("locked", "=", True),
                    ("date_to", "=", False),
                ]
            )
        )
        for partner in self:
            partner.sfa_territory_locked = (
                partner.commercial_partner_id in locked.partner_id
            )

    @api.depends("sfa_territory_id")
    def _compute_sfa_territory_owner_id(self):
        # Whom to turn to is no secret among colleagues.
        owners = self.sudo()._sfa_territory_owners(fields.Date.context_today(self))
        for partner in self:
            partner.sfa_territory_owner_id = owners.get(partner.id)

    def _search_sfa_territory_owner_id(self, operator, value):
        return Domain("sfa_territory_id.owner_id", operator, value)

    # ------------------------------------------------------------- create and write

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("sfa_territory_id") for vals in vals_list):
            self._check_may_choose_territory()
        partners = super().create(vals_list)
        chosen = {}
        for partner, vals in zip(partners, vals_list, strict=True):
            if vals.get("sfa_territory_id"):
                chosen.setdefault(vals["sfa_territory_id"], []).append(partner.id)
        for territory_id, ids in chosen.items():
            self.browse(ids)._sfa_move(self.env["sfa.territory"].browse(territory_id))
        # Contacts in the midst of their customer's creation must not match it yet.
        partners._sfa_match(partners & partners.commercial_partner_id)
        return partners

    def write(self, vals):
        if "sfa_territory_id" in vals:
            self._check_may_choose_territory()
            vals = dict(vals)
            territory = self.env["sfa.territory"].browse(
                vals.pop("sfa_territory_id") or ()
            )
            self._sfa_move(territory)
        result = super().write(vals) if vals else True
        if not ASKED.isdisjoint(vals):
            self._sfa_match()
        return result

    def _check_may_choose_territory(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only managers of the sales force choose the territory of a "
                    "customer. Ask one of them, or have the rules changed."
                )
            )

    # ---------------------------------------------------------------------- actions

    def action_unlock_territory(self):
        """Let the rules decide again."""
        self._check_may_choose_territory()
        customers = self.commercial_partner_id
        customers.check_access("write")
        # The history is written by the system alone; rights were checked above.
        self.env["sfa.territory.assignment"].sudo().search(
            [("partner_id", "in", customers.ids), ("locked", "=", True)]
        ).locked = False
        customers._sfa_match()

    # --------------------------------------------------------------------- business

    def _sfa_move(self, territory, origin="manual", locked=True, salesperson="fill"):
        """Put customers into a territory, against the rules.

        :param territory: one `sfa.territory`, or none for no territory at all
        :return: ids of the customers moved
        """
        customers = self.commercial_partner_id
        customers.check_access("write")
        territory.check_access("read")
        for customer in customers.filtered("company_id"):
            if territory and customer.company_id != territory.company_id:
                raise UserError(
                    self.env._(
                        "%(customer)s belongs to %(company)s, and the territory "
                        "%(territory)s to another company. Choose another territory.",
                        customer=customer.name,
                        company=customer.company_id.name,
                        territory=territory.display_name,
                    )
                )
        moved = self.env["sfa.territory.assignment"]._apply(
            SQL(
                """
                SELECT p.id AS partner_id, p.sfa_territory_id AS from_id,
                       %(to)s::integer AS to_id, NULL::integer AS rule_id
                  FROM res_partner p WHERE p.id = ANY(%(ids)s)
                """,
                to=territory.id or None,
                ids=customers.ids,
            ),
            origin=origin,
            locked=locked,
            salesperson=salesperson,
        )
        if len(moved) < len(customers):
            raise UserError(
                self.env._(
                    "Somebody else is changing %(customer)s now. "
                    "Try again in a moment.",
                    customer=(customers - self.browse(moved))[0].display_name,
                )
            )
        return moved

    def _sfa_match(self, made=None):
        """Bring the territories of customers up to date with the rules.

        One statement finds and moves, however many customers there are; without rules
        there is none. Contacts take their customer's territory.

        :param made: customers who were just made, instead of those of all contacts;
            a salesperson keeps the customers that they make
        """
        if not self or not self.env["sfa.territory"]._any_exists():
            return
        customers = self.commercial_partner_id if made is None else made
        if customers and self.env["sfa.territory.rule"]._get_shapes():
            user = self.env.user
            is_seller = user.has_group(SELLER) and not user.has_group(MANAGER)
            mine = made is not None and is_seller and not self.env.su
            self.env["sfa.territory.assignment"]._apply(
                self.env["sfa.territory.match"]._match_customers(customers.ids),
                salesperson="mine" if mine else "fill",
            )
        self._sfa_follow_customers()

    def _sfa_follow_customers(self):
        """Give contacts that came to a customer its territory."""
        contacts = self.filtered(lambda one: one.commercial_partner_id != one)
        if not contacts:
            return
        self.flush_model(["commercial_partner_id", "sfa_territory_id"])
        self.env.execute_query(
            SQL(
                """
                UPDATE res_partner p SET sfa_territory_id = c.sfa_territory_id
                  FROM res_partner c
                 WHERE c.id = p.commercial_partner_id AND p.id = ANY(%s)
                   AND p.sfa_territory_id IS DISTINCT FROM c.sfa_territory_id
                RETURNING p.id
                """,
                contacts.ids,
            )
        )
        contacts.invalidate_recordset(["sfa_territory_id"], flush=False)

    @api.private
    def _sfa_territory_owners(self, day):
        """Give who owns the territory of each customer on a day.

        :param day: date
        :return: dict of partner id to `res.users`; customers without one are absent
        """
        of_territory = self.sfa_territory_id._get_owners(day)
        return {
            partner.id: of_territory[partner.sfa_territory_id]
            for partner in self
            if partner.sfa_territory_id in of_territory
        }
