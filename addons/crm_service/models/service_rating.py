import logging
import secrets
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, consteq

_logger = logging.getLogger(__name__)

SCORES = [
    ("1", "Very Bad"),
    ("2", "Bad"),
    ("3", "All Right"),
    ("4", "Good"),
    ("5", "Very Good"),
]
#: So low a score opens a call-back.
LOW = 2
#: A contact is asked once in so many days, and answers within so many.
ONCE_IN_DAYS = 14
ANSWER_DAYS = 30
#: Whoever was not asked within so many days is not asked any more.
ASK_DAYS = 7
#: Characters of a comment.
LONGEST = 2000
#: Customers who are asked between two commits.
BATCH = 200


class ServiceRating(models.Model):
    """That a customer was asked how a ticket or an order went, and what he said.

    Only who has the link of the mail answers, once; colleagues neither see the key of
    the link nor write what was answered.
    """

    _name = "service.rating"
    _description = "Satisfaction"
    _order = "date_asked desc, id desc"
    _rec_name = "partner_id"

    # who was asked, about what
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    ticket_id = fields.Many2one("service.ticket", ondelete="restrict")
    order_id = fields.Many2one("sale.order", ondelete="restrict")
    about = fields.Datetime(
        "End of", required=True, help="When the ticket was resolved or the order came."
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    team_id = fields.Many2one("service.team", index="btree_not_null")
    user_id = fields.Many2one("res.users", "Who Served", index="btree_not_null")
    date_asked = fields.Datetime("Asked on", required=True)
    token = fields.Char(required=True, groups="base.group_system", copy=False)

    # what was said
    score = fields.Selection(SCORES)
    points = fields.Integer(compute="_compute_points", store=True, aggregator="avg")
    comment = fields.Text()
    date_rated = fields.Datetime("Answered on", index="btree_not_null")

    # what follows
    follow_up = fields.Selection([("open", "To Call Back"), ("done", "Called Back")])
    follow_up_note = fields.Text("What Came Out")
    follow_up_user_id = fields.Many2one("res.users", "Called Back by")

    _token = models.UniqueIndex("(token)")
    _ticket_once = models.UniqueIndex(
        "(ticket_id, about) WHERE ticket_id IS NOT NULL",
        "A customer is asked once about a ticket that was resolved.",
    )
    _order_once = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL",
        "A customer is asked once about an order.",
    )
    _one_thing = models.Constraint(
        "CHECK (num_nonnulls(ticket_id, order_id) = 1)",
        "A customer is asked about a ticket or an order.",
    )

    @api.depends("score")
    def _compute_points(self):
        for rating in self:
            rating.points = int(rating.score or 0)

    # -------------------------------------------------------------------------- asking

    @api.model
    def _cron_ask(self):
        """Ask customers whose tickets were resolved or whose orders came."""
        while True:
            asked = self._ask(BATCH)
            left = self.env["ir.cron"]._commit_progress(
                len(asked), remaining=BATCH if len(asked) == BATCH else 0
            )
            if len(asked) < BATCH or not left:
                return

    @api.model
    def _ask(self, limit):
        """Note so many customers as asked, and put mails to them into the queue.

        :return: the ratings that wait for an answer now
        """
        now = fields.Datetime.now()
        self.env.flush_all()
        found = self.env.execute_query(self._select_asked(now, limit))
        may = (
            self.env["res.partner"].browse(row[0] for row in found)._may_contact("mail")
        )
        names = (
            "partner_id",
            "ticket_id",
            "order_id",
            "about",
            "company_id",
            "team_id",
            "user_id",
        )
        ratings = self.create(
            [
                {
                    **dict(zip(names, row, strict=True)),
                    "date_asked": now,
                    "token": secrets.token_urlsafe(24),
                }
                for row in found
            ]
        )
        # Who wants no mail counts as asked, so that nobody looks at him again.
        for rating in ratings.filtered(lambda one: may[one.partner_id.id]):
            rating._send()
        return ratings

    @api.model
    def _select_asked(self, now, limit):
        """Select whom to ask about what, one thing each: the one that ended last."""
        since = now - timedelta(days=ASK_DAYS)
        return SQL(
            """
            SELECT * FROM (
                SELECT DISTINCT ON (e.partner_id) e.* FROM (%(ends)s) e
                  JOIN res_partner p ON p.id = e.partner_id
                   AND p.email_normalized IS NOT NULL AND p.partner_share
                 WHERE e.about BETWEEN %(since)s AND %(until)s
                   AND NOT EXISTS (
                       SELECT FROM service_rating r
                        WHERE r.partner_id = e.partner_id AND r.date_asked > %(before)s)
                 ORDER BY e.partner_id, e.about DESC
            ) once ORDER BY once.about LIMIT %(limit)s
            """,
            ends=self._select_ends(since),
            since=since,
            until=now - timedelta(hours=1),
            before=now - timedelta(days=ONCE_IN_DAYS),
            limit=limit,
        )

    @api.model
    def _select_ends(self, since):
        """Select what ended; an order when the last of it came.

        :param since: naive UTC; earlier deliveries need not be looked at
        """
        return SQL(
            """
            SELECT t.partner_id, t.id AS ticket_id, NULL::integer AS order_id,
                   t.date_resolved AS about, t.company_id, t.team_id, t.user_id
              FROM service_ticket t JOIN service_team m ON m.id = t.team_id
             WHERE m.ask_rating AND t.state IN ('resolved', 'closed')
               AND NOT EXISTS (
                   SELECT FROM service_rating r
                    WHERE r.ticket_id = t.id AND r.about = t.date_resolved)
             UNION ALL
            SELECT o.partner_id, NULL, o.id, came.about, o.company_id, NULL, o.user_id
              FROM (
                  SELECT p.sale_id, max(p.date_done) AS about
                    FROM stock_picking p
                    JOIN stock_location l ON l.id = p.location_dest_id
                   WHERE p.state = 'done' AND l.usage = 'customer'
                     AND p.sale_id IS NOT NULL AND p.date_done >= %(since)s
                   GROUP BY p.sale_id
              ) came
              JOIN sale_order o ON o.id = came.sale_id
              JOIN res_company c ON c.id = o.company_id
             WHERE c.service_rate_orders AND o.delivery_status = 'full'
               AND o.state = 'sale'
               AND NOT EXISTS (SELECT FROM service_rating r WHERE r.order_id = o.id)
            """,
            since=since,
        )

    def _send(self):
        """Put the mail into the queue; a template that fails stops no other mail."""
        template = self.env.ref("crm_service.service_rating_template")
        try:
            with self.env.cr.savepoint():
                template.send_mail(self.id)
        except OperationalError:
            raise
        except Exception:
            _logger.exception("No mail by %s for rating %s", template.name, self.id)

    def _get_url(self, score=None):
        """Give the address of the page where the customer answers."""
        self.ensure_one()
        # Only the customer's mail and page carry the key.
        path = f"/service/rating/{self.sudo().token}"
        return f"{self.get_base_url()}{path}{f'?score={score}' if score else ''}"

    # ----------------------------------------------------------------------- answering

    @api.model
    def _find_by_token(self, token):
        """Give the rating of a link, if whoever opens it may answer.

        :return: the rating with all rights, or none
        """
        # Whoever has the key of the link is the customer.
        rating = self.sudo().search([("token", "=", str(token))], limit=1)
        if not rating or not consteq(rating.token, str(token)):
            return self.browse()
        user = self.env.user
        own = user.commercial_partner_id == rating.commercial_partner_id
        return rating if user._is_public() or (user.share and own) else self.browse()

    def _is_open(self):
        self.ensure_one()
        until = self.date_asked + timedelta(days=ANSWER_DAYS)
        return not self.score and fields.Datetime.now() < until

    def _answer(self, score, comment):
        """Keep what the customer says; a low score opens a call-back.

        :raise UserError: no such score, or it was answered already
        """
        self.ensure_one()
        if score not in dict(SCORES):
            raise UserError(self.env._("Choose one of the five faces."))
        if not self.try_lock_for_update() or not self._is_open():
            raise UserError(
                self.env._("You have answered already, or the time to answer is over.")
            )
        low = int(score) <= LOW
        self.write(
            {
                "score": score,
                "comment": (comment or "").strip()[:LONGEST] or False,
                "date_rated": fields.Datetime.now(),
                "follow_up": "open" if low else False,
            }
        )
        if low:
            self._call_for_follow_up()

    def _call_for_follow_up(self):
        """Ask the leader of the team, or who served, to call the customer back."""
        document = self.ticket_id or self.order_id
        user = self.team_id.user_id or self.user_id
        if not user:
            return
        document.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=fields.Date.context_today(self) + timedelta(days=1),
            user_id=user.id,
            summary=self.env._(
                "Call back: %(score)s of 5 points", score=int(self.score)
            ),
            note=self.comment,
        )

    def action_follow_up(self, note):
        """Say what came out of the call to a customer who was not content.

        :param note: in words
        :raise AccessError: the user may not read the rating
        :raise UserError: nothing said, or there is nothing to follow
        """
        self.check_access("read")
        for rating in self:
            if rating.follow_up != "open":
                raise UserError(
                    self.env._(
                        "There is no call-back to %(customer)s left. Reload the page.",
                        customer=rating.partner_id.display_name,
                    )
                )
        if not isinstance(note, str) or not note.strip():
            raise UserError(self.env._("Say in a few words what came out of the call."))
        # What the customer answered is nobody's to write; this is the agent's part.
        self.sudo().write(
            {
                "follow_up": "done",
                "follow_up_note": note.strip(),
                "follow_up_user_id": self.env.uid,
            }
        )
        return True
