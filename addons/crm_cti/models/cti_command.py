import json
import re
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

#: Kinds of commands, with the values that each takes.
KINDS = {
    "originate": ("number",),
    "hangup": ("linkedid",),
}
#: What may be dialled; anything else could say more to the exchange than a number.
DIALLED = re.compile(r"\+?[0-9*#]{2,32}")
KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
LINKEDID = re.compile(r"[\w.-]{1,150}")


class CtiCommand(models.Model):
    """Something that the exchange is asked to do, once.

    The bridge takes commands from here, and writes what became of them.
    """

    _name = "cti.command"
    _description = "Telephone Command"
    _order = "id desc"
    _rec_name = "key"

    pbx_id = fields.Many2one("cti.pbx", "Exchange", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="pbx_id.company_id", store=True)
    agent_id = fields.Many2one(
        "cti.agent", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("originate", "Dial"), ("hangup", "Hang Up")],
        required=True,
    )
    values = fields.Json(required=True)
    key = fields.Char(required=True, help="The same key is carried out once.")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        default="waiting",
    )
    answer = fields.Char(help="What the exchange said.")
    linkedid = fields.Char("Number in Exchange", compute="_compute_linkedid")

    _once = models.UniqueIndex("(key)")
    _open = models.Index("(pbx_id, id) WHERE state IN ('waiting', 'sent')")

    @api.depends("key", "kind")
    def _compute_linkedid(self):
        for command in self:
            dials = command.kind == "originate"
            command.linkedid = f"odoo-{command.key}" if dials else False

    @api.model
    def _request(self, kind, agent, values, key):
        """Ask the exchange for something, once for each key.

        ``originate`` (number) rings the agent's phone, then dials; the call has the
        command's ``linkedid``. ``hangup`` (linkedid) ends a call of the agent.

        :param agent: `cti.agent`; one's own, or any that a manager may read
        :param values: dictionary with what the kind takes
        :param key: up to 64 letters, digits, ``_``, ``.`` and ``-``
        :return: the command, an earlier one if the key is known
        :raise AccessError: the agent is somebody else
        :raise UserError: values are missing or say more than they may
        """
        agent.ensure_one()
        self._check_agent(agent)
        values = self._check_values(kind, agent, values)
        if not KEY.fullmatch(key):
            raise UserError(self.env._("The key of a command has letters and digits."))
        # Commands are made by this method alone, after the checks above.
        commands = self.sudo()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO cti_command (pbx_id, company_id, agent_id, kind, values,
                       key, state, create_uid, create_date, write_uid, write_date)
                VALUES (%(pbx)s, %(company)s, %(agent)s, %(kind)s, %(values)s::jsonb,
                       %(key)s, 'waiting', %(user)s, now(), %(user)s, now())
                    ON CONFLICT (key) DO NOTHING RETURNING id
                """,
                pbx=agent.pbx_id.id,
                company=agent.pbx_id.company_id.id,
                agent=agent.id,
                kind=kind,
                values=json.dumps(values),
                key=key,
                user=self.env.uid,
            )
        )
        command = commands.search([("key", "=", key)])
        if (command.agent_id, command.kind) != (agent, kind):
            raise AccessError(self.env._("This command belongs to somebody else."))
        if command.state == "waiting":
            command._hand_over()
        return command

    def _check_agent(self, agent):
        agent.check_access("read")
        is_manager = self.env.user.has_group("crm_cti.crm_cti_group_manager")
        if not (self.env.su or is_manager or agent.user_id == self.env.user):
            raise AccessError(
                self.env._(
                    "Only %(agent)s and supervisors command this phone.",
                    agent=agent.display_name,
                )
            )

    def _check_values(self, kind, agent, values):
        if kind not in KINDS:
            raise UserError(self.env._("An exchange cannot do this."))
        known = {name: str(values.get(name) or "") for name in KINDS[kind]}
        number = known.get("number")
        if number is not None and not DIALLED.fullmatch(number):
            raise UserError(
                self.env._(
                    "%(number)s cannot be dialled. Use digits, after a + for numbers "
                    "abroad.",
                    number=ascii(number)[1:-1][:64],
                )
            )
        if kind == "hangup":
            self._check_call(agent, known["linkedid"])
        return known

    def _check_call(self, agent, linkedid):
        call = self.env["cti.call"].search(
            [
                ("pbx_id", "=", agent.pbx_id.id),
                ("agent_id", "=", agent.id),
                ("linkedid", "=", linkedid),
            ]
        )
        if not call or not LINKEDID.fullmatch(linkedid):
            raise UserError(
                self.env._("%(agent)s has no such call.", agent=agent.display_name)
            )

    def _hand_over(self):
        """Wake the bridge when the transaction commits; simulated calls need none."""
        if self.kind == "originate":
            self._record_dial()
        if self.pbx_id.provider == "sim":
            self.state = "done"
            return
        self.pbx_id._call_bridge()

    def _record_dial(self):
        """Let the call begin here, so that it cannot get lost on its way."""
        fact = {
            "kind": "dial",
            "key": f"odoo:dial:{self.key}",
            "linkedid": self.linkedid,
            "time": self.create_date.replace(tzinfo=UTC).timestamp(),
            "endpoint": self.agent_id.extension,
            "number": self.values["number"],
        }
        self.pbx_id._ingest(self.pbx_id, [fact])

    def _keeps(self):
        """Tell whether a command is still wanted however long it waits."""
        return False

    def _fail(self, answer):
        """Note that a command was not carried out; a call that it began is over."""
        self.write({"state": "failed", "answer": answer})
        if self.kind == "originate":
            fact = {
                "kind": "failed",
                "key": f"odoo:failed:{self.key}",
                "linkedid": self.linkedid,
                "time": self.env.cr.now().timestamp(),
                "cause": answer,
            }
            self.pbx_id._ingest(self.pbx_id, [fact])
