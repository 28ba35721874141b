from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..tools import cel
from .cti_call import ALIVE

#: Where bridges listen for the codes of their exchanges.
CHANNEL = "crm_cti"
#: A command that nobody could carry out for so long would surprise whoever gave it.
COMMAND_AGE = timedelta(seconds=60)
#: Seconds after which what was written should have come by the fast path as well.
LAG = 2


class CtiPbx(models.Model):
    """What the bridge asks of the database; each method is one transaction."""

    _inherit = "cti.pbx"

    def _ingest_own(self, events):
        return self._ingest(self, events)

    def _call_bridge(self):
        """Wake the bridge when the transaction commits; simulated calls need none."""
        if self.provider != "sim":
            self.env.cr.execute(SQL("SELECT pg_notify(%s, %s)", CHANNEL, self.code))

    def _beat(self):
        """Note a sign of life of bridge and exchange."""
        self.heartbeat = fields.Datetime.now()

    # --------------------------------------------------------------------- the log

    def _reconcile(self, limit):
        """Record what the exchange wrote into its log since the last time.

        :return: whether there may be more
        """
        columns = SQL(", ").join(SQL.identifier(name) for name in cel.COLUMNS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, %s FROM cti_cel
                 WHERE writer = %s AND id > %s
                   AND written <= now() AT TIME ZONE 'UTC' - make_interval(secs => %s)
                 ORDER BY id LIMIT %s
                """,
                columns,
                f"pbx_{self.code}",
                self.cel_offset,
                LAG,
                limit,
            )
        )
        if rows:
            self._ingest_rows(dict(zip(cel.COLUMNS, r[1:], strict=True)) for r in rows)
            self.cel_offset = rows[-1][0]
        return len(rows) == limit

    def _reconcile_file(self, read):
        """Record what the exchange wrote into its file since the last time.

        :param read: function of an offset that gives text and the offset behind it
        :return: whether there may be more
        """
        text, offset = read(int(self.file_offset))
        if offset == self.file_offset:
            return False
        self._ingest_rows(cel.read_file(text))
        self.file_offset = offset
        return bool(text)

    def _ingest_rows(self, rows):
        facts = [fact for row in rows if (fact := cel.to_fact(row))]
        self._ingest(self, facts)

    # ------------------------------------------------------------------------ zombies

    def _find_unknown(self, linkedids, seconds):
        """Give the calls here that are alive, older than so, and not among these."""
        limit = fields.Datetime.now() - timedelta(seconds=seconds)
        calls = self.env["cti.call"].search_fetch(
            [
                ("pbx_id", "=", self.id),
                ("state", "in", ALIVE),
                ("created", "<", limit),
                ("linkedid", "not in", linkedids),
            ],
            ["linkedid"],
        )
        return calls.mapped("linkedid")

    def _cut(self, linkedids):
        """End calls of which nobody will hear again."""
        now = self.env.cr.now().timestamp()
        facts = [
            {"kind": "cut", "key": f"odoo:cut:{call}", "linkedid": call, "time": now}
            for call in linkedids
        ]
        self._ingest(self, facts)

    # ----------------------------------------------------------------------- commands

    def _take_commands(self):
        """Give the waiting commands, each once; what waits for too long has failed."""
        open_ = self.env["cti.command"].search(
            [("pbx_id", "=", self.id), ("state", "in", ("waiting", "sent"))], order="id"
        )
        open_ = open_.try_lock_for_update()
        limit = fields.Datetime.now() - COMMAND_AGE
        recent = open_.filtered(
            lambda command: command._keeps() or command.create_date >= limit
        )
        for command in open_ - recent:
            command._fail(self.env._("The exchange was away for too long."))
        fresh = recent.filtered(lambda command: command.state == "waiting")
        fresh.state = "sent"
        return [
            {
                "id": command.id,
                "kind": command.kind,
                "values": command.values,
                "extension": command.values.get("extension")
                or command.agent_id.extension,
                "linkedid": command.linkedid,
            }
            for command in fresh
        ]

    def _finish_commands(self, answers):
        """Note what became of commands.

        :param answers: ``[(id, whether it is done, what the exchange said)]``
        """
        for command_id, done, answer in answers:
            command = self.env["cti.command"].browse(command_id)
            if done:
                command.write({"state": "done", "answer": answer})
            else:
                command._fail(answer)

    # ------------------------------------------------------------------------ members

    def _get_phone_passwords(self):
        """Give ``{extension: password}`` of the phones that have one.

        Those of people who left have the next one, which nobody knows yet: the exchange
        may still have the one that they know.
        """
        agents = self.env["cti.agent"].with_context(active_test=False)
        agents = agents.search([("pbx_id", "=", self.id), ("phone_change", ">", 0)])
        return {
            agent.extension: self._get_phone_password(
                agent.extension,
                agent.phone_change + (not (agent.active and agent.user_id.active)),
            )
            for agent in agents
        }

    def _get_members(self):
        """Give who is in which queue: ``{(queue, extension): (penalty, paused)}``."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT q.code, a.extension, m.penalty, (a.state <> 'ready')::int
                  FROM cti_queue_member m JOIN cti_queue q ON q.id = m.queue_id
                  JOIN cti_agent a ON a.id = m.agent_id
                 WHERE q.pbx_id = %s AND q.active AND a.active
                """,
                self.id,
            )
        )
        return {(queue, extension): tuple(rest) for queue, extension, *rest in rows}
