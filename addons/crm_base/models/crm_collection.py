from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount

from ..tools.credit import Standing, reached_step

#: Fields that say whose collection it is: chosen once.
WHOSE = {"partner_id", "company_id"}
#: Fields that the refresh writes, and nobody else.
LEDGER = WHOSE | {
    "overdue_amount",
    "overdue_30",
    "overdue_60",
    "overdue_90",
    "overdue_older",
    "oldest_due_date",
    "days_overdue",
    "step_id",
    "state",
    "closed_on",
}


class CrmCollection(models.Model):
    """The collection of what one customer owes too late, from first day to payment."""

    _name = "crm.collection"
    _description = "Collection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, days_overdue desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    # who
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        tracking=True,
        domain=[("share", "=", False)],
    )
    # how much, refreshed every night and on demand
    overdue_amount = fields.Monetary("Overdue", readonly=True)
    overdue_30 = fields.Monetary("1–30 Days", readonly=True)
    overdue_60 = fields.Monetary("31–60 Days", readonly=True)
    overdue_90 = fields.Monetary("61–90 Days", readonly=True)
    overdue_older = fields.Monetary("Over 90 Days", readonly=True)
    oldest_due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(readonly=True)
    # how far
    step_id = fields.Many2one(
        "crm.collection.step", readonly=True, tracking=True, check_company=True
    )
    promise_date = fields.Date(
        "Promised For", tracking=True, help="No further step before this day"
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Paid")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    closed_on = fields.Date(readonly=True)

    _one_open = models.UniqueIndex(
        "(partner_id, company_id) WHERE state = 'open'",
        "The collection of this customer is open already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_typed(set(vals) - WHOSE)
        collections = super().create(vals_list)
        collections._check_commercial()
        if not self.env.su:
            # What a context filled in, the ledger corrects.
            collections.action_refresh()
        return collections

    def write(self, vals):
        self._check_typed(vals)
        return super().write(vals)

    def _check_commercial(self):
        for partner in self.partner_id:
            if partner != partner.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "%(contact)s pays through %(customer)s. Open the collection "
                        "for %(customer)s.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )

    def _check_typed(self, names):
        """Let the ledger alone write what comes from it."""
        names = LEDGER.intersection(names)
        if names and not self.env.su:
            labels = [self._fields[name].string for name in sorted(names)]
            raise AccessError(
                self.env._(
                    "%(fields)s of a collection come from the ledger. Refresh the "
                    "collection instead of typing them.",
                    fields=", ".join(labels),
                )
            )

    def action_view_invoices(self):
        """Show the overdue invoices of this customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Overdue Invoices"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "child_of", self.company_id.root_id.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
            ],
        }

    def action_refresh(self):
        """Read the ledger again for these collections."""
        self.check_access("write")
        for company, collections in self.grouped("company_id").items():
            # The ledger is closed to salespersons, its sums for their customers not.
            collections.sudo()._refresh(company)

    @api.constrains("promise_date")
    def _check_promise_date(self):
        today = fields.Date.context_today(self)
        for collection in self:
            if collection.promise_date and collection.promise_date < today:
                raise UserError(
                    self.env._(
                        "The promise of %(customer)s lies in the past. Choose today"
                        " or a later day.",
                        customer=collection.partner_id.display_name,
                    )
                )

    # ------------------------------------------------------------------ nightly
    @api.model
    def _cron_follow_up(self):
        """Open, refresh, advance and close collections of every company."""
        for company in self.env["res.company"].search([("parent_id", "=", False)]):
            self.with_company(company)._follow_up(company)

    @api.model
    def _follow_up(self, company):
        late_ids = self._find_late_customers(company)
        known = self.search([("company_id", "=", company.id), ("state", "=", "open")])
        new_ids = sorted(set(late_ids) - set(known.partner_id.ids))
        partners = self.env["res.partner"].browse(new_ids)
        opened = self.create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "user_id": partner.user_id.id,
                }
                for partner in partners
            ]
        )
        (known | opened)._refresh(company)

    @api.model
    def _find_late_customers(self, company):
        """Give ids of commercial partners with an overdue open item."""
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT debtor.commercial_partner_id
                  FROM account_move_line AS line
                  JOIN account_account AS account ON account.id = line.account_id
                  JOIN res_partner AS debtor ON debtor.id = line.partner_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0
                   AND line.date_maturity < %(today)s
                   AND line.company_id IN (
                       SELECT id FROM res_company
                        WHERE split_part(parent_path, '/', 1) = %(root)s
                   )
                """,
                today=fields.Date.context_today(self),
                root=str(company.id),
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _refresh(self, company):
        """Bring amounts up to date, close what is paid, advance what is due."""
        today = fields.Date.context_today(self)
        standings = self.partner_id._get_credit_standing(company)
        for collection in self:
            # Who has become a contact of another customer owes through that one.
            known = standings.get(collection.partner_id.id, Standing())
            values = collection._prepare_standing_vals(known, today)
            changed = {k: v for k, v in values.items() if collection[k] != v}
            if changed:
                collection.write(changed)
        paid = self.filtered(lambda c: c.state == "open" and not c.overdue_amount)
        paid._close(today)
        (self.filtered(lambda c: c.state == "open"))._advance(company, today)

    def _prepare_standing_vals(self, known, today):
        rounded = [self.currency_id.round(amount) for amount in known.buckets]
        return {
            "overdue_amount": self.currency_id.round(known.overdue),
            "overdue_30": rounded[0],
            "overdue_60": rounded[1],
            "overdue_90": rounded[2],
            "overdue_older": rounded[3],
            "oldest_due_date": known.oldest_due or False,
            "days_overdue": known.days_overdue(today),
        }

    def _close(self, today):
        if self:
            self.activity_ids.unlink()
            self.write({"state": "closed", "closed_on": today, "promise_date": False})

    def _advance(self, company, today):
        steps = self.env["crm.collection.step"].search(
            [("company_id", "=", company.id)]
        )
        days = steps.mapped("days")
        by_step = {}
        for collection in self:
            if collection.promise_date and collection.promise_date >= today:
                continue
            index = reached_step(collection.days_overdue, days)
            if index is None:
                continue
            step = steps[index]
            if not collection.step_id or collection.step_id.days < step.days:
                by_step.setdefault(step, self.browse())
                by_step[step] |= collection
        for step, collections in by_step.items():
            collections._take_step(step, today)

    def _take_step(self, step, today):
        """Move to a step and plan its activity, one for each customer."""
        self.activity_ids.unlink()  # the steps before are overtaken
        self.write({"step_id": step.id})
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [collection._prepare_step_vals(step, today) for collection in self]
        )

    def _prepare_step_vals(self, step, today):
        """Give the activity of a step, in the language of who has to do it."""
        user = self._get_step_user(step)
        words = step.with_context(lang=user.lang or self.env.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": step.activity_type_id.id,
            "summary": words.name,
            "note": words.note,
            "date_deadline": today,
            "user_id": user.id,
        }

    def _get_step_user(self, step):
        self.ensure_one()
        if step.responsible == "user":
            return step.user_id or self.user_id or self.env.user
        return self.user_id or step.user_id or self.env.user

    @api.depends("partner_id", "overdue_amount")
    def _compute_display_name(self):
        for collection in self:
            amount = format_amount(
                self.env, collection.overdue_amount, collection.currency_id
            )
            collection.display_name = f"{collection.partner_id.display_name} · {amount}"
