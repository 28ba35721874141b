from odoo.tests import new_test_user

from .common import ServiceCase


class ComplaintCase(ServiceCase):
    """Complaints of a customer, a second manager, and a colleague who is accused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_manager = cls._new_user(
            "service_manager_2", "crm_service.crm_service_group_manager"
        )
        cls.accused = cls._new_user(
            "service_accused", "crm_service.crm_service_group_manager"
        )
        cls.foreign_agent = new_test_user(
            cls.env,
            "service_foreign",
            groups="base.group_user,crm_service.crm_service_group_manager",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )
        cls.cause = cls.env.ref("crm_service.service_root_cause_product")
        cls.body = cls.env.ref("crm_service.service_external_body_12315")

    @classmethod
    def _complaint(cls, **values):
        """Make a complaint as the agent, unless another user is given."""
        user = values.pop("user", cls.agent)
        return (
            cls.env["service.complaint"]
            .with_user(user)
            .create(
                {
                    "name": "The lamp broke",
                    "partner_id": cls.contact.id,
                    "user_id": cls.agent.id,
                    **values,
                }
            )
        )

    @classmethod
    def _found(cls, complaint, **values):
        """Fill in what a proposal needs."""
        complaint.write(
            {
                "finding": "A weak hinge",
                "root_cause_id": cls.cause.id,
                "liability": "company",
                **values,
            }
        )

    @classmethod
    def _bring(cls, complaint, state):
        """Bring a complaint, with a written refusal, into a phase on the main way."""
        cls._found(complaint, outcome="rejected", refusal="No", proposal="Sorry")
        for step, reached in (
            ("action_acknowledge", "acknowledged"),
            ("action_investigate", "investigating"),
            ("action_propose", "proposal"),
            ("action_submit", "awaiting"),
            ("action_accept", "executing"),
            ("action_call_back", "call_back"),
            ("action_close", "closed"),
        ):
            if reached == "closed":
                complaint.call_back_result = "satisfied"
            getattr(complaint, step)()
            if reached == state:
                break
        return complaint
