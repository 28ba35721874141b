from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

#: So many announcements stand in the menu on top of the screen.
SHOWN = 20


class SfaAnnouncement(models.Model):
    """News for colleagues, with a receipt of each person who has read it."""

    _name = "sfa.announcement"
    _description = "Announcement"
    _order = "published_on desc, id desc"

    name = fields.Char("Title", required=True)
    body = fields.Html("Text")
    author_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, readonly=True
    )
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("ended", "Ended")],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    date_from = fields.Date("Shown from", default=fields.Date.context_today)
    date_to = fields.Date("Shown until", help="The last day; empty: no end.")
    must_confirm = fields.Boolean(
        "Has to Be Confirmed", help="Everybody confirms to have read it."
    )

    # for whom
    audience = fields.Selection(
        [
            ("everyone", "Everyone"),
            ("teams", "Sales Teams"),
            ("groups", "People with a Right"),
        ],
        required=True,
        default="everyone",
    )
    team_ids = fields.Many2many("crm.team", string="Sales Teams")
    group_ids = fields.Many2many("res.groups", string="Groups")

    # who has read it
    receipt_ids = fields.One2many(
        "sfa.announcement.receipt", "announcement_id", "Receipts", copy=False
    )
    audience_count = fields.Integer("People", compute="_compute_progress")
    read_count = fields.Integer("Have Read", compute="_compute_progress")
    progress = fields.Float("Read (%)", compute="_compute_progress")
    is_author = fields.Boolean(compute="_compute_is_author")

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "An announcement cannot end before it begins. Correct the dates.",
    )

    @api.depends("receipt_ids.read_on")
    def _compute_progress(self):
        rows = self.env["sfa.announcement.receipt"]._read_group(
            [("announcement_id", "in", self.ids)],
            ["announcement_id"],
            ["__count", "read_on:count"],
        )
        counts = {announcement: numbers for announcement, *numbers in rows}
        for announcement in self:
            people, read = counts.get(announcement._origin, (0, 0))
            announcement.audience_count = people
            announcement.read_count = read
            announcement.progress = 100.0 * read / people if people else 0.0

    @api.depends_context("uid")
    @api.depends("author_id")
    def _compute_is_author(self):
        manager = self.env.user.has_group("crm_sfa.crm_sfa_group_manager")
        for announcement in self:
            announcement.is_author = manager or announcement.author_id == self.env.user

    @api.ondelete(at_uninstall=False)
    def _unlink_except_read(self):
        for announcement in self:
            if announcement.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(name)s” was published, and who read it is kept. "
                        "End it instead.",
                        name=announcement.name,
                    )
                )

    # ------------------------------------------------------------ by the author

    def action_publish(self):
        """Show the announcements to their audience from now on."""
        self.check_access("write")
        for announcement in self:
            if announcement.state == "published":
                continue
            users = announcement._get_audience_users()
            if not users:
                raise UserError(
                    self.env._(
                        "Nobody would see “%(name)s”. Choose teams or groups with "
                        "people in them.",
                        name=announcement.name,
                    )
                )
            announcement._add_receipts(users)
            users._bus_send("sfa.announcement", {"id": announcement.id})
        self.write({"state": "published", "published_on": fields.Datetime.now()})
        return True

    def action_end(self):
        """Take the announcements away from the screens; receipts stay."""
        self.write({"state": "ended"})
        return True

    def action_remind(self):
        """Write to all who have not read the announcement yet.

        :return: a notification for the screen that says how many were written to
        :raise UserError: everybody has read it, or it is not published
        """
        self.ensure_one()
        self.check_access("write")
        waiting = self.receipt_ids.filtered(lambda receipt: not receipt.read_on)
        if self.state != "published" or not waiting:
            raise UserError(
                self.env._("Nobody has to be reminded of “%(name)s”.", name=self.name)
            )
        people = waiting.user_id.partner_id
        self.env["mail.thread"].message_notify(
            partner_ids=people.ids,
            subject=self.env._("Please read: %(title)s", title=self.name),
            body=self.body or self.name,
            author_id=self.env.user.partner_id.id,
        )
        # Receipts are written by what people do, and by nobody's hand.
        waiting.sudo().write({"reminded_on": fields.Datetime.now()})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s people were reminded.", count=len(people)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_receipts(self):
        """Open who has read the announcement and who has not."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "sfa.announcement.receipt",
            "view_mode": "list",
            "domain": [("announcement_id", "=", self.id)],
        }

    def _get_audience_domain(self):
        """Give the domain of the people an announcement is for."""
        self.ensure_one()
        # Who wrote it has read it.
        domain = Domain("share", "=", False) & Domain("id", "!=", self.author_id.id)
        if self.company_id:
            domain &= Domain("company_ids", "in", self.company_id.ids)
        if self.audience == "teams":
            people = self.team_ids.member_ids | self.team_ids.user_id
            domain &= Domain("id", "in", people.ids)
        elif self.audience == "groups":
            # Who belongs to a group is known to whoever writes to the group.
            domain &= Domain("id", "in", self.group_ids.sudo().all_user_ids.ids)
        return domain

    def _get_audience_users(self):
        # The author may not read the records of colleagues, yet writes to them.
        return self.env["res.users"].sudo().search(self._get_audience_domain())

    def _add_receipts(self, users):
        self.env["sfa.announcement.receipt"].flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sfa_announcement_receipt (announcement_id, user_id,
                            create_uid, create_date, write_uid, write_date)
                SELECT %(id)s, person, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(users)s) AS person
                    ON CONFLICT (announcement_id, user_id) DO NOTHING
             RETURNING id
                """,
                id=self.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                users=list(users._ids),
            )
        )
        self.env["sfa.announcement.receipt"].invalidate_model()
        self.invalidate_recordset(["receipt_ids"])

    @api.model
    def _cron_keep(self):
        """Add people who joined the audience, and end what is over."""
        today = fields.Date.context_today(self)
        published = self.search([("state", "=", "published")])
        over = published.filtered(lambda a: a.date_to and a.date_to < today)
        over.action_end()
        for announcement in published - over:
            announcement._add_receipts(announcement._get_audience_users())

    # ------------------------------------------------------------ by the reader

    @api.model
    def _get_my_receipts(self, unread=False):
        """Give the reader's receipts of what is shown today, newest first."""
        today = fields.Date.context_today(self)
        domain = Domain(
            [
                ("user_id", "=", self.env.uid),
                ("announcement_id.state", "=", "published"),
                ("announcement_id.date_from", "<=", today),
                "|",
                ("announcement_id.date_to", "=", False),
                ("announcement_id.date_to", ">=", today),
            ]
        )
        if unread:
            domain &= Domain("read_on", "=", False)
        # Everybody reads what is addressed to them, and their own receipts alone.
        receipts = self.env["sfa.announcement.receipt"].sudo()
        return receipts.search(domain, limit=SHOWN, order="announcement_id desc")

    @api.model
    @api.readonly
    def get_mine(self):
        """Give the announcements that the user sees today.

        :return: ``[{"id", "title", "body", "author", "date", "must_confirm",
            "read"}]``, newest first
        """
        return [
            {
                "id": receipt.announcement_id.id,
                "title": receipt.announcement_id.name,
                "body": receipt.announcement_id.body or "",
                "author": receipt.announcement_id.author_id.name,
                "date": format_date(self.env, receipt.announcement_id.published_on),
                "must_confirm": receipt.announcement_id.must_confirm,
                "read": bool(receipt.read_on),
            }
            for receipt in self._get_my_receipts()
        ]

    def mark_read(self):
        """Note that the user has read these announcements.

        :raise UserError: one of them is not addressed to the user
        """
        # Each person signs the receipts of their own, and no other.
        receipts = (
            self.env["sfa.announcement.receipt"]
            .sudo()
            .search(
                [("announcement_id", "in", self.ids), ("user_id", "=", self.env.uid)]
            )
        )
        if len(receipts) < len(set(self.ids)):
            raise UserError(
                self.env._("This announcement is not addressed to you any more.")
            )
        receipts.filtered(lambda receipt: not receipt.read_on).write(
            {"read_on": fields.Datetime.now()}
        )
        return True
