from odoo.addons.crm_base.tests.common import CrmBaseCase


class SfaCase(CrmBaseCase):
    """The people of the base with the roles of the sales force."""

    @classmethod
    def _make_users(cls):
        super()._make_users()
        cls.seller = cls._new_user("sfa_seller", "crm_sfa.crm_sfa_group_user")
        cls.other_seller = cls._new_user("sfa_seller_2", "crm_sfa.crm_sfa_group_user")
        cls.sfa_manager = cls._new_user("sfa_manager", "crm_sfa.crm_sfa_group_manager")
