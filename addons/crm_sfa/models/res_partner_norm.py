from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """Customers launch norms by their category, and are due by its rhythm."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(vals.get("sfa_category_id") for vals in vals_list):
            self.env["mail.activity.plan"]._sfa_note("res.partner", partners.ids)
        return partners

    def write(self, vals):
        moved = self.browse()
        category = vals.get("sfa_category_id")
        if category:
            moved = self.filtered(
                lambda partner: partner.sfa_category_id.id != category
            )
        result = super().write(vals)
        if moved:
            self.env["mail.activity.plan"]._sfa_note("res.partner", moved.ids)
        return result

    @api.model
    def _sfa_contacts_sql(self, kind):
        """Give when customers were visited or called.

        Override with ``super()`` and ``UNION ALL`` to add a source.

        :param kind: ``visit`` or ``call``
        :return: SQL with ``partner_id`` (any contact of the customer) and ``date``
        """
        done = SQL(
            """
            SELECT a.sfa_partner_id AS partner_id, a.sfa_stopped::date AS date
              FROM mail_activity a
              JOIN mail_activity_type t ON t.id = a.activity_type_id
             WHERE NOT a.active AND t.sfa_contact = %s AND a.sfa_partner_id IS NOT NULL
               AND coalesce(a.sfa_outcome, '') NOT IN ('skipped', 'absent')
            """,
            kind,
        )
        if kind != "visit":
            return done
        return SQL(
            """
            %s UNION ALL
            SELECT r.res_partner_id, e.start::date
              FROM calendar_event e
              JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
             WHERE e.active AND e.start <= now() AT TIME ZONE 'UTC'
            """,
            done,
        )

    @api.model
    def _sfa_planned_sql(self, kind):
        """Give which customers have a visit or a call before them: ``partner_id``.

        Override with ``super()`` and ``UNION ALL`` to add a source.
        """
        planned = SQL(
            """
            SELECT a.sfa_partner_id AS partner_id
              FROM mail_activity a
              JOIN mail_activity_type t ON t.id = a.activity_type_id
             WHERE a.active AND t.sfa_contact = %s AND a.sfa_partner_id IS NOT NULL
            """,
            kind,
        )
        if kind != "visit":
            return planned
        return SQL(
            """
            %s UNION ALL
            SELECT r.res_partner_id
              FROM calendar_event e
              JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
             WHERE e.active AND e.start > now() AT TIME ZONE 'UTC'
            """,
            planned,
        )

    @api.model
    def _sfa_due_sql(self, kind, until):
        """Give the customers whose category asks for a visit or a call by a day.

        A customer never met is due since its first day here.

        :param kind: ``visit`` or ``call``
        :param until: date, included
        :return: SQL with ``partner_id`` (customer), ``kind``, ``last`` (date or null),
            ``due`` (date), ``planned`` (whether one is planned already)
        """
        rhythm = SQL.identifier("c", f"{kind}_rhythm")
        return SQL(
            """
            SELECT p.id AS partner_id, %(kind)s::text AS kind, met.last, next.due,
                   plan.partner_id IS NOT NULL AS planned
              FROM res_partner p
              JOIN sfa_customer_category c ON c.id = p.sfa_category_id
              LEFT JOIN (
                  SELECT who.commercial_partner_id AS partner_id, max(s.date) AS last
                    FROM (%(contacts)s) s JOIN res_partner who ON who.id = s.partner_id
                   GROUP BY who.commercial_partner_id
              ) met ON met.partner_id = p.id
              LEFT JOIN (
                  SELECT DISTINCT who.commercial_partner_id AS partner_id
                    FROM (%(planned)s) s JOIN res_partner who ON who.id = s.partner_id
              ) plan ON plan.partner_id = p.id
              CROSS JOIN LATERAL (
                  SELECT coalesce(met.last + %(rhythm)s, p.create_date::date) AS due
              ) next
             WHERE p.active AND p.id = p.commercial_partner_id AND c.active
               AND %(rhythm)s > 0 AND next.due <= %(until)s
            """,
            kind=kind,
            contacts=self._sfa_contacts_sql(kind),
            planned=self._sfa_planned_sql(kind),
            rhythm=rhythm,
            until=until,
        )
