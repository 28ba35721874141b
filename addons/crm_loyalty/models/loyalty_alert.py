from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.refusal import refused
from .loyalty_limit import KINDS

#: By what was done about it.
SEVERITY = {"alert": "low", "refuse": "medium", "freeze": "high"}


class LoyaltyAlert(models.Model):
    """Somebody passed a limit; the same again, while nobody has looked, counts up."""

    _name = "loyalty.alert"
    _description = "Abuse Alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "last_date desc, id desc"
    _rec_name = "card_code"

    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    severity = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        required=True,
        readonly=True,
    )
    action = fields.Selection(
        [
            ("alert", "Let Through"),
            ("refuse", "Refused"),
            ("freeze", "Refused and Frozen"),
        ],
        "Done",
        required=True,
        readonly=True,
    )

    # whose card, and who tried
    card_id = fields.Many2one("loyalty.card", ondelete="set null", readonly=True)
    card_code = fields.Char("Card Number", readonly=True)
    partner_id = fields.Many2one(related="card_id.partner_id", string="Member")
    card_state = fields.Selection(related="card_id.loyalty_state")
    program_id = fields.Many2one("loyalty.program", ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", ondelete="cascade", readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)

    # how often and how much
    date = fields.Datetime("First", required=True, readonly=True)
    last_date = fields.Datetime("Latest", required=True, readonly=True)
    times = fields.Integer(required=True, readonly=True, default=1)
    most = fields.Float("Limit", digits=(16, 4), readonly=True)
    total = fields.Float(
        digits=(16, 4), readonly=True, help="With what was refused or let through."
    )

    # what was decided
    state = fields.Selection(
        [("open", "Open"), ("settled", "Card Frozen"), ("dismissed", "Dismissed")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    reason = fields.Char(help="Why it is no abuse.", tracking=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)

    _open_once = models.UniqueIndex(
        "(kind, coalesce(card_id, 0), user_id) WHERE state = 'open'"
    )

    @api.model
    def _record(self, vals):
        """Record an alert, or count up the open one of the same card and person.

        :param vals: kind, action, card_id, user_id, company_id, program_id, card_code,
            most, total
        :return: the alert
        """
        now = fields.Datetime.now()
        values = {
            **vals,
            "severity": SEVERITY[vals["action"]],
            "date": now,
            "last_date": now,
            "times": 1,
            "state": "open",
        }
        [(alert_id, times)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO loyalty_alert AS a (%s) VALUES %s
                    ON CONFLICT (kind, coalesce(card_id, 0), user_id)
                       WHERE state = 'open'
                    DO UPDATE SET times = a.times + 1, last_date = EXCLUDED.last_date,
                                  total = EXCLUDED.total, action = EXCLUDED.action,
                                  severity = EXCLUDED.severity
                RETURNING id, times
                """,
                SQL(", ").join(SQL.identifier(name) for name in values),
                tuple(values.values()),
            )
        )
        self.invalidate_model()
        alert = self.browse(alert_id)
        if times == 1:
            alert._tell()
        if vals["action"] == "freeze" and alert.card_id.loyalty_state == "active":
            alert.card_id.action_freeze(alert._describe())
        return alert

    def _tell(self):
        """Give the person who looks after alerts something to do."""
        user = self.company_id.loyalty_alert_user_id
        if user:
            self.with_context(lang=user.lang).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.with_context(lang=user.lang)._describe(),
            )

    def _describe(self):
        """Say in a line what happened."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(kind)s: %(total)s, at most %(most)s",
            kind=kinds[self.kind],
            total=f"{self.total:g}",
            most=f"{self.most:g}",
        )

    def write(self, vals):
        if not self.env.su and (
            set(vals) - {"reason"} or set(self.mapped("state")) - {"open"}
        ):
            raise UserError(
                refused(
                    self,
                    self.env._(
                        "The alert about card %(card)s is decided by its buttons.",
                        card=self[:1].card_code or self.env._("unknown"),
                    ),
                )
            )
        return super().write(vals)

    def action_freeze(self):
        """Freeze the card and settle the alert."""
        for alert in self:
            alert._check_open()
            if alert.card_id.loyalty_state == "active":
                alert.card_id.action_freeze(alert._describe())
            alert._decide("settled")
        return True

    def action_dismiss(self):
        """Say that it is no abuse; the reason is required."""
        for alert in self:
            alert._check_open()
            if not (alert.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write in the alert about card %(card)s why it is no abuse, "
                        "then dismiss it.",
                        card=alert.card_code or self.env._("unknown"),
                    )
                )
            alert._decide("dismissed")
        return True

    def _check_open(self):
        """Refuse a decision by somebody who may not, or a second one.

        :raise AccessError: the user may not
        :raise UserError: it was decided
        """
        self.check_access("write")
        # The state is nobody's to write but the buttons'.
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "open":
            raise UserError(
                self.env._(
                    "The alert about card %(card)s was decided. Reload the page.",
                    card=self.card_code or self.env._("unknown"),
                )
            )

    def _decide(self, state):
        # The state is nobody's to write but the buttons'.
        alert = self.sudo()
        alert.write({"state": state, "decided_by_id": self.env.uid})
        alert.activity_ids.action_done()
