from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.ticket import ACTIVE
from .service_ticket import KINDS, PRIORITIES

#: Tickets between two commits when policies are applied again.
BATCH = 200


class ServiceSlaPolicy(models.Model):
    """What is promised for tickets, and for which ones."""

    _name = "service.sla.policy"
    _description = "Service Level Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    # for which tickets
    team_id = fields.Many2one("service.team", check_company=True)
    kind = fields.Selection(KINDS)
    category_id = fields.Many2one("service.category")
    priority = fields.Selection(PRIORITIES, "Priority from")
    segment_id = fields.Many2one(
        "crm.segment", "Customers in", help="Empty: all customers."
    )

    # what
    target_ids = fields.One2many("service.sla.target", "policy_id", copy=True)
    escalation_ids = fields.One2many("service.sla.escalation", "policy_id", copy=True)

    # in which time
    around_clock = fields.Boolean(
        "Around the Clock", help="Every hour counts, day and night."
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working Hours",
        help="Empty: those of the team, or of the company.",
    )
    pause_internal = fields.Boolean(
        "Pause while Waiting Internally",
        help="Time counts while colleagues or vendors are awaited, unless set. Waiting "
        "for the customer never counts.",
    )

    date_apply = fields.Datetime(
        "Applied to Open Tickets",
        readonly=True,
        copy=False,
        help="Tickets that were open then have been matched again.",
    )

    @api.constrains("around_clock", "calendar_id")
    def _check_hours(self):
        for policy in self:
            if policy.around_clock and policy.calendar_id:
                raise ValidationError(
                    self.env._(
                        "The service level %(policy)s counts around the clock and by "
                        "working hours. Choose one of them.",
                        policy=policy.name,
                    )
                )

    def _get_targets(self):
        """Give ``{metric: working seconds}``."""
        return {target.metric: target._get_seconds() for target in self.target_ids}

    def _get_calendar(self, team):
        """Give the `resource.calendar` by which time counts; empty around the clock."""
        if not self or self.around_clock:
            return self.env["resource.calendar"]
        return (
            self.calendar_id
            or team.calendar_id
            or self.company_id.sudo().resource_calendar_id  # of any team's company
        )

    def _fits(self, ticket, members):
        """Tell whether this is a policy for a ticket.

        :param members: ids of commercial entities in the segment of this policy
        """
        self.ensure_one()
        path = ticket.category_id.parent_path or ""
        return (
            self.company_id == ticket.company_id
            and self.team_id in (ticket.team_id, self.env["service.team"])
            and self.kind in (ticket.kind, False)
            and (ticket.priority >= (self.priority or ""))
            and path.startswith(self.category_id.parent_path or "")
            and (not self.segment_id or ticket.commercial_partner_id.id in members)
        )

    @api.model
    def _match(self, tickets):
        """Give the first policy of each ticket, or none: ``{ticket: policy}``."""
        # Every agent of a company serves by the same promises.
        policies = self.sudo().search(
            [
                ("company_id", "in", tickets.company_id.ids),
                ("target_ids", "!=", False),
            ]
        )
        members = self._find_members(policies.segment_id, tickets)
        none = self.browse()
        return {
            ticket: next(
                (p for p in policies if p._fits(ticket, members.get(p.segment_id, ()))),
                none,
            )
            for ticket in tickets
        }

    @api.model
    def _find_members(self, segments, tickets):
        """Give ``{segment: ids of the customers of tickets who are in it}``."""
        if not segments:
            return {}
        groups = (
            self.env["crm.segment.member"]
            .sudo()
            ._read_group(  # as above
                [
                    ("segment_id", "in", segments.ids),
                    ("partner_id", "in", tickets.commercial_partner_id.ids),
                    ("until", "=", False),
                ],
                ["segment_id"],
                ["partner_id:array_agg"],
            )
        )
        return {segment: set(partner_ids) for segment, partner_ids in groups}

    # -------------------------------------------------------------- changed policies

    def action_apply(self):
        """Let the policies, as they are now, hold for the open tickets too.

        :raise AccessError: the user is no manager
        """
        self.check_access("write")
        self.date_apply = fields.Datetime.now()
        cron = self.env.ref("crm_service.service_sla_cron_apply")
        cron.sudo()._trigger()  # a manager need not be an administrator
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The open tickets follow the service levels within minutes."
                ),
            },
        }

    @api.model
    def _cron_apply(self):
        """Match open tickets that were matched before their policies were applied."""
        groups = self._read_group([], ["company_id"], ["date_apply:max"])
        for company, date in groups:
            waiting = [
                ("company_id", "=", company.id),
                ("state", "in", ACTIVE),
                "|",
                ("sla_matched", "=", False),
                ("sla_matched", "<", date),
            ]
            while date and (
                tickets := self.env["service.ticket"].search(waiting, limit=BATCH)
            ):
                tickets._apply_policies()
                left = self.env["service.ticket"].search_count(waiting)
                if not self.env["ir.cron"]._commit_progress(
                    len(tickets), remaining=left
                ):
                    return
