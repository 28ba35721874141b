from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.card import LIFE, new_number, next_state
from ..tools.refusal import refused
from .loyalty_card import DESK

#: Operations of managers; the others belong to everybody at the desk.
OF_MANAGERS = ("unfreeze", "extend", "close")
LATEST_EXTENSION = 3650
#: What a blocked card refuses; what the member buys meanwhile still earns.
SPENDING = ("redeem", "spend", "withdraw", "transfer")


class LoyaltyCard(models.Model):
    """A card that can be lost, found, replaced, frozen and closed.

    The account and its points stay where they are; what changes is the number that is
    accepted, and whether anything is accepted at all.
    """

    _inherit = "loyalty.card"

    loyalty_state = fields.Selection(
        [
            ("active", "Active"),
            ("frozen", "Frozen"),
            ("lost", "Lost"),
            ("closed", "Closed"),
        ],
        "Card State",
        required=True,
        default="active",
        readonly=True,
        copy=False,
        tracking=True,
    )
    loyalty_token_ids = fields.One2many(
        "loyalty.token", "card_id", "Media", groups=DESK
    )
    loyalty_service_ids = fields.One2many(
        "loyalty.service", "card_id", "Operations", groups=DESK
    )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("loyalty_state", "active") != "active" for vals in vals_list):
            self._check_life_writer()
        return super().create(vals_list)

    def write(self, vals):
        if "loyalty_state" in vals:
            self._check_life_writer()
        return super().write(vals)

    def _check_life_writer(self):
        """A state changes by an operation, which leaves a record.

        :raise AccessError: somebody writes it directly
        """
        if not self.env.su:
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "The state of card %(card)s changes by an operation. Use "
                        "Report Lost, Freeze, Replace or Close on the card.",
                        card=", ".join(self.mapped("code")) or self.env._("new"),
                    ),
                )
            )

    def action_report_loss(self, reason=None):
        """Block the card at once, wherever it is shown next."""
        return self._operate("loss", reason)

    def action_report_found(self, reason=None):
        """Let a card that was lost work again."""
        return self._operate("found", reason)

    def action_freeze(self, reason=None):
        """Stop a card that looks abused."""
        return self._operate("freeze", reason)

    def action_unfreeze(self, reason=None):
        """Let a frozen card work again; managers."""
        return self._operate("unfreeze", reason)

    def action_replace(self, reason=None):
        """Give the account a new number; the old one is refused from now on."""
        return self._operate("replace", reason)

    def action_extend(self, days=None, reason=None):
        """Let all points of the card live longer; managers.

        :param days: whole days, 1 to 3650
        """
        days = 90 if days is None else days
        if type(days) is not int or not 1 <= days <= LATEST_EXTENSION:
            raise UserError(
                self.env._(
                    "Points of card %(card)s can be extended by 1 to %(most)s days.",
                    card=self.code,
                    most=LATEST_EXTENSION,
                )
            )
        return self._operate("extend", reason, days=days)

    def action_close(self, reason=None):
        """End the account; it must be empty. Managers."""
        return self._operate("close", reason)

    def _operate(self, operation, reason, days=0):
        """Do one operation with one card and record it.

        :raise AccessError: the user may not
        :raise UserError: the operation does not fit the state of the card
        """
        self.ensure_one()
        self._check_operator(operation)
        # Whoever works at the desk may do this without the right to write cards.
        card = self.sudo()
        card._lock_balances()
        card.invalidate_recordset(["loyalty_state"])
        try:
            state = next_state(card.loyalty_state, operation)
        except ValueError as error:
            raise self._prepare_life_error(operation) from error
        if operation == "close" and (card.points or card.loyalty_debt):
            raise UserError(
                self.env._(
                    "Card %(card)s still has %(points)s. Let the member use them or "
                    "take them off first, then close it.",
                    card=card.code,
                    points=card._format_points(card.points or -card.loyalty_debt),
                )
            )
        old_code, new_code = card.code, False
        if operation == "replace":
            new_code = card._replace_number()
        elif operation == "extend":
            card._extend_lots(days)
        card.write({"loyalty_state": state, "active": state != "closed"})
        # The caller's context could fill in another date.
        services = self.env(context={})["loyalty.service"]
        services.sudo().create(
            {
                "date": fields.Datetime.now(),
                "card_id": card.id,
                "card_code": old_code,
                "company_id": card.company_id.id,
                "operation": operation,
                "user_id": self.env.uid,
                "reason": reason and str(reason)[:500],
                "days": days,
                "new_code": new_code,
            }
        )
        return True

    def _check_operator(self, operation):
        role = "manager" if operation in OF_MANAGERS else "user"
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            f"crm_loyalty.crm_loyalty_group_{role}"
        ):
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "You may not do this with card %(card)s. "
                        "Ask a loyalty manager.",
                        card=self.code,
                    ),
                )
            )

    def _prepare_life_error(self, operation):
        fields_get = self.fields_get(["loyalty_state"])["loyalty_state"]["selection"]
        names = dict(fields_get)
        return UserError(
            self.env._(
                "Card %(card)s is in the state %(state)s. This can be done with a card "
                "in the state %(wanted)s.",
                card=self.code,
                state=names[self.sudo().loyalty_state],
                wanted=", ".join(names[state] for state in LIFE[operation][0]),
            )
        )

    def _replace_number(self):
        """Give the account a new number and remember the old one as blocked.

        :return: the new number
        """
        self.ensure_one()
        tokens = self.env["loyalty.token"]
        new = tokens.create({"card_id": self.id, "code": new_number()})
        now = fields.Datetime.now()
        if not tokens.search_count([("code", "=", self.code)]):
            tokens.create({"card_id": self.id, "code": self.code})
        (self.loyalty_token_ids - new).filtered(lambda t: t.state == "valid").write(
            {"state": "blocked", "date_blocked": now, "replaced_by_id": new.id}
        )
        self.code = new.code
        return new.code

    def _extend_lots(self, days):
        """Move the last day of what is left; what had expired stays expired."""
        self.loyalty_lot_ids.flush_recordset()
        self.env.execute_query(
            SQL(
                "UPDATE loyalty_lot SET expires = expires + %s"
                " WHERE card_id = ANY(%s) AND remaining > 0 AND expires >= %s"
                " RETURNING id",
                days,
                self.ids,
                fields.Date.context_today(self),
            )
        )
        self.env["loyalty.lot"].invalidate_model(["expires"])
        for card in self.filtered("expiration_date"):
            card.expiration_date += timedelta(days=days)

    def _prepare_ledger_rows(self, wanted):
        rows = super()._prepare_ledger_rows(wanted)
        if self.loyalty_state != "active" and any(
            kind in SPENDING for kind, _amount, _debt in rows
        ):
            raise UserError(self._get_blocked_message())
        return rows

    def _get_blocked_message(self):
        """Say why a card is refused, or give ``False`` for an active one."""
        self.ensure_one()
        sentences = {
            "lost": self.env._(
                "Card %(card)s was reported lost. Ask the member to identify and "
                "replace the card.",
                card=self.code,
            ),
            "frozen": self.env._(
                "Card %(card)s is frozen. A loyalty manager can unfreeze it.",
                card=self.code,
            ),
            "closed": self.env._(
                "Card %(card)s is closed. Open a new card for the member.",
                card=self.code,
            ),
        }
        return sentences.get(self.loyalty_state, False)
