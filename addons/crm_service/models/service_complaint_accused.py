from odoo import api, models
from odoo.exceptions import ValidationError


class ServiceComplaint(models.Model):
    """The colleague whom a complaint is about neither reads nor finds it.

    Record rules keep the complaint and all that hangs on it away; here goes what
    reaches a person beside them: following, mentions, activities, notices.
    """

    _inherit = "service.complaint"

    @api.constrains("user_id", "accused_user_id")
    def _check_officer(self):
        for complaint in self:
            if complaint.user_id and complaint.user_id == complaint.accused_user_id:
                raise ValidationError(
                    self.env._(
                        "The officer of complaint %(complaint)s cannot be the "
                        "colleague it is about. Choose another officer.",
                        complaint=complaint.number,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        complaints._hide_from_accused()
        return complaints

    def write(self, vals):
        if "accused_user_id" not in vals:
            return super().write(vals)
        self.check_access("write")
        if not vals["accused_user_id"] and self.accused_user_id:
            self._check_complaint_manager()
        done = super().write(vals)
        self._hide_from_accused()
        return done

    def _hide_from_accused(self):
        for complaint in self.filtered("accused_user_id"):
            # Followers, notices and activities of another person are not the
            # officer's to change; that this person may not see them is the point.
            complaint.sudo()._hide_from(complaint.accused_user_id)

    def _hide_from(self, user):
        """Take back what reached a person about one complaint."""
        person = user.partner_id
        self.message_unsubscribe(person.ids)
        # Not `message_ids`: it leaves out what told of an activity.
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        notices = messages.notification_ids
        notices.filtered(lambda notice: notice.res_partner_id == person).unlink()
        messages.write({"partner_ids": [(3, person.id)]})
        planned = self.activity_ids.filtered(lambda one: one.user_id == user)
        planned.write({"user_id": self.user_id.id or self.env.uid})

    def _get_hidden_partner_ids(self):
        # Who is accused is asked for everybody, also for whom it is hidden.
        return set(self.sudo().accused_user_id.partner_id.ids)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        allowed = set(partner_ids or []) - self._get_hidden_partner_ids()
        return super().message_subscribe(list(allowed), subtype_ids)

    def message_post(self, *, partner_ids=None, **kwargs):
        self.ensure_one()
        allowed = set(partner_ids or []) - self._get_hidden_partner_ids()
        return super().message_post(partner_ids=list(allowed), **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        hidden = self._get_hidden_partner_ids()
        return [one for one in recipients if one["id"] not in hidden]
