from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .cti_agent import SUPERVISOR

#: What an agent may say about a call.
SAID = {"disposition_id", "note", "next_type_id", "next_date", "next_note"}
MAX_NOTE = 4000
#: After this time an ended call without an agent has no work left, so many at once.
FORGOTTEN, BATCH = timedelta(minutes=10), 500
#: Calls that somebody had, so that there is something to say about them.
HAD = ("talking", "held", "wrapup", "done", "interrupted")


class CtiCall(models.Model):
    """What came of a call: disposition, note, the next action and a document."""

    _inherit = "cti.call"

    disposition_id = fields.Many2one(
        "cti.disposition", index="btree_not_null", ondelete="restrict", readonly=True
    )
    note = fields.Text(readonly=True)

    # what is to be done next
    next_type_id = fields.Many2one("mail.activity.type", "Next Action", readonly=True)
    next_date = fields.Date("On", readonly=True)
    next_note = fields.Char("What to Do", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    # what was made of it
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", readonly=True
    )

    _unwrapped = models.Index("(ended) WHERE state = 'wrapup'")

    @api.model
    def _wrap_forgotten(self):
        """End the work after calls on which nobody works, as after a lost link."""
        ended = fields.Datetime.now() - FORGOTTEN
        calls = self.search(
            [("state", "=", "wrapup"), ("ended", "<", ended)], limit=BATCH
        )
        held = self.env["cti.agent"].search([("call_id", "in", calls.ids)]).call_id
        (calls - held)._wrap()

    def _check_mine(self):
        """Give the call if it is the user's own, or the user supervises.

        :raise AccessError: it is another agent's
        """
        self.ensure_one()
        self.check_access("read")
        # Whose call it is, is told to nobody; who passed it on still writes notes.
        call = self.sudo()
        users = call.agent_id.user_id | call.holder_ids.user_id
        if self.env.user not in users and not self.env.user.has_group(SUPERVISOR):
            raise AccessError(
                self.env._(
                    "The call from %(number)s was another agent's. Ask a supervisor.",
                    number=self.number or self.env._("an unknown number"),
                )
            )
        # Calls are written by facts alone; what an agent says about an own call is
        # written by the steps below.
        return call

    def save_wrapup(self, values, finish=False):
        """Keep what the agent says about a call.

        :param values: some of ``disposition_id``, ``note``, ``next_type_id``,
            ``next_date`` (ISO date) and ``next_note``
        :param finish: the work after the call is done as well
        :return: what `cti.agent.get_desk` gives without its choices, or False for who
            is no agent
        :raise UserError: a value is none of these, or something is missing
        """
        call = self._check_mine()
        vals = self._check_said(values)
        if not self.answered and self.state not in HAD:
            raise UserError(
                self.env._(
                    "Nobody talked on this call yet, so there is nothing to say about "
                    "it. Answer first."
                )
            )
        call.write(vals)
        if finish:
            self._check_complete()
        if {"next_type_id", "next_date", "next_note"} & set(vals):
            self._plan_next()
        agent = self.env["cti.agent"]._own()
        if finish and agent.call_id == self and agent.state == "wrapup":
            agent._resume()
        return agent and agent._prepare_desk()

    def _check_said(self, values):
        if not isinstance(values, dict) or set(values) - SAID:
            raise UserError(
                self.env._("Say what came of the call, a note and what is to do next.")
            )
        vals = {}
        agents = self.env["cti.agent"]
        for name, model in (
            ("disposition_id", "cti.disposition"),
            ("next_type_id", "mail.activity.type"),
        ):
            if name in values:
                vals[name] = agents._check_choice(model, values[name]).id
        for name in ("note", "next_note"):
            if name in values:
                vals[name] = self._check_text(values[name])
        if "next_date" in values:
            vals["next_date"] = self._check_date(values["next_date"])
        return vals

    def _check_text(self, text):
        if text and (not isinstance(text, str) or len(text) > MAX_NOTE or "\0" in text):
            raise UserError(
                self.env._(
                    "A note about a call has at most %(size)s characters.",
                    size=MAX_NOTE,
                )
            )
        return (text or "").strip() or False

    def _check_date(self, value):
        try:
            return fields.Date.to_date(value or None)
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._("Write the date of the next action as year-month-day.")
            ) from error

    def _check_complete(self):
        """Refuse to end the work while something is missing.

        :raise UserError: names what is
        """
        if not self.disposition_id and self.env["cti.disposition"].search_count(
            [], limit=1
        ):
            raise UserError(self.env._("Choose what came of the call first."))
        if self.disposition_id.needs_note and not self.note:
            raise UserError(
                self.env._(
                    "“%(disposition)s” needs a note. Write what was said.",
                    disposition=self.disposition_id.name,
                )
            )

    def _plan_next(self):
        """Make the next action an activity of the customer, or change it."""
        call = self.sudo()
        activity = call.activity_id
        if not self.next_type_id:
            # The activity is the agent's own, made by this step.
            activity.unlink()
            return
        if not self.partner_id:
            raise UserError(
                self.env._("Say who called first: a next action belongs to a customer.")
            )
        today = fields.Date.context_today(self)
        vals = {
            "activity_type_id": self.next_type_id.id,
            "summary": self.next_note,
            "date_deadline": self.next_date
            or today + timedelta(days=self.disposition_id.days or 1),
        }
        if activity:
            activity.write(vals)
        else:
            call.activity_id = self.partner_id.activity_schedule(
                user_id=self.env.uid, **vals
            )

    # ------------------------------------------------------------------------- customer

    def set_customer(self, partner_id):
        """Say who called; the number is kept with the customer, so that it is known.

        :param partner_id: a customer or contact that the user may read
        :return: what `_prepare_pop` gives
        """
        call = self._check_mine()
        partner = self.env["cti.agent"]._check_choice("res.partner", partner_id)
        if not partner:
            raise UserError(self.env._("Choose the customer who called."))
        call.partner_id = partner
        if self.number and not self._find_partners() and partner.has_access("write"):
            if partner.phone:
                others = filter(None, (partner.other_phones, self.number))
                partner.other_phones = ", ".join(others)
            else:
                partner.phone = self.number
        return self._prepare_pop()

    def create_customer(self, name):
        """Make a customer of an unknown caller.

        :return: what `_prepare_pop` gives
        """
        call = self._check_mine()
        if not self._check_text(name):
            raise UserError(self.env._("Write the name of the caller."))
        if self.partner_id:
            return self._prepare_pop()  # said twice
        call.partner_id = self.env["res.partner"].create(
            {"name": name.strip(), "phone": self.number, "user_id": self.env.uid}
        )
        return self._prepare_pop()

    # ------------------------------------------------------------------------ documents

    @api.model
    def _get_document_kinds(self):
        """Give what can be made of a call: ``{key: (label, model, method)}``.

        Override with ``super()``; ``method(call)`` gives the values of the document.
        """
        return {
            "quotation": (
                self.env._("Quotation"),
                "sale.order",
                lambda call: {"partner_id": call.partner_id.id},
            ),
            "opportunity": (
                self.env._("Opportunity"),
                "crm.lead",
                lambda call: {
                    "name": self.env._(
                        "Call with %(customer)s", customer=call.partner_id.name
                    ),
                    "partner_id": call.partner_id.id,
                    "type": "opportunity",
                    "user_id": self.env.uid,
                },
            ),
        }

    def action_create_document(self, key):
        """Make a quotation, an opportunity, … of a call, once, and open it.

        :raise UserError: nothing of that kind can be made, or nobody knows who called
        """
        call = self._check_mine()
        # What is made of a call belongs to its company, wherever the user works.
        own = self.with_company(self.company_id)
        kinds = own._get_document_kinds()
        if not isinstance(key, str) or key not in kinds:
            raise UserError(self.env._("Choose what to make of the call."))
        _label, model, prepare = kinds[key]
        if self.res_model != model or not self.env[model].browse(self.res_id).exists():
            if not self.partner_id:
                raise UserError(
                    self.env._("Say who called first: a document needs a customer.")
                )
            document = own.env[model].create(prepare(own))
            call.write({"res_model": model, "res_id": document.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": self.res_id,
            "views": [[False, "form"]],
        }

    # ----------------------------------------------------------------------- the screen

    def _prepare_wrapup(self):
        """Give what the agent said so far, and what can be made of the call."""
        return {
            "disposition_id": self.disposition_id.id,
            "note": self.note or "",
            "next_type_id": self.next_type_id.id,
            "next_date": fields.Date.to_string(self.next_date) or "",
            "next_note": self.next_note or "",
            "documents": [
                {"key": key, "label": label}
                for key, (label, model, _method) in self._get_document_kinds().items()
                if self.env[model].has_access("create")
            ],
        }
