from odoo import fields, models


class ServiceTeam(models.Model):
    """Colleagues who answer together, in the same hours."""

    _name = "service.team"
    _description = "Service Team"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", "Team Leader", domain="[('share', '=', False)]"
    )
    member_ids = fields.Many2many(
        "res.users", string="Members", domain="[('share', '=', False)]"
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        help="Empty: the working hours of the company.",
    )
    open_count = fields.Integer("Open Tickets", compute="_compute_open_count")

    def _compute_open_count(self):
        groups = self.env["service.ticket"]._read_group(
            [("team_id", "in", self.ids), ("is_active", "=", True)],
            ["team_id"],
            ["__count"],
        )
        counts = dict(groups)
        for team in self:
            team.open_count = counts.get(team, 0)
