from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    sfa_territory_id = fields.Many2one(
        "sfa.territory",
        "Territory",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="By the rules of territories; changed by a hand-over or a lock.",
    )

    @api.private
    def _sfa_territory_owners(self, day):
        """Give who owns the territory of each customer on a day.

        :param day: date
        :return: dict of partner id to `res.users`; customers without one are absent
        """
        territories = self.commercial_partner_id.sfa_territory_id
        owners = self.env["sfa.territory.member"].search(
            [
                ("territory_id", "in", territories.ids),
                ("role", "=", "owner"),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )
        of_territory = {owner.territory_id: owner.user_id for owner in owners}
        return {
            partner.id: of_territory[partner.commercial_partner_id.sfa_territory_id]
            for partner in self
            if partner.commercial_partner_id.sfa_territory_id in of_territory
        }
