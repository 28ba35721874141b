from odoo.tests import tagged

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_e06")
class TestRoles(CrmBaseCase):
    def test_sales_roles_carry_the_base_roles(self):
        user = "crm_base.crm_base_group_user"
        manager = "crm_base.crm_base_group_manager"
        self.assertTrue(self.salesperson.has_group(user))
        self.assertFalse(self.salesperson.has_group(manager))
        self.assertTrue(self.manager.has_group(manager))
        self.assertFalse(self.demoted.has_group(user))
        self.assertFalse(self.portal_user.has_group("base.group_user"))
