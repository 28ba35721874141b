from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Days in which a ticket means that help did not do.
DAYS = 3
#: Days for which sessions are kept.
KEPT_DAYS = 800
#: Searches and articles of a session that are counted; more is a machine.
MOST = 200


class ServiceHelpSession(models.Model):
    """Somebody who looked for help by themselves, and how it ended.

    **Self-service share** = sessions that ended by themselves ÷ all sessions. A session
    is one browser session in which somebody searched in the help, read an article or
    opened a ticket in the portal. It ended *by itself* when an article was read and no
    ticket followed within 3 days: none in the session, and none by any channel from the
    customer who was logged in. It ended *with a ticket* when one followed, and *without
    an answer* when nothing was read and no ticket followed. The share is counted when
    the 3 days are over; then it is forgotten who it was.
    """

    _name = "service.help.session"
    _description = "Self-Service Session"
    _log_access = False
    _order = "id desc"
    _rec_name = "date"

    key = fields.Char(required=True, readonly=True)
    date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="set null")
    company_id = fields.Many2one(
        "res.company", readonly=True, default=lambda self: self.env.company
    )
    searches = fields.Integer(readonly=True)
    articles = fields.Integer("Articles Read", readonly=True)
    helped = fields.Integer("Said It Helped", readonly=True)
    tickets = fields.Integer(readonly=True)
    outcome = fields.Selection(
        [
            ("open", "Not Known Yet"),
            ("self", "By Themselves"),
            ("ticket", "With a Ticket"),
            ("left", "Without an Answer"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    share = fields.Float(
        "Self-Service Share",
        readonly=True,
        aggregator="avg",
        help="100 for a session that ended by itself, else 0.",
    )

    _key = models.UniqueIndex("(key)")
    _open = models.Index("(date) WHERE outcome = 'open'")

    @api.model
    def _note(self, key, **counts):
        """Count what happened in a session, which begins with it.

        :param key: secret of the browser session
        :param counts: how many ``searches``, ``articles``, ``helped``, ``tickets`` more
        """
        partner = (
            self.env.user.partner_id.id if not self.env.user._is_public() else None
        )
        added = [
            counts.get(name, 0)
            for name in ("searches", "articles", "helped", "tickets")
        ]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO service_help_session AS s
                       (key, date, partner_id, company_id, outcome, share,
                        searches, articles, helped, tickets)
                VALUES (%(key)s, %(now)s, %(partner)s, %(company)s, 'open', 0,
                        %(added)s)
                    ON CONFLICT (key) DO UPDATE
                   SET partner_id = COALESCE(EXCLUDED.partner_id, s.partner_id),
                       searches = LEAST(s.searches + EXCLUDED.searches, %(most)s),
                       articles = LEAST(s.articles + EXCLUDED.articles, %(most)s),
                       helped = LEAST(s.helped + EXCLUDED.helped, %(most)s),
                       tickets = LEAST(s.tickets + EXCLUDED.tickets, %(most)s)
                 WHERE s.outcome = 'open'
                RETURNING 1
                """,
                key=key,
                now=fields.Datetime.now(),
                partner=partner,
                company=self.env.company.id,
                added=SQL(", ").join(SQL("%s", number) for number in added),
                most=MOST,
            )
        )
        self.invalidate_model()

    @api.model
    def _cron_conclude(self):
        """Decide how sessions ended that began more than 3 days ago, in one go."""
        self.env["service.ticket"].flush_model(["partner_id", "create_date"])
        statement = SQL(
            """
            WITH ended AS (
                SELECT s.id,
                       CASE WHEN s.tickets > 0 OR EXISTS (
                                SELECT FROM service_ticket t
                                 WHERE t.partner_id = s.partner_id
                                   AND t.create_date >= s.date
                                   AND t.create_date < s.date + %(days)s
                            ) THEN 'ticket'
                            WHEN s.articles > 0 THEN 'self'
                            ELSE 'left'
                        END AS outcome
                  FROM service_help_session s
                 WHERE s.outcome = 'open'
                   AND s.date < (now() AT TIME ZONE 'UTC') - %(days)s
            )
            UPDATE service_help_session s
               SET outcome = ended.outcome,
                   share = CASE ended.outcome WHEN 'self' THEN 100 ELSE 0 END,
                   partner_id = NULL
              FROM ended WHERE s.id = ended.id
            """,
            days=timedelta(days=DAYS),
        )
        self.env.cr.execute(statement)
        self.invalidate_model()

    @api.autovacuum
    def _gc_sessions(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("date", "<", old)]).unlink()
