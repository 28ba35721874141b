import re

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import dial
from .cti_log import LOG

KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
#: What is kept of a text that is no number.
SHOWN = 40


class CtiAgent(models.Model):
    """Click to call: once for each click, and only what the rule allows."""

    _inherit = "cti.agent"

    @api.model
    def dial(self, number, key):
        """Ring the telephone of the current user, then dial a number.

        :param number: as typed; national forms belong to the company's country
        :param key: of this click, up to 40 letters and digits; repeated, it dials once
        :return: ``{"number", "refusal"}``: the number in E.164, and False or a sentence
            that says why it was not dialled
        :raise UserError: the agent cannot call now
        """
        agent = self._check_own()
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise UserError(self.env._("Click the number again."))
        known = agent._get_dialled(key)
        if not known:
            agent._check_can_call()
            known = agent._dial(number, key)
        return {
            "number": known.number,
            "refusal": known.refusal
            and agent._get_refusal_text(known.refusal, known.number),
        }

    def _get_dialled(self, key):
        # Agents read the log of their own calls only through this method.
        return (
            self.env["cti.dial.log"]
            .sudo()
            .search([("agent_id", "=", self.id), ("key", "=", key)])
        )

    def _check_can_call(self):
        if self.state not in ("ready", "away", "wrapup"):
            raise UserError(
                self.env._(
                    "You are signed out. Choose “Ready” or “Away” in the bar of the "
                    "call centre, then call."
                )
                if self.state == "offline"
                else self.env._("You have a call. End it before you dial.")
            )

    def _dial(self, number, key):
        """Dial, or note why not.

        :return: the line of the log
        """
        verdict, day = self._check_dial(number)
        typed = str(number)[:SHOWN].encode("ascii", "backslashreplace").decode()
        # The log is written by the system, for whoever dials.
        with LOG.open():
            line = (
                self.env["cti.dial.log"]
                .sudo()
                .create(
                    {
                        "agent_id": self.id,
                        "number": verdict.number or typed,
                        "day": day,
                        "key": key,
                        "refusal": verdict.refusal,
                    }
                )
            )
        if not verdict.refusal:
            self.env["cti.command"]._request(
                "originate", self, {"number": verdict.number}, f"dial-{self.id}-{key}"
            )
        return line

    def _check_dial(self, number):
        """Say whether the agent may dial a number now, and count it if so.

        :return: `tools.dial.Verdict` and the day in the time zone of the rule
        """
        # What may be dialled and how often is decided here and not by the agent.
        rule = self.env["cti.dial.rule"].sudo()._of(self.pbx_id.sudo())
        now = rule._get_now()
        verdict = dial.judge(
            number,
            rule.pbx_id.company_id.country_id.code,
            rule._get_limits(),
            now.hour + now.minute / 60,
            self._count_dialled(now.date()),
            rule.day_calls if rule.day == now.date() else 0,
        )
        if not verdict.refusal and not verdict.emergency:
            rule._count(now.date())
        return verdict, now.date()

    def _count_dialled(self, day):
        lines = self.env["cti.dial.log"].sudo()  # only the count leaves
        return lines.search_count(
            [("agent_id", "=", self.id), ("day", "=", day), ("refusal", "=", False)]
        )

    def _get_refusal_text(self, refusal, number):
        texts = {
            "bad": self.env._(
                "%(number)s is not a telephone number. Correct it.", number=number
            ),
            "country": self.env._(
                "Numbers of that country may not be dialled: %(number)s. Ask a "
                "supervisor, who can allow the country.",
                number=number,
            ),
            "premium": self.env._(
                "%(number)s is an expensive number and may not be dialled.",
                number=number,
            ),
            "night": self.env._(
                "At this hour nobody is called. Call %(number)s in the daytime.",
                number=number,
            ),
            "agent_cap": self.env._(
                "You have dialled as many numbers today as an agent may. Ask a "
                "supervisor."
            ),
            "company_cap": self.env._(
                "The call centre has dialled as many numbers today as it may. Ask a "
                "supervisor."
            ),
        }
        return texts[refusal]

    @api.model
    def hang_up(self):
        """End the current call of the user.

        :raise UserError: there is none
        """
        agent = self._check_own()
        call = agent.call_id
        if not call or agent.state == "wrapup":
            raise UserError(self.env._("There is no call to end."))
        self.env["cti.command"]._request(
            "hangup", agent, {"linkedid": call.linkedid}, f"hangup-{agent.id}-{call.id}"
        )
        return True
