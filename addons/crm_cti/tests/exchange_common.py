from datetime import UTC, datetime

from odoo.addons.crm_base.tests.common import CrmBaseCase
from odoo.addons.crm_cti.tools import sim

NUMBER = "13800138000"
BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp()


class ExchangeCase(CrmBaseCase):
    """A simulated exchange with a queue, two agents and their supervisor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cn")
        user = "crm_cti.crm_cti_group_user"
        cls.agent_user = cls._new_user("cti_agent", user)
        cls.other_agent_user = cls._new_user("cti_agent_2", user)
        cls.supervisor = cls._new_user(
            "cti_supervisor", "crm_cti.crm_cti_group_manager"
        )
        cls.pbx = cls.env["cti.pbx"].create(
            {"name": "Office", "code": "office", "provider": "sim"}
        )
        cls.agent, cls.other_agent = cls.env["cti.agent"].create(
            [
                {"user_id": person.id, "pbx_id": cls.pbx.id, "extension": extension}
                for person, extension in (
                    (cls.agent_user, "1001"),
                    (cls.other_agent_user, "1002"),
                )
            ]
        )
        cls.queue = cls.env["cti.queue"].create(
            {
                "name": "Support",
                "code": "support",
                "extension": "4001",
                "pbx_id": cls.pbx.id,
            }
        )
        cls.customer.phone = NUMBER

    @classmethod
    def _ingest(cls, events):
        return cls.env["cti.pbx"]._ingest(cls.pbx, events)

    @classmethod
    def _get_call(cls, linkedid):
        return cls.env["cti.call"].search(
            [("pbx_id", "=", cls.pbx.id), ("linkedid", "=", linkedid)]
        )

    @classmethod
    def _call_in(cls, linkedid="1.1", extension="1001", **options):
        """Let a customer call, by default to somebody who talks with him."""
        options = {"queue": "support", "talk": 60, **options}
        number = options.pop("number", NUMBER)
        at = options.pop("at", BEGAN)
        cls._ingest(sim.incoming(linkedid, at, number, extension, **options))
        return cls._get_call(linkedid)
