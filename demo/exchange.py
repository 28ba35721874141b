"""The telephone exchange of the company, with its queues and a second phone.

It is simulated; `./crm serve --pbx` puts a real one in its place.
"""

QUEUES = (
    {"name": "客服 Support", "code": "support", "extension": "4001", "sequence": 1},
    {"name": "销售 Sales", "code": "sales", "extension": "4002", "sequence": 2},
)


def make(demo):
    """Set the exchange up; the supervisor takes calls too."""
    env = demo.env
    exchange = env["cti.pbx"].create(
        {"name": "总机 Office exchange", "code": "office", "provider": "sim"}
    )
    supervisor = env["cti.agent"].create(
        {
            "user_id": demo.users["supervisor"].id,
            "pbx_id": exchange.id,
            "extension": "1002",
        }
    )
    member = (0, 0, {"agent_id": supervisor.id})
    env["cti.queue"].create(
        [{**queue, "pbx_id": exchange.id, "member_ids": [member]} for queue in QUEUES]
    )
