from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class SfaTerritory(models.Model):
    """A part of the market that a person owns: a region, a product, named accounts."""

    _name = "sfa.territory"
    _description = "Territory"
    _inherit = ["crm.remembered", "mail.thread"]
    _parent_store = True
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]
    _order = "complete_name, id"
    _check_company_auto = True
    _remembered_fields = {"active", "company_id"}

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(help="A short name for lists and imports.")
    complete_name = fields.Char(
        "Full Name", compute="_compute_complete_name", recursive=True, store=True
    )
    parent_id = fields.Many2one(
        "sfa.territory",
        "Parent Territory",
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("sfa.territory", "parent_id", "Sub-Territories")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    color = fields.Integer()
    dimension = fields.Selection(
        [
            ("geography", "Geography"),
            ("product", "Product"),
            ("account", "Named Accounts"),
        ],
        required=True,
        default="geography",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        "Territory Manager",
        check_company=True,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Works in this territory and in all below it.",
    )
    note = fields.Text()

    # who works here, and what comes here
    member_ids = fields.One2many("sfa.territory.member", "territory_id", "Members")
    rule_ids = fields.One2many("sfa.territory.rule", "territory_id", "Rules")
    access_ids = fields.One2many("sfa.territory.access", "territory_id")
    owner_id = fields.Many2one(
        "res.users", compute="_compute_owner_id", search="_search_owner_id"
    )

    # figures, with all territories below
    customer_count = fields.Integer("Customers", compute="_compute_figures")
    lead_count = fields.Integer("Open Leads", compute="_compute_figures")
    revenue = fields.Monetary(
        "Revenue (12 Months)",
        compute="_compute_figures",
        help="Untaxed amounts of the orders confirmed in the last 365 days by the "
        "customers who are here now, as far as you may see them.",
    )
    pipeline = fields.Monetary(
        "Open Pipeline",
        compute="_compute_figures",
        help="Expected revenue of open leads.",
    )

    _code_unique = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "Another territory of the company has this code. Choose a code of its own.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for territory in self:
            above = territory.parent_id.complete_name
            territory.complete_name = (
                f"{above} / {territory.name}" if above else territory.name
            )

    @api.depends("member_ids.role", "member_ids.user_id")
    def _compute_owner_id(self):
        owners = self._get_owners(fields.Date.context_today(self))
        for territory in self:
            territory.owner_id = owners.get(territory._origin)

    def _search_owner_id(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        today = fields.Date.context_today(self)
        owned = Domain(
            "member_ids",
            "any",
            self._get_owner_domain(today) & Domain("user_id", "in", list(value)),
        )
        if False in value:
            owned |= ~Domain("member_ids", "any", self._get_owner_domain(today))
        return owned if operator == "in" else ~owned

    @api.depends("child_ids", "parent_path")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_figures(self):
        figures = self._read_figures()
        for territory in self:
            territory.update(
                {
                    "customer_count": figures["customers"].get(territory._origin.id, 0),
                    "lead_count": figures["leads"].get(territory._origin.id, 0),
                    "revenue": figures["revenue"].get(territory._origin.id, 0.0),
                    "pipeline": figures["pipeline"].get(territory._origin.id, 0.0),
                }
            )

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise self._get_cycle_error()

    @api.constrains("company_id")
    def _check_company_id(self):
        for territory in self:
            if territory.child_ids.company_id - territory.company_id:
                raise ValidationError(
                    self.env._(
                        "The territory %(territory)s has sub-territories of another "
                        "company. Move them to the same company first.",
                        territory=territory.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        territories = super().create(vals_list)
        territories._refresh_closure()
        return territories

    def write(self, vals):
        # The platform would refuse a cycle without saying which.
        above = self.browse(vals.get("parent_id") or ()).parent_path or ""
        if not set(self.ids).isdisjoint(map(int, above.split("/")[:-1])):
            raise self._get_cycle_error()
        result = super().write(vals)
        if "parent_id" in vals:
            self._refresh_closure()
        if "user_id" in vals:
            self._forget_access()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_customers(self):
        held = self.env["sfa.territory.assignment"].search(
            [("territory_id", "in", self.ids)], limit=1
        )
        if held:
            raise ValidationError(
                self.env._(
                    "The territory %(territory)s has customers, or had some. "
                    "Archive it, so that their history stays.",
                    territory=held.territory_id.name,
                )
            )

    def _get_cycle_error(self):
        return ValidationError(
            self.env._(
                "The territory %(territory)s cannot stand below itself. "
                "Choose another parent territory.",
                territory=", ".join(self.mapped("name")),
            )
        )

    # ----------------------------------------------------------------------- actions

    def action_open_customers(self):
        """Open the customers of the territory and of all below it."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_base.res_partner_action_page"
        )
        return {
            **action,
            "name": self.env._("Customers of %(territory)s", territory=self.name),
            "domain": [
                ("sfa_territory_id", "child_of", self.ids),
                ("parent_id", "=", False),
            ],
        }

    def action_open_leads(self):
        """Open the open leads of the territory and of all below it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Leads of %(territory)s", territory=self.name),
            "res_model": "crm.lead",
            "view_mode": "list,kanban,form,graph,pivot",
            "domain": [
                ("sfa_territory_id", "child_of", self.ids),
                ("won_status", "=", "pending"),
            ],
        }

    # ---------------------------------------------------------------------- business

    @api.model
    @tools.ormcache()
    def _any_exists(self):
        """Say whether there is any territory, so that others need not ask each time."""
        # Also a territory that the current user may not read matters.
        return bool(self.sudo().search_count([], limit=1))

    @api.model
    def _get_owner_domain(self, day):
        return self.env["sfa.territory.member"]._get_day_domain(day) & Domain(
            "role", "=", "owner"
        )

    def _get_owners(self, day):
        """Give the owner of each territory on a day.

        :return: dict of `sfa.territory` to `res.users`; those without one are absent
        """
        members = self.env["sfa.territory.member"].search(
            self._get_owner_domain(day) & Domain("territory_id", "in", self.ids)
        )
        return {member.territory_id: member.user_id for member in members}

    def _refresh_closure(self):
        """Store which territories stand below which, from the paths of the tree."""
        self.flush_model(["parent_path", "parent_id"])
        self.env.execute_query(
            SQL(
                """
                WITH wanted AS MATERIALIZED (
                    SELECT t.id AS territory_id, above.id::integer AS above_id
                      FROM sfa_territory t,
                           unnest(string_to_array(rtrim(t.parent_path, '/'), '/'))
                               AS above(id)
                ), gone AS (
                    DELETE FROM sfa_territory_closure c
                     WHERE NOT EXISTS (
                         SELECT FROM wanted w WHERE w.territory_id = c.territory_id
                            AND w.above_id = c.above_id)
                )
                INSERT INTO sfa_territory_closure (above_id, territory_id)
                SELECT above_id, territory_id FROM wanted
                    ON CONFLICT (above_id, territory_id) DO NOTHING
                RETURNING id
                """
            )
        )
        self.env["sfa.territory.closure"].invalidate_model(flush=False)
        self._forget_access()

    @api.model
    def _forget_access(self):
        """Let rules of rights ask anew who works where, also in this transaction."""
        self.env["sfa.territory.access"].invalidate_model(flush=False)
        self.env["sfa.territory"].invalidate_model(
            ["access_ids", "owner_id"], flush=False
        )

    def _read_figures(self):
        """Sum customers, leads, pipeline and revenue, territories below included.

        All is read as the current user, so that nobody learns of others' figures.

        :return: dict of ``customers``, ``leads``, ``pipeline``, ``revenue``, each a
            dict of territory id to number
        """
        year_ago = fields.Datetime.subtract(fields.Datetime.now(), days=365)
        below = [("sfa_territory_id", "child_of", self.ids)]
        env = self.env
        own = {
            "customers": env["res.partner"]._read_group(
                [*below, ("parent_id", "=", False)], ["sfa_territory_id"], ["__count"]
            )
        }
        if env["crm.lead"].has_access("read"):
            leads = env["crm.lead"]._read_group(
                [*below, ("won_status", "=", "pending")],
                ["sfa_territory_id"],
                ["__count", "expected_revenue:sum"],
            )
            own["leads"] = [(territory, count) for territory, count, _sum in leads]
            own["pipeline"] = [(territory, total) for territory, _count, total in leads]
        if env["sale.order"].has_access("read"):
            own["revenue"] = self._read_revenue(year_ago)
        return {
            name: self._sum_up(own.get(name, ()))
            for name in ("customers", "leads", "pipeline", "revenue")
        }

    def _read_revenue(self, since):
        """Sum the orders of the customers of each territory, in company currency."""
        self.env["sale.order"].flush_model()
        self.env["res.partner"].flush_model(["sfa_territory_id"])
        orders = self.env["sale.order"]._search(
            [
                ("partner_id.sfa_territory_id", "child_of", self.ids),
                ("state", "=", "sale"),
                ("date_order", ">=", since),
            ]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.sfa_territory_id, sum(o.amount)
                  FROM (%s) o JOIN res_partner p ON p.id = o.partner_id
                 GROUP BY p.sfa_territory_id
                """,
                orders.select(
                    SQL("sale_order.partner_id"),
                    SQL(
                        "sale_order.amount_untaxed"
                        " / COALESCE(NULLIF(sale_order.currency_rate, 0), 1) AS amount"
                    ),
                ),
            )
        )
        return [(self.browse(territory_id), amount) for territory_id, amount in rows]

    def _sum_up(self, figures):
        """Add the figures of territories to all territories above them."""
        totals = {}
        for territory, number in figures:
            for above in (territory.parent_path or "").split("/")[:-1]:
                totals[int(above)] = totals.get(int(above), 0) + (number or 0)
        return totals
