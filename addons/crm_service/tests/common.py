from odoo.addons.crm_base.tests.common import CrmBaseCase


class ServiceCase(CrmBaseCase):
    """Two agents, their manager and a team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._new_user("service_agent", "crm_service.crm_service_group_user")
        cls.other_agent = cls._new_user(
            "service_agent_2", "crm_service.crm_service_group_user"
        )
        cls.service_manager = cls._new_user(
            "service_manager", "crm_service.crm_service_group_manager"
        )
        cls.team = cls.env["service.team"].create(
            {
                "name": "Care",
                "user_id": cls.service_manager.id,
                "member_ids": [(6, 0, (cls.agent | cls.other_agent).ids)],
            }
        )
        cls.category = cls.env["service.category"].create(
            {"name": "Delivery", "team_id": cls.team.id}
        )

    @classmethod
    def _ticket(cls, **values):
        """Make a ticket as the agent, unless another user is given."""
        user = values.pop("user", cls.agent)
        return (
            cls.env["service.ticket"]
            .with_user(user)
            .create({"name": "Late", "partner_id": cls.contact.id, **values})
        )
