from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("open", "Opening"),
    ("earn", "Earned"),
    ("redeem", "Redeemed"),
    ("restore", "Given Back"),
    ("claw_back", "Clawed Back"),
    ("give_again", "Given Again"),
    ("take_again", "Taken Again"),
    ("debt", "Debt"),
    ("debt_paid", "Debt Paid"),
    ("deposit", "Deposit"),
    ("bonus", "Bonus"),
    ("spend", "Spent"),
    ("withdraw", "Withdrawn"),
    ("gift", "Gift"),
    ("transfer", "Transfer"),
    ("code", "Code"),
    ("expire", "Expired"),
    ("breakage", "Breakage"),
    ("adjust", "Adjustment"),
    ("merge", "Merged"),
    ("close", "Closed"),
    ("core", "Other"),
]

#: Points, and value of unknown origin; money that was paid; money that was given.
FUNDS = [("points", "Points"), ("principal", "Principal"), ("bonus", "Bonus")]

#: A row is final; only its card may be forgotten, when that card is deleted.
GUARD = """
CREATE OR REPLACE FUNCTION loyalty_ledger_guard() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.card_id IS NULL
       AND to_jsonb(NEW) - 'card_id' = to_jsonb(OLD) - 'card_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Rows of the loyalty ledger are final: row % of card %',
        OLD.seq, OLD.card_code USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER loyalty_ledger_final
BEFORE UPDATE OR DELETE ON loyalty_ledger
FOR EACH ROW EXECUTE FUNCTION loyalty_ledger_guard();
"""

#: Balance, debt and lots are what the ledger says, or nothing is committed.
CHECK = """
CREATE OR REPLACE FUNCTION loyalty_card_agrees() RETURNS trigger AS $$
DECLARE
    card loyalty_card%ROWTYPE;
    known numeric;
    owed numeric;
    kept numeric;
BEGIN
    SELECT * INTO card FROM loyalty_card WHERE id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(amount), 0), coalesce(sum(debt_change), 0)
      INTO known, owed FROM loyalty_ledger WHERE card_id = card.id;
    SELECT coalesce(sum(remaining), 0) INTO kept
      FROM loyalty_lot WHERE card_id = card.id;
    IF card.points::numeric <> known OR coalesce(card.loyalty_debt, 0) <> owed
       OR greatest(known, 0) <> kept THEN
        RAISE EXCEPTION 'Card % has % points, its ledger says %, its lots %',
            card.code, card.points, known, kept
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS loyalty_card_balance ON loyalty_card;
CREATE CONSTRAINT TRIGGER loyalty_card_balance
AFTER INSERT OR UPDATE ON loyalty_card DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION loyalty_card_agrees();
"""


class LoyaltyLedger(models.Model):
    """One change of a card's balance; final from the moment it is written."""

    _name = "loyalty.ledger"
    _description = "Points Ledger"
    _log_access = False
    _order = "id desc"
    _rec_name = "card_code"

    card_id = fields.Many2one("loyalty.card", ondelete="set null")
    card_code = fields.Char("Card Number", required=True)
    program_id = fields.Many2one("loyalty.program", ondelete="restrict")
    # Through the card: two members may become one, rows may not change.
    partner_id = fields.Many2one(related="card_id.partner_id", string="Member")
    company_id = fields.Many2one("res.company", ondelete="restrict")
    date = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", "By", ondelete="restrict")

    # what changed
    kind = fields.Selection(KINDS, required=True)
    seq = fields.Integer("Number", required=True, help="1, 2, 3 … of one card.")
    amount = fields.Float(digits=(16, 4), required=True)
    balance = fields.Float("Balance After", digits=(16, 4), required=True)
    debt_change = fields.Float("Change of Debt", digits=(16, 4))
    fund = fields.Selection(FUNDS, help="Empty: by the order of the program.")

    # why
    source_model = fields.Char()
    source_id = fields.Many2oneReference("Document", model_field="source_model")
    note = fields.Char()
    key = fields.Char(help="The same key is booked once.")
    asked = fields.Float(
        digits=(16, 4), help="The change that was asked for with the key."
    )
    reversal_of_id = fields.Many2one("loyalty.ledger", "Reverses", ondelete="restrict")

    _card_seq = models.UniqueIndex("(card_id, seq) WHERE card_id IS NOT NULL")
    _key_once = models.UniqueIndex("(key) WHERE key IS NOT NULL")
    _source = models.Index("(source_model, source_id) WHERE source_id IS NOT NULL")
    # What happened on a card within a day, or in the period of a statement.
    _card_date = models.Index("(card_id, date)")

    def init(self):
        self.env.cr.execute(GUARD)

    def write(self, vals):
        raise self._prepare_final_error()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        raise self._prepare_final_error()

    def _prepare_final_error(self):
        return UserError(
            self.env._(
                "Rows of the points ledger of card %(card)s are final. "
                "Correct a mistake with a counter-entry.",
                card=self[:1].card_code,
            )
        )
