from odoo import api, models


class LoyaltyDocument(models.AbstractModel):
    """A document that people fill in as a draft; then its buttons alone change it.

    A model of it has a ``state`` that begins with ``draft``, and says in
    `_prepare_closed_error` and `_prepare_state_error` what it refuses.
    """

    _name = "loyalty.document"
    _description = "Loyalty Document"

    #: What a person says; all else follows.
    _said = frozenset()
    #: States in which a document may be deleted.
    _deletable = ("draft",)

    def write(self, vals):
        if not self.env.su and (
            set(vals) - self._said or set(self.mapped("state")) - {"draft"}
        ):
            raise self._prepare_closed_error()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if set(self.mapped("state")) - set(self._deletable):
            raise self._prepare_closed_error()

    def _check_state(self, state):
        """Refuse a button that does not fit, also when two people press it at once."""
        # Whoever decides may not write; a lock needs that.
        self.sudo().lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise self._prepare_state_error(labels[self.state])
