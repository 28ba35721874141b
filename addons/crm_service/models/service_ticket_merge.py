from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import promise as rules
from ..tools.guard import TICKET
from ..tools.ticket import ACTIVE
from .service_ticket_mail import HEARS

UNDO_HOURS = 24
#: What stands on a ticket and goes with it: model and the field of the ticket's model.
BELONGINGS = {
    "mail.message": "model",
    "ir.attachment": "res_model",
    "mail.activity": "res_model",
}


class ServiceTicket(models.Model):
    """Tickets about the same thing become one, and can come apart again."""

    _inherit = "service.ticket"

    merged_ids = fields.One2many("service.ticket", "merged_into_id", readonly=True)
    may_unmerge = fields.Boolean(compute="_compute_may_unmerge")

    @api.depends("state")
    def _compute_may_unmerge(self):
        merges = self._get_merges()
        since = fields.Datetime.now() - timedelta(hours=UNDO_HOURS)
        for ticket in self:
            merge = merges.get(ticket.id)
            ticket.may_unmerge = bool(merge) and merge.create_date > since

    def _get_merges(self):
        """Give for each ticket that is merged the record of it: ``{id: record}``."""
        merged = self.filtered(lambda ticket: ticket.state == "merged")
        records = self.env["service.merge"].search(
            [("ticket_id", "in", merged.ids), ("kind", "=", "merged")], order="id"
        )
        return {record.ticket_id.id: record for record in records}

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("merged_into_id") for vals in vals_list):
            raise self._prepare_merged_error()
        return super().create(vals_list)

    def write(self, vals):
        if "merged_into_id" in vals and not TICKET.is_open():
            raise self._prepare_merged_error()
        return super().write(vals)

    def _prepare_merged_error(self):
        return AccessError(
            self.env._(
                "Ticket %(ticket)s goes into another one by Merge alone, and comes out "
                "by Undo Merge.",
                ticket=", ".join(self.mapped("number")) or self.env._("new"),
            )
        )

    # ---------------------------------------------------------------------- merging

    def _merge_into(self, target):
        """Let tickets of one customer go on as one of them.

        Messages, attachments and activities go along, and followers follow the target.

        :param target: the ticket that remains, open; it may be one of these
        :raise AccessError: the user may not change one of them
        :raise UserError: they are of different customers, or one cannot be merged
        """
        target.ensure_one()
        sources = self - target
        (sources | target).check_access("write")
        (sources | target).lock_for_update()
        sources._check_merge(target)
        unanswered = sources.filtered(lambda source: source._is_unanswered())
        before = target.message_partner_ids
        merges = []
        for source in sources:
            merges.append(
                {
                    "ticket_id": source.id,
                    "target_id": target.id,
                    "kind": "merged",
                    "state_before": source.state,
                    "moved": {
                        **source._move_belongings(target),
                        "followers": (source.message_partner_ids - before).ids,
                        "children": source._move_children(target),
                    },
                }
            )
        target.message_subscribe((sources.message_partner_ids - before).ids)
        # The record is written by merging alone.
        self.env["service.merge"].sudo().create(merges)
        sources._move("merged")
        with TICKET.open():
            sources.merged_into_id = target
        sources._note_merge(target)
        if unanswered:
            target._hear_of_merged()

    def _hear_of_merged(self):
        """Go on as if the customer had written here what nobody answered elsewhere."""
        if self.state in HEARS:
            self._hear_customer()
        self._turn_clocks(rules.asked)

    def _check_merge(self, target):
        """Refuse what is not one matter of one customer.

        :raise UserError: says why
        """
        tickets = self | target
        customers = {
            ticket.commercial_partner_id or ticket.email_normalized or ticket
            for ticket in tickets
        }
        if not self:
            raise UserError(
                self.env._("Choose another ticket, into which this one shall go.")
            )
        if len(customers) > 1 or len(tickets.company_id) > 1:
            raise UserError(
                self.env._(
                    "%(tickets)s belong to different customers or companies and stay "
                    "apart. Merge tickets of one customer only.",
                    tickets=", ".join(tickets.mapped("number")),
                )
            )
        if target.state not in ACTIVE:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s has ended, so nothing can go into it. Reopen "
                    "it, or choose another one.",
                    ticket=target.number,
                )
            )
        if target.parent_id & self:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s is a part of %(parent)s. Merge it into that "
                    "one, not the other way round.",
                    ticket=target.number,
                    parent=target.parent_id.number,
                )
            )

    def _move_belongings(self, target, only=None):
        """Put what stands on a ticket onto another one.

        :param dict only: ids by model; empty: all
        :return: ids that moved, by model
        """
        self.ensure_one()
        moved = {}
        for model, field in BELONGINGS.items():
            domain = [(field, "=", self._name), ("res_id", "=", self.id)]
            if only is not None:
                domain.append(("id", "in", only.get(model, [])))
            # Whoever may change both tickets moves what colleagues wrote on them.
            records = self.env[model].sudo().with_context(active_test=False)
            records = records.search(domain)
            records.write({"res_id": target.id})
            moved[model] = records.ids
        # The lists of a ticket hang on its number, which the cache does not follow.
        (self | target).invalidate_recordset(["message_ids", "activity_ids"])
        return moved

    def _move_children(self, target):
        children = self.child_ids
        children.parent_id = target
        return children.ids

    def _note_merge(self, target):
        stories = [
            self.env._("%(ticket)s went into this ticket.", ticket=source._link())
            + (source.description or Markup())
            for source in self
        ]
        target._message_log(body=Markup("<br/>").join(stories))
        body = self.env._("Went into %(ticket)s.", ticket=target._link())
        self._message_log_batch(dict.fromkeys(self.ids, body))

    def _link(self):
        return self._get_html_link(title=f"{self.number} {self.name}")

    # ---------------------------------------------------------------------- undoing

    def action_unmerge(self):
        """Take tickets out again of those into which they went in the last 24 hours.

        :raise AccessError: the user may not change one of them
        :raise UserError: one is not merged, too long ago, or its target is merged
        """
        self.check_access("write")
        self.merged_into_id.check_access("write")
        (self | self.merged_into_id).lock_for_update()
        merges = self._get_merges()
        for ticket in self:
            ticket._check_unmerge()
            ticket._undo(merges[ticket.id])
        return True

    def _check_unmerge(self):
        """Refuse to undo what cannot come apart.

        :raise UserError: says why
        """
        if not self.may_unmerge:
            raise UserError(
                self.env._(
                    "Ticket %(ticket)s was not merged in the last %(hours)s hours. "
                    "Split the messages off into a new ticket instead.",
                    ticket=self.number,
                    hours=UNDO_HOURS,
                )
            )
        if self.merged_into_id.merged_into_id:
            raise UserError(
                self.env._(
                    "Ticket %(target)s, into which %(ticket)s went, was merged itself. "
                    "Undo that first.",
                    target=self.merged_into_id.number,
                    ticket=self.number,
                )
            )

    def _undo(self, merge):
        target, moved = merge.target_id, merge.moved
        target._move_belongings(self, moved)
        others = (target.merged_ids - self)._get_merges().values()
        needed = {one for other in others for one in other.moved["followers"]}
        target.message_unsubscribe(list(set(moved["followers"]) - needed))
        children = target.child_ids.filtered(
            lambda child: child.id in moved["children"]
        )
        children.parent_id = self
        with TICKET.open():
            self.write({"state": merge.state_before, "merged_into_id": False})
        # The record is written by merging alone.
        merge.sudo().create(
            {"ticket_id": self.id, "target_id": target.id, "kind": "undone"}
        )
        target._message_log(
            body=self.env._("%(ticket)s was taken out again.", ticket=self._link())
        )
