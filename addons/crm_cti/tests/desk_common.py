from odoo.addons.crm_cti.tools import sim

from .exchange_common import BEGAN, NUMBER, ExchangeCase


class DeskCase(ExchangeCase):
    """A simulated exchange that tells what happens one step after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["cti.queue.member"].create(
            [
                {"queue_id": cls.queue.id, "agent_id": agent.id}
                for agent in (cls.agent, cls.other_agent)
            ]
        )
        cls.company.country_id = cls.env.ref("base.cn")

    @classmethod
    def _as(cls, user, model="cti.agent"):
        return cls.env[model].with_user(user)

    @classmethod
    def _dial_at_any_hour(cls):
        """Let calls out whatever the time of the test."""
        cls.env["cti.dial.rule"].create(
            {"pbx_id": cls.pbx.id, "hour_from": 0, "hour_to": 24, "tz": "UTC"}
        )

    @classmethod
    def _ready(cls, *agents):
        for agent in agents or (cls.agent,):
            cls._as(agent.user_id).set_state("ready")

    @classmethod
    def _ring(cls, linkedid="1.1", extension="1001", number=NUMBER, **options):
        """Let a telephone ring and go on ringing."""
        options = {"queue": "support", "over": False, **options}
        cls._ingest(sim.incoming(linkedid, BEGAN, number, extension, **options))
        return cls._get_call(linkedid)

    @classmethod
    def _say(cls, linkedid, kind, leg=None, after=10, **fields):
        """Let the exchange say one more thing about a call."""
        cls._ingest(
            [
                {
                    "kind": kind,
                    "key": f"{linkedid}-{kind}-{leg}-{after}",
                    "linkedid": linkedid,
                    "time": BEGAN + after,
                    "leg": leg or linkedid,
                    **fields,
                }
            ]
        )

    @classmethod
    def _answer(cls, linkedid="1.1", extension="1001"):
        cls._say(linkedid, "answer", f"{linkedid}-{extension}")
        return cls._get_call(linkedid)

    @classmethod
    def _end(cls, linkedid="1.1", extension="1001", after=60):
        if extension:
            cls._say(linkedid, "hangup", f"{linkedid}-{extension}", after, cause="16")
        cls._say(linkedid, "hangup", None, after, cause="16")
        return cls._get_call(linkedid)

    @classmethod
    def _talked(cls, linkedid="1.1", **options):
        """Give a call that an agent has just had."""
        cls._ring(linkedid, **options)
        cls._answer(linkedid)
        return cls._end(linkedid)
