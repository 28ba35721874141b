from datetime import UTC, datetime

from odoo import api, fields, models

STATES = [
    ("new", "New"),
    ("menu", "In Menu"),
    ("queued", "Waiting"),
    ("offered", "Ringing"),
    ("talking", "Talking"),
    ("held", "On Hold"),
    ("wrapup", "After-Call Work"),
    ("done", "Done"),
    ("abandoned", "Abandoned"),
    ("missed", "Missed"),
    ("voicemail", "Voicemail"),
    ("interrupted", "Interrupted"),
    ("failed", "Failed"),
]
#: States in which the exchange still knows the call.
ALIVE = ("new", "menu", "queued", "offered", "talking", "held")


class CtiCall(models.Model):
    """A call: what follows from the facts that the exchange said about it.

    Facts enter by ``cti.pbx._ingest``; nobody writes a call.
    """

    _name = "cti.call"
    _description = "Call"
    _order = "created desc, id desc"
    _rec_name = "number"
    _log_access = False

    pbx_id = fields.Many2one("cti.pbx", "Exchange", required=True, ondelete="restrict")
    linkedid = fields.Char("Number in Exchange", required=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing"), ("internal", "Internal")],
        required=True,
    )
    state = fields.Selection(STATES, required=True)

    # who with whom
    number = fields.Char(index="btree_not_null", help="Of the person outside.")
    called = fields.Char(help="What was dialled.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="set null"
    )
    queue_id = fields.Many2one("cti.queue", index="btree_not_null", ondelete="restrict")
    agent_id = fields.Many2one(
        "cti.agent",
        index="btree_not_null",
        ondelete="set null",
        help="Who talked, or whose phone rang last.",
    )
    leg_ids = fields.One2many("cti.leg", "call_id", "Phones and Lines")

    # when, in UTC
    created = fields.Datetime("Began", required=True)
    queued = fields.Datetime()
    offered = fields.Datetime("Rang")
    answered = fields.Datetime()
    ended = fields.Datetime()
    wrapped = fields.Datetime("Work Done")

    wait_seconds = fields.Integer(
        "Waited",
        compute="_compute_seconds",
        help="Seconds from the begin of the call until an answer, its end, or now.",
    )
    talk_seconds = fields.Integer(
        "Talked", compute="_compute_seconds", help="Seconds from answer to end."
    )

    # how it came here
    facts = fields.Integer(readonly=True, aggregator=None)
    concluded = fields.Boolean(help="Technical: what follows a call has been done.")

    _once = models.UniqueIndex("(pbx_id, linkedid)")
    _began = models.Index("(company_id, created DESC, id DESC)")
    _alive = models.Index(
        "(pbx_id) WHERE state IN "
        "('new', 'menu', 'queued', 'offered', 'talking', 'held')"
    )

    @api.depends("created", "answered", "ended")
    def _compute_seconds(self):
        now = fields.Datetime.now()
        for call in self:
            until = call.answered or call.ended or now
            talked = call.answered and call.ended
            call.wait_seconds = max((until - call.created).total_seconds(), 0)
            call.talk_seconds = (
                (call.ended - call.answered).total_seconds() if talked else 0
            )

    # -------------------------------------------------------------- what others extend

    def _on_offered(self, agent):
        """Do what is due when the phone of an agent rings; once for each ringing."""
        self.ensure_one()

    def _on_answered(self, agent):
        """Do what is due when an agent has answered; once for each agent."""
        self.ensure_one()

    def _on_left(self, agent):
        """Do what is due when an agent has left a call that goes on without."""
        self.ensure_one()

    def _on_ended(self):
        """Do what is due when a call is over, however late we hear of it; once."""
        self.ensure_one()

    def _on_messages(self, messages):
        """Do what is due when the caller has left messages; may be told again.

        :param messages: facts of kind voicemail
        """
        self.ensure_one()

    def _on_barred(self, barrings):
        """Do what is due when the exchange did not dial; may be told again.

        :param barrings: facts of kind barred
        """
        self.ensure_one()

    # ------------------------------------------------------------------------- steps

    def _wrap(self):
        """Note that the work after these calls is done."""
        now = datetime.now(UTC).timestamp()
        for pbx, calls in self.grouped("pbx_id").items():
            pbx._ingest(
                pbx,
                [
                    {
                        "kind": "wrapped",
                        "key": f"odoo:wrapped:{call.linkedid}",
                        "linkedid": call.linkedid,
                        "time": now,
                    }
                    for call in calls
                ],
            )
