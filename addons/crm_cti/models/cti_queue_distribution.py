from odoo import fields, models


class CtiQueue(models.Model):
    """Who is offered to whom: which callers go first, and which agents suit them."""

    _inherit = "cti.queue"

    distribution = fields.Selection(
        [("own", "By Skill and Customer"), ("exchange", "By the Exchange")],
        required=True,
        default="exchange",
        help="By skill and customer: decided here, with the rules below; while the "
        "bridge is away, the exchange decides. By the exchange: its own queue always "
        "decides.",
    )
    skill_ids = fields.One2many("cti.queue.skill", "queue_id", "Skills")

    # what an agent has to do
    ring_seconds = fields.Integer(
        "Rings for",
        required=True,
        default=15,
        help="Seconds after which a call that nobody takes goes to the next agent.",
    )
    no_answer = fields.Selection(
        [("away", "Away"), ("ready", "Still ready")],
        "Who Lets It Ring Is",
        required=True,
        default="away",
        help="Away: the agent gets no more calls until he or she says so. Still "
        "ready: the agent gets other calls.",
    )
    sticky_seconds = fields.Integer(
        "Wait for the Last Agent",
        required=True,
        default=20,
        help="Seconds for which a caller is kept for the agent who had him last and is "
        "on the telephone; 0: who had him last is preferred, but not waited for.",
    )

    # who goes first: points
    base_points = fields.Integer(
        "This Queue", required=True, default=0, help="Points of each caller here."
    )
    value_points = fields.Integer(
        "Best Customers",
        required=True,
        default=30,
        help="Points of the best customers; others have a part of them.",
    )
    overdue_points = fields.Integer(
        "Overdue",
        required=True,
        default=0,
        help="Points of customers with overdue invoices; less than 0: they wait.",
    )
    repeat_points = fields.Integer(
        "Called Before",
        required=True,
        default=20,
        help="Points of who called within the days on the right.",
    )
    repeat_days = fields.Integer(required=True, default=2)
    wait_points = fields.Integer(
        "Each Minute", required=True, default=10, help="Points for a minute of waiting."
    )

    _ring_range = models.Constraint(
        "CHECK (ring_seconds BETWEEN 5 AND 120)", "Telephones ring 5 to 120 seconds."
    )
    _points_range = models.Constraint(
        """CHECK (abs(base_points) <= 1000 AND value_points BETWEEN 0 AND 1000
        AND abs(overdue_points) <= 1000 AND repeat_points BETWEEN 0 AND 1000
        AND wait_points BETWEEN 0 AND 1000)""",
        "Points are 1000 at most.",
    )
    _distribution_positive = models.Constraint(
        "CHECK (sticky_seconds BETWEEN 0 AND 86400 AND repeat_days BETWEEN 0 AND 3650)",
        "Seconds are 0 to 86,400, days 0 to 3,650.",
    )
