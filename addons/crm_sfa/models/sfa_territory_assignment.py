from odoo import api, fields, models
from odoo.tools import SQL


class SfaTerritoryAssignment(models.Model):
    """That a customer belonged to a territory, from a day until a day, and why."""

    _name = "sfa.territory.assignment"
    _description = "Territory Assignment"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    territory_id = fields.Many2one(
        "sfa.territory",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: decided by hand to be outside all territories.",
    )
    rule_id = fields.Many2one("sfa.territory.rule", readonly=True, ondelete="set null")
    origin = fields.Selection(
        [("rule", "Rule"), ("manual", "By Hand"), ("hand_over", "Hand-Over")],
        required=True,
        readonly=True,
        default="rule",
    )
    locked = fields.Boolean(
        readonly=True, help="Rules leave the customer where it is until unlocked."
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("Until", readonly=True)
    create_uid = fields.Many2one("res.users", "By")

    _one_current = models.UniqueIndex(
        "(partner_id) WHERE date_to IS NULL",
        "The customer is being moved by somebody else. Try again in a moment.",
    )
    _locked_index = models.Index("(partner_id) WHERE locked AND date_to IS NULL")

    @api.model
    def _apply(self, change, origin="rule", locked=False, salesperson="fill"):
        """Move customers: history, customers, their contacts and open leads at once.

        Customers whom another transaction holds, or who meanwhile are elsewhere than
        where they are to leave, stay where they are.

        :param change: `SQL` with the columns ``partner_id``, ``from_id``, ``to_id``,
            ``rule_id``, each commercial entity once
        :param salesperson: ``keep``; ``fill``: the owner where there is none or where
            it was the owner of the territory before; ``replace``: the owner
        :return: list of ids of the customers moved
        """
        self.env["res.partner"].flush_model()
        self.env["crm.lead"].flush_model(["sfa_territory_id", "partner_id", "active"])
        self.env["sfa.territory.member"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH change AS MATERIALIZED (%(change)s),
                held AS MATERIALIZED (
                    SELECT p.id AS partner_id, p.user_id, p.is_company,
                           c.from_id, c.to_id, c.rule_id
                      FROM change c JOIN res_partner p ON p.id = c.partner_id
                     WHERE p.sfa_territory_id IS NOT DISTINCT FROM c.from_id
                     ORDER BY p.id
                       FOR NO KEY UPDATE OF p SKIP LOCKED
                ),
                owner AS MATERIALIZED (
                    SELECT m.territory_id, m.user_id FROM sfa_territory_member m
                     WHERE m.role = 'owner' AND m.date_from <= %(today)s
                       AND (m.date_to IS NULL OR m.date_to >= %(today)s)
                ),
                closed AS (
                    UPDATE sfa_territory_assignment a
                       SET date_to = %(today)s, write_uid = %(uid)s,
                           write_date = %(now)s
                      FROM held WHERE a.partner_id = held.partner_id
                       AND a.date_to IS NULL
                    RETURNING 1
                ),
                opened AS (
                    INSERT INTO sfa_territory_assignment (
                        partner_id, territory_id, rule_id, origin, locked, date_from,
                        create_uid, create_date, write_uid, write_date)
                    SELECT partner_id, to_id, rule_id, %(origin)s, %(locked)s,
                           %(today)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM held
                     WHERE (to_id IS NOT NULL OR %(locked)s)
                       AND (SELECT count(*) FROM closed) >= 0
                ),
                lead AS (
                    UPDATE crm_lead l SET sfa_territory_id = held.to_id
                      FROM res_partner p JOIN held
                        ON held.partner_id = p.commercial_partner_id
                     WHERE l.partner_id = p.id AND l.active
                       AND COALESCE(l.won_status, 'pending') = 'pending'
                       AND l.sfa_territory_id IS DISTINCT FROM held.to_id
                ),
                moved AS (
                    UPDATE res_partner p
                       SET sfa_territory_id = held.to_id,
                           user_id = CASE
                               WHEN p.id != held.partner_id THEN p.user_id
                               WHEN %(salesperson)s = 'replace'
                                 OR (%(salesperson)s = 'fill' AND (
                                     p.user_id IS NULL OR p.user_id = before.user_id))
                               THEN COALESCE(after.user_id, p.user_id)
                               WHEN %(salesperson)s = 'mine'
                               THEN COALESCE(p.user_id, %(uid)s)
                               ELSE p.user_id END,
                           write_uid = %(uid)s, write_date = %(now)s
                      FROM held
                      LEFT JOIN owner before ON before.territory_id = held.from_id
                      LEFT JOIN owner after ON after.territory_id = held.to_id
                     WHERE p.commercial_partner_id = held.partner_id
                       AND (p.id = held.partner_id
                            OR p.sfa_territory_id IS DISTINCT FROM held.to_id)
                )
                SELECT partner_id FROM held
                """,
                change=change,
                today=fields.Date.context_today(self),
                now=self.env.cr.now(),
                uid=self.env.uid,
                origin=origin,
                locked=locked,
                salesperson=salesperson,
            )
        )
        if rows:
            self._forget()
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _forget(self):
        self.invalidate_model(flush=False)
        self.env["res.partner"].invalidate_model(
            [
                "sfa_territory_id",
                "sfa_assignment_ids",
                "sfa_territory_locked",
                "user_id",
            ],
            flush=False,
        )
        self.env["crm.lead"].invalidate_model(["sfa_territory_id"], flush=False)
