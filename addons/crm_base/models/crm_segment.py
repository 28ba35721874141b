from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.timeline import MAX_ID


class CrmSegment(models.Model):
    """A set of customers that every application takes as its audience."""

    _name = "crm.segment"
    _description = "Segment"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("rule", "Rule"), ("static", "Static List"), ("model", "Model Output")],
        required=True,
        default="rule",
        help="A rule is refreshed every night; a static list is filled by hand or "
        "import; a model fills its segment when it runs.",
    )
    domain = fields.Char("Rule", default="[]", required=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index=True
    )
    note = fields.Text()

    # members
    member_ids = fields.One2many(
        "crm.segment.member", "segment_id", domain=[("until", "=", False)]
    )
    member_count = fields.Integer("Customers", compute="_compute_member_count")
    date_refreshed = fields.Datetime("Refreshed", readonly=True, copy=False)

    @api.depends("member_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["crm.segment.member"]._read_group(
                [("segment_id", "in", self.ids), ("until", "=", False)],
                ["segment_id"],
                ["__count"],
            )
        )
        for segment in self:
            segment.member_count = counts.get(segment._origin, 0)

    @api.constrains("domain")
    def _check_domain(self):
        for segment in self:
            try:
                self.env["res.partner"]._search(segment._get_rule_domain())
            except (ValueError, SyntaxError, TypeError, UserError) as error:
                raise ValidationError(
                    self.env._(
                        "The rule of the segment %(segment)s cannot be read: "
                        "%(error)s. Build it anew with the rule editor.",
                        segment=segment.name,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        segments = super().create(vals_list)
        segments.filtered(lambda segment: segment.kind == "rule")._refresh()
        return segments

    def write(self, vals):
        result = super().write(vals)
        if not {"kind", "company_id"}.isdisjoint(vals):
            # The platform checks before; a list that became a rule is the manager's.
            self.check_access("write")
        if not {"domain", "kind", "company_id"}.isdisjoint(vals):
            self.filtered(lambda segment: segment.kind == "rule")._refresh()
        return result

    # ----------------------------------------------------------------------- members

    def _get_rule_domain(self):
        return Domain(literal_eval(self.domain or "[]"))

    def _get_scope_domain(self):
        """Keep a company's segment to customers that the company may know."""
        if not self.company_id:
            return Domain.TRUE
        return Domain("company_id", "=", False) | Domain(
            "company_id", "parent_of", self.company_id.ids
        )

    def _refresh(self):
        """Bring the members of rules up to date: one statement a segment."""
        for segment in self.filtered(lambda segment: segment.kind == "rule"):
            # A rule counts whoever it is about; who may see a member is decided when
            # members are read.
            partners = self.env["res.partner"].sudo().with_company(segment.company_id)
            query = partners._search(
                segment._get_rule_domain() & segment._get_scope_domain()
            )
            partners.flush_model()
            segment._replace_members(
                query.select(
                    SQL("res_partner.id AS partner_id"), SQL("NULL::float8 AS score")
                )
            )

    def _replace_members(self, wanted):
        """Make exactly these customers the members; only changes are written.

        :param wanted: SQL with the columns ``partner_id`` and ``score`` (number or
            null), each customer once
        :return: number of members who joined or changed
        """
        self.ensure_one()
        self.env["crm.segment.member"].flush_model()
        today = fields.Date.context_today(self)
        rows = self.env.execute_query(
            SQL(
                """
                WITH wanted AS MATERIALIZED (%(wanted)s),
                change AS MATERIALIZED (
                    SELECT m.id AS member_id, w.partner_id, w.score
                      FROM wanted w
                      FULL JOIN (
                          SELECT id, partner_id, score FROM crm_segment_member
                           WHERE segment_id = %(segment)s AND until IS NULL
                      ) m ON m.partner_id = w.partner_id
                     WHERE m.id IS NULL OR w.partner_id IS NULL
                        OR w.score IS DISTINCT FROM m.score
                ),
                gone AS (
                    UPDATE crm_segment_member m SET until = %(today)s
                      FROM change c
                     WHERE m.id = c.member_id AND c.partner_id IS NULL
                ),
                rated AS (
                    UPDATE crm_segment_member m SET score = c.score
                      FROM change c
                     WHERE m.id = c.member_id AND c.partner_id IS NOT NULL
                    RETURNING 1
                ),
                come AS (
                    INSERT INTO crm_segment_member (
                        segment_id, partner_id, since, score
                    )
                    SELECT %(segment)s, c.partner_id, %(today)s, c.score
                      FROM change c WHERE c.member_id IS NULL
                        ON CONFLICT (segment_id, partner_id) WHERE until IS NULL
                        DO NOTHING
                    RETURNING 1
                )
                SELECT (SELECT count(*) FROM come) + (SELECT count(*) FROM rated)
                """,
                wanted=wanted,
                segment=self.id,
                today=today,
            )
        )
        self.date_refreshed = fields.Datetime.now()
        self._forget_members()
        return rows[0][0]

    def _forget_members(self):
        self.env["crm.segment.member"].invalidate_model(flush=False)
        self.invalidate_recordset(["member_ids", "member_count"], flush=False)

    def add_partners(self, partner_ids):
        """Put customers on static lists.

        :param list partner_ids: ids of customers that the current user may read
        :return: number of customers added; of two who add the same customer at the
            same time, the second one starts over and adds nothing
        :raise UserError: one of the segments is no static list, or the ids are none
        """
        partners = self._check_static_change(partner_ids)
        today = fields.Date.context_today(self)
        added = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_segment_member (segment_id, partner_id, since)
                SELECT s.id, p.id, %(today)s
                  FROM unnest(%(segments)s::int[]) s(id)
                 CROSS JOIN unnest(%(partners)s::int[]) p(id)
                    ON CONFLICT (segment_id, partner_id) WHERE until IS NULL
                    DO NOTHING
                RETURNING 1
                """,
                today=today,
                segments=self.ids,
                partners=partners.ids,
            )
        )
        self._forget_members()
        return len(added)

    def remove_partners(self, partner_ids):
        """Take customers off static lists; that they were on them stays on record.

        :return: number of customers removed
        """
        partners = self._check_static_change(partner_ids)
        removed = self.env.execute_query(
            SQL(
                "UPDATE crm_segment_member SET until = %s WHERE segment_id = ANY(%s)"
                " AND partner_id = ANY(%s) AND until IS NULL RETURNING 1",
                fields.Date.context_today(self),
                self.ids,
                partners.ids,
            )
        )
        self._forget_members()
        return len(removed)

    def _check_static_change(self, partner_ids):
        self.check_access("write")
        if not isinstance(partner_ids, list | tuple) or not all(
            type(id_) is int and 0 < id_ <= MAX_ID for id_ in partner_ids
        ):
            raise UserError(
                self.env._("Choose the customers from the list of customers.")
            )
        partners = self.env["res.partner"].browse(dict.fromkeys(partner_ids)).exists()
        partners.check_access("read")
        for segment in self:
            if segment.kind != "static":
                raise UserError(
                    self.env._(
                        "The segment %(segment)s is filled by its rule or model. "
                        "Choose a static list, or change the rule.",
                        segment=segment.name,
                    )
                )
        self.env["crm.segment.member"].flush_model()
        return partners

    # ---------------------------------------------------------------------- audience

    def _get_audience(self, channel=None, purpose=None):
        """Give the customers of the segments, each once, whom we may contact.

        :param channel: leave out whom the channel cannot reach or who did not allow
            it; None for all members
        :param purpose: code of a `crm.consent.purpose`, see `res.partner._may_contact`
        :return: active customers that the current user may read, in no given order
        """
        self.check_access("read")
        return self.env["res.partner"].search(
            [("id", "in", self._audience_sql(channel, purpose))], order="id"
        )

    def _audience_sql(self, channel=None, purpose=None):
        """Give the audience as SQL in parentheses, for use inside a statement."""
        partners = self.env["res.partner"]
        self.env["crm.segment.member"].flush_model()
        partners._flush_consent()
        allowed = SQL("TRUE")
        if channel:
            allowed = SQL(
                "%s AND %s",
                partners._reachable_sql(channel),
                partners._may_contact_sql(channel, purpose),
            )
        return SQL(
            """(
            SELECT p.id FROM res_partner p
             WHERE p.id IN (
                 SELECT m.partner_id FROM crm_segment_member m
                  WHERE m.segment_id = ANY(%s) AND m.until IS NULL
             ) AND %s
            )""",
            self.ids,
            allowed,
        )

    # ----------------------------------------------------------------------- actions

    def action_refresh(self):
        """Refresh rules now instead of tonight."""
        self.check_access("write")
        self._refresh()

    def action_open_customers(self):
        """List the customers of the segment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "name": self.name,
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("segment_ids", "in", self.ids)],
        }

    @api.model
    def _cron_refresh(self):
        """Refresh all rules, longest waiting first, a transaction each."""
        segments = self.search([("kind", "=", "rule")], order="date_refreshed, id")
        remaining = len(segments)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for segment in segments:
            remaining -= 1
            if segment.try_lock_for_update():
                segment._refresh()
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break
