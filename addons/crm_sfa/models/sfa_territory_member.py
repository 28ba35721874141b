from contextlib import contextmanager

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, mute_logger


class SfaTerritoryMember(models.Model):
    """A person who works in a territory, from a day until a day."""

    _name = "sfa.territory.member"
    _inherit = ["sfa.period.mixin"]
    _description = "Territory Member"
    _order = "territory_id, role, date_from"
    _check_company_auto = True

    territory_id = fields.Many2one(
        "sfa.territory", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="territory_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        check_company=True,
        domain="[('share', '=', False)]",
    )
    role = fields.Selection(
        [("owner", "Owner"), ("overlay", "Overlay"), ("backup", "Backup")],
        required=True,
        default="owner",
        help="One owner a day answers for the territory. Overlays, such as product "
        "specialists, work beside the owner. Backups get leads when the others have "
        "no room.",
    )
    share = fields.Float("Share (%)", default=100.0, help="Of the leads assigned.")
    capacity = fields.Integer(
        "Leads a Month", help="Most leads assigned in 30 days; 0: none by themselves."
    )
    is_current = fields.Boolean("Works Here Today")

    # Ranges of integers and dates are known to the plain database: no extension needed.
    _one_owner = models.Constraint(
        "EXCLUDE USING gist (int4range(territory_id, territory_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (role = 'owner')",
        "A territory has one owner a day. End the ownership of the other person the "
        "day before, or choose another role.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last day of a member cannot be before the first one.",
    )
    _share_percent = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "The share of a member is a percentage above 0 and up to 100.",
    )
    _capacity_positive = models.Constraint(
        "CHECK (capacity >= 0)",
        "The leads a month cannot be negative.",
    )

    @api.depends("user_id.name", "role")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for member in self:
            member.display_name = f"{member.user_id.name} ({roles.get(member.role)})"

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for member in self:
            if member.date_to and member.date_to < member.date_from:
                raise ValidationError(
                    self.env._(
                        "%(person)s would leave %(territory)s before the first day, "
                        "%(first)s. Choose a later last day.",
                        person=member.user_id.name,
                        territory=member.territory_id.name,
                        first=format_date(self.env, member.date_from),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        with self._one_owner_named([vals.get("territory_id") for vals in vals_list]):
            members = super().create(vals_list)
        self.env["sfa.territory"]._forget_access()
        return members

    def write(self, vals):
        with self._one_owner_named([*self.territory_id.ids, vals.get("territory_id")]):
            result = super().write(vals)
        self.env["sfa.territory"]._forget_access()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["sfa.territory"]._forget_access()
        return result

    @contextmanager
    def _one_owner_named(self, territory_ids):
        """Say who owns the territory when the database refuses a second owner."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
        except ExclusionViolation as error:
            owners = self.search(
                [("territory_id", "in", territory_ids), ("role", "=", "owner")]
            )
            raise ValidationError(
                self.env._(
                    "A territory has one owner a day, and there is: %(owners)s. End "
                    "one ownership before the other begins, or choose another role.",
                    owners=", ".join(owner._describe() for owner in owners),
                )
            ) from error

    def _describe(self):
        return self.env._(
            "%(person)s in %(territory)s from %(first)s until %(last)s",
            person=self.user_id.name,
            territory=self.territory_id.name,
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to) or "…",
        )
