from odoo import api, fields, models

TIERS = [
    ("A", "A: the first 80 % of revenue"),
    ("B", "B: the next 15 %"),
    ("C", "C: the last 5 %"),
    ("D", "D: more returned than bought"),
]
SEGMENTS = [
    ("champion", "Champion"),
    ("loyal", "Loyal"),
    ("recent", "Recent"),
    ("waking", "Needs a Nudge"),
    ("slipping", "Slipping Away"),
    ("fading", "Fading"),
    ("asleep", "Asleep"),
]


class MiningCustomer(models.Model):
    """What a customer is worth by a run: recency, frequency, money and tier."""

    _name = "mining.customer"
    _description = "Customer Value"
    _inherit = ["mining.row", "mining.unknown"]
    _unknown = ("margin",)
    _log_access = False
    _order = "place, id"

    place = fields.Integer(readonly=True, aggregator=None, help="1 is the best")
    tier = fields.Selection(TIERS, readonly=True)
    segment = fields.Selection(SEGMENTS, readonly=True)
    r = fields.Integer("Recency Class", readonly=True, aggregator="avg")
    f = fields.Integer("Frequency Class", readonly=True, aggregator="avg")
    m = fields.Integer("Money Class", readonly=True, aggregator="avg")
    recency = fields.Integer("Days since", readonly=True, aggregator="avg")
    orders = fields.Integer(readonly=True)
    first_date = fields.Date("First Purchase", readonly=True)
    last_date = fields.Date("Last Purchase", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    revenue = fields.Monetary(readonly=True)
    margin = fields.Monetary(readonly=True, help="Empty where no cost is known")
    is_costed = fields.Boolean("Cost Known", compute="_compute_is_costed")

    @api.depends("margin")
    def _compute_is_costed(self):
        self._note_known("margin", "is_costed")

    @api.readonly
    def action_open_page(self):
        """Open the customer's page, if the reader may."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_open_customer_page()

    @api.readonly
    def action_open_facts(self):
        """List the lines behind the figures."""
        self.ensure_one()
        self.check_access("read")
        customer = [("customer_id", "=", self.partner_id.id)]
        return self.run_id._open_facts(customer)
