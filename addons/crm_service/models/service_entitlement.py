from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..tools.entitlement import COVERED, EARLY, OVER, USED_UP, WAITING, why


class ServiceEntitlement(models.Model):
    """What a customer may ask for, from when until when, and how often.

    Uses are rows that nobody changes; what is used up is their sum, kept under the
    lock of the row so that two at once cannot use the last one.
    """

    _name = "service.entitlement"
    _description = "Entitlement"
    _order = "date_last, id"

    plan_id = fields.Many2one(
        "service.plan", required=True, index=True, ondelete="restrict", readonly=True
    )
    kind = fields.Selection(related="plan_id.kind", store=True)
    asset_id = fields.Many2one(
        "service.asset", index="btree_not_null", ondelete="cascade", readonly=True
    )
    contract_id = fields.Many2one(
        "service.contract", index="btree_not_null", ondelete="cascade", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", compute="_compute_partner_id", store=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date_first = fields.Date("From", readonly=True)
    date_last = fields.Date("Until", readonly=True)
    quota = fields.Float(readonly=True, help="0: as often as it takes.")
    used = fields.Float(readonly=True, default=0)
    use_ids = fields.One2many("service.entitlement.use", "entitlement_id")
    state = fields.Selection(
        [
            (WAITING, "Not Begun"),
            (EARLY, "Begins Later"),
            (COVERED, "Running"),
            (USED_UP, "Used Up"),
            (OVER, "Over"),
        ],
        compute="_compute_state",
        search="_search_state",
    )

    _of_asset = models.UniqueIndex("(asset_id, plan_id) WHERE asset_id IS NOT NULL")
    _of_contract = models.UniqueIndex(
        "(contract_id, plan_id) WHERE contract_id IS NOT NULL"
    )
    _within = models.Constraint(
        "CHECK (used >= 0 AND (quota = 0 OR used <= quota))",
        "More was used than the customer is entitled to.",
    )

    @api.depends("asset_id.partner_id", "contract_id.partner_id")
    def _compute_partner_id(self):
        for one in self:
            one.partner_id = one.asset_id.partner_id or one.contract_id.partner_id

    @api.depends("date_first", "date_last", "quota", "used")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.state = one._why(today)

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM service_entitlement WHERE CASE
                    WHEN date_first IS NULL THEN 'waiting'
                    WHEN date_first > %(today)s THEN 'early'
                    WHEN date_last < %(today)s THEN 'over'
                    WHEN quota > 0 AND used >= quota THEN 'used_up'
                    ELSE 'covered' END = ANY(%(wanted)s)
                """,
                today=today,
                wanted=[state for state in value if state],
            )
        )
        return [("id", "in", [id_ for (id_,) in rows])]

    @api.depends("plan_id", "date_last")
    def _compute_display_name(self):
        for one in self:
            until = format_date(self.env, one.date_last) if one.date_last else "∞"
            one.display_name = f"{one.plan_id.name} – {until}"

    def _why(self, day):
        self.ensure_one()
        return why(
            day,
            self.date_first or None,
            self.date_last or None,
            self.quota,
            self.used,
        )

    # ------------------------------------------------------------------- which covers

    def _choose(self, day):
        """Choose the entitlement that covers a day, the one that ends first.

        :return: ``{"entitlement": …, "reason": str}``
        """
        covering = self.filtered(lambda one: one._why(day) == COVERED)
        if covering:
            best = min(covering, key=lambda one: (not one.date_last, one.date_last))
            return {"entitlement": best, "reason": best._say_covered()}
        if not self:
            reason = self.env._("Nothing of this kind came with it.")
            return {"entitlement": self, "reason": reason}
        last = max(
            self, key=lambda one: one.date_last or fields.Date.to_date("1900-01-01")
        )
        return {"entitlement": self.browse(), "reason": last._say_why_not(day)}

    def _say_covered(self):
        if not self.date_last:
            return self.env._("%(plan)s, without an end.", plan=self.plan_id.name)
        return self.env._(
            "%(plan)s until %(date)s.",
            plan=self.plan_id.name,
            date=format_date(self.env, self.date_last),
        )

    def _say_why_not(self, day):
        texts = {
            WAITING: self.env._("%(plan)s has not begun yet.", plan=self.plan_id.name),
            EARLY: self.env._(
                "%(plan)s begins on %(date)s.",
                plan=self.plan_id.name,
                date=format_date(self.env, self.date_first),
            ),
            OVER: self.env._(
                "%(plan)s ended on %(date)s.",
                plan=self.plan_id.name,
                date=self.date_last and format_date(self.env, self.date_last),
            ),
            USED_UP: self.env._(
                "%(plan)s is used up: %(used)g of %(quota)g.",
                plan=self.plan_id.name,
                used=self.used,
                quota=self.quota,
            ),
        }
        return texts[self._why(day)]

    # -------------------------------------------------------------------------- using

    def _use(self, quantity, document, note=None):
        """Use some of the quota, for a document; all or nothing.

        Two at once stand in line: the row is written, so that who comes second begins
        again with what is left.

        :param quantity: above 0; below 0 gives back what was used for the document
        :param document: a record that tells what for
        :raise UserError: it covers nothing today, or less is left
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if quantity > 0 and self._why(today) not in (COVERED, USED_UP):
            raise UserError(self._say_why_not(today))
        self.flush_recordset()
        left = self.env.execute_query(
            SQL(
                """
                UPDATE service_entitlement SET used = used + %(quantity)s
                 WHERE id = %(id)s AND used + %(quantity)s >= 0
                   AND (quota = 0 OR used + %(quantity)s <= quota)
             RETURNING used
                """,
                quantity=quantity,
                id=self.id,
            )
        )
        self.invalidate_recordset()
        if not left:
            raise UserError(
                self.env._(
                    "%(plan)s of %(customer)s has %(left)g left, and %(wanted)g were "
                    "asked for.",
                    plan=self.plan_id.name,
                    customer=self.partner_id.display_name,
                    left=max(self.quota - self.used, 0),
                    wanted=quantity,
                )
            )
        # Uses are written by what uses, and by nobody's hand.
        return (
            self.env["service.entitlement.use"]
            .sudo()
            .create(
                {
                    "entitlement_id": self.id,
                    "quantity": quantity,
                    "date": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "res_model": document._name,
                    "res_id": document.id,
                    "note": note,
                }
            )
        )

    # --------------------------------------------------------------------- from plans

    @api.model
    def _insert(self, which):
        """Give assets what the plans of their products promise, in one statement.

        :param which: `SQL`, a condition on service_asset ``a``
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO service_entitlement (
                    plan_id, kind, asset_id, partner_id, company_id, date_first,
                    date_last, quota, used,
                    create_uid, write_uid, create_date, write_date
                )
                SELECT s.id, s.kind, a.id, a.partner_id, a.company_id,
                       CASE s.start_on WHEN 'delivery' THEN a.date_delivered END,
                       CASE s.start_on WHEN 'delivery' THEN %(last)s END,
                       s.quota * a.quantity, 0, %(user)s, %(user)s, %(now)s, %(now)s
                  FROM service_asset a
                  JOIN product_product p ON p.id = a.product_id
                  JOIN service_plan_product_rel r
                    ON r.product_template_id = p.product_tmpl_id
                  JOIN service_plan s ON s.id = r.service_plan_id AND s.active
                   AND (s.company_id IS NULL OR s.company_id = a.company_id)
                 WHERE %(which)s
                    ON CONFLICT DO NOTHING
                """,
                user=self.env.uid,
                now=fields.Datetime.now(),
                which=which,
                last=self._last_day(SQL("a.date_delivered")),
            )
        )
        self.env["service.asset"].invalidate_model(["entitlement_ids"], flush=False)

    @api.model
    def _last_day(self, first):
        """Give the last day of a plan ``s`` as `SQL`, as `tools.entitlement` does."""
        return SQL(
            "CASE WHEN s.duration > 0 THEN"
            " (%s + (s.duration || ' ' || s.unit)::interval)::date END",
            first,
        )

    @api.model
    def _cron_begin(self):
        """Begin what begins with the invoice."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            UPDATE service_entitlement e
               SET date_first = first.day, date_last = %s
              FROM (
                  SELECT e.id, min(m.invoice_date) AS day
                    FROM service_entitlement e
                    JOIN service_plan s ON s.id = e.plan_id AND s.start_on = 'invoice'
                    JOIN service_asset a ON a.id = e.asset_id
                    JOIN stock_move_line l ON l.id = a.move_line_id
                    JOIN stock_move v ON v.id = l.move_id
                    JOIN sale_order_line_invoice_rel r
                      ON r.order_line_id = v.sale_line_id
                    JOIN account_move_line i ON i.id = r.invoice_line_id
                    JOIN account_move m ON m.id = i.move_id AND m.state = 'posted'
                     AND m.move_type = 'out_invoice'
                   WHERE e.date_first IS NULL
                   GROUP BY e.id
              ) first, service_plan s
             WHERE e.id = first.id AND s.id = e.plan_id
                """,
                self._last_day(SQL("first.day")),
            )
        )
        self.invalidate_model(["date_first", "date_last"], flush=False)

    def action_activate(self):
        """Begin today what begins when the customer starts to use it.

        :raise AccessError: the user may not read it, or is no agent
        :raise UserError: it has begun already, or begins by itself
        """
        self.check_access("read")
        self.env["service.ticket"].check_access("write")
        for one in self:
            if one.date_first or one.plan_id.sudo().start_on != "activation":
                raise UserError(
                    self.env._(
                        "%(plan)s of %(customer)s begins by itself, or has begun.",
                        plan=one.plan_id.name,
                        customer=one.partner_id.display_name,
                    )
                )
        # What an agent may not write by hand begins by this step.
        begun = self.sudo()
        for one in begun:
            first = fields.Date.context_today(self)
            one.write(
                {"date_first": first, "date_last": one.plan_id._get_last_day(first)}
            )
        return True
