from odoo.tests import TransactionCase, new_test_user


class CrmBaseCase(TransactionCase):
    """Two companies, a user of each role, two portal customers, a demoted user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "tracking_disable": True,
                "no_reset_password": True,
                "lang": "en_US",
            }
        )
        cls._make_users()
        cls._make_customers()

    @classmethod
    def _make_users(cls):
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Other Company"})
        cls.salesperson = cls._new_user(
            "crm_salesperson", "sales_team.group_sale_salesman"
        )
        cls.other_salesperson = cls._new_user(
            "crm_salesperson_2", "sales_team.group_sale_salesman"
        )
        cls.manager = cls._new_user("crm_manager", "sales_team.group_sale_manager")
        cls.accountant = cls._new_user(
            "crm_accountant", "account.group_account_invoice"
        )
        cls.warehouse_user = cls._new_user("crm_warehouse", "stock.group_stock_user")
        cls.clerk = cls._new_user("crm_clerk", "crm_base.crm_base_group_user")
        cls.demoted = cls._new_user("crm_demoted", "base.group_user")
        cls.foreign_manager = new_test_user(
            cls.env,
            "crm_foreign_manager",
            groups="base.group_user,sales_team.group_sale_manager",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )

    @classmethod
    def _make_customers(cls):
        cls.customer = cls.env["res.partner"].create(
            {"name": "Acme Trading", "is_company": True, "email": "info@acme.example"}
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Wang Fang",
                "parent_id": cls.customer.id,
                "email": "wf@acme.example",
            }
        )
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Borealis Retail", "is_company": True}
        )
        cls.portal_user = new_test_user(
            cls.env, "crm_portal", groups="base.group_portal", partner_id=cls.contact.id
        )
        cls.other_portal_user = new_test_user(
            cls.env,
            "crm_portal_2",
            groups="base.group_portal",
            partner_id=cls.other_customer.id,
        )

    @classmethod
    def _new_user(cls, login, groups):
        return new_test_user(
            cls.env, login, groups=f"base.group_user,{groups}", lang="en_US"
        )
