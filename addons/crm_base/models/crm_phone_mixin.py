from odoo import api, fields, models


class CrmPhoneMixin(models.AbstractModel):
    """A record whose phone numbers can be looked up, in any spelling."""

    _name = "crm.phone.mixin"
    _description = "Phone Lookup Mixin"

    other_phones = fields.Char(
        groups="base.group_user",
        help="More numbers of the same person or company, separated by commas. "
        "Calls from them are recognised.",
    )

    def _phone_get_sanitize_triggers(self):
        return [*super()._phone_get_sanitize_triggers(), "other_phones"]

    @api.depends(lambda self: self._phone_get_sanitize_triggers())
    def _compute_phone_sanitized(self):
        super()._compute_phone_sanitized()
        # Every change of a number, its country or its owner passes here, also those
        # that no create() or write() sees because another field computes them.
        saved = self.filtered("id")
        if saved:
            self.env["crm.phone.number"]._sync(saved)

    @api.model
    def _lookup_by_phone(self, number, limit=None):
        """Find the records behind a phone number, in one query.

        Any spelling is found: E.164, ``00`` or trunk zero, national, any punctuation,
        with or without extension. National forms are read in the company's country.

        :param str number: as typed or as the exchange sent it
        :param limit: maximum number of records
        :return: records that the current user may read, archived ones left out
        """
        region = self.env["res.company"]._phone_region()
        owners = self.env["crm.phone.number"]._owners_query(self._name, number, region)
        if owners is None:
            return self.browse()
        self.flush_model(["phone_sanitized"])
        return self.search_fetch(
            [("id", "in", owners)], ["display_name"], limit=limit, order="id"
        )
