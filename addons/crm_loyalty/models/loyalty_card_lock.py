import time
from contextlib import contextmanager

from psycopg2.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from odoo import models
from odoo.tools import SQL

#: How long to stand in line for a card before the platform's own retry takes over.
PATIENCE_SECONDS = 8
#: The advisory locks that are places in line, with the card's id.
LINE = 0x6C696E65


class LoyaltyCard(models.Model):
    """Many orders that want one card at once stand in line instead of failing."""

    _inherit = "loyalty.card"

    def _lock_afresh(self):
        """Lock the cards before any work is done with them.

        Who has to wait for a card sees figures that are old by then and is refused by
        the database. As long as the transaction has written nothing, it can begin
        again here, before the work, and not after it.
        """
        if not self:
            return
        self.env.flush_all()
        if not self._has_written_nothing():
            self._lock_balances()
            return
        try:
            self._lock_at_once()
        except (LockNotAvailable, SerializationFailure):
            self.env.cr.rollback()
            with self._stand_in_line():
                self._lock_next()
        self._get_locked().update(self.ids)
        self.env.invalidate_all()

    def _has_written_nothing(self):
        """Tell whether the transaction can begin again without a loss."""
        ((written,),) = self.env.execute_query(
            SQL("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        )
        return not written

    @contextmanager
    def _stand_in_line(self):
        """Be the only one who waits for the cards next; others wait behind.

        A waiter whose figures have become old begins again at once and nobody is
        quicker. The place in line outlives the new beginning: it is the session's.
        """
        cr = self.env.cr
        places = sorted(self.ids)
        try:
            for place in places:
                cr.execute(SQL("SELECT pg_advisory_lock(%s, %s)", LINE, place))
            # Figures are as old as the first question of a transaction.
            cr.rollback()
            yield
        except Exception:
            # Else the place could not be given back.
            cr.rollback()
            raise
        finally:
            for place in places:
                cr.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", LINE, place))

    def _lock_next(self):
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.env.cr.execute(self._get_lock_sql(), log_exceptions=False)
                return
            except (SerializationFailure, DeadlockDetected):
                if time.monotonic() > until:
                    raise
                self.env.cr.rollback()

    def _lock_at_once(self):
        self.env.cr.execute(
            SQL("%s NOWAIT", self._get_lock_sql()), log_exceptions=False
        )

    def _get_lock_sql(self):
        return SQL(
            "SELECT id FROM loyalty_card WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
            tuple(self.ids) or (0,),
        )

    def _lock_balances(self):
        """Lock the cards in one order for all, so that none waits for another's.

        Who had to wait meets the platform's error of serialization and is tried again
        with fresh figures. What the transaction has locked already is not asked again.
        """
        rest = self.browse(set(self.ids) - self._get_locked())
        if rest:
            self.env.execute_query(rest._get_lock_sql())
            self._get_locked().update(rest.ids)

    def _get_locked(self):
        """Give the ids locked so far; the end of a transaction or savepoint forgets."""
        return self.env.cr.precommit.data.setdefault("loyalty.card.locked", set())
