from datetime import UTC, datetime

import pytz

from odoo import models

from .cti_log import LOG

#: Why an exchange may refuse by itself; what else it says is a number that is none.
WHY = ("bad", "country", "premium", "night")


class CtiCall(models.Model):
    """A call that the exchange did not dial, since the rule forbids it."""

    _inherit = "cti.call"

    def _on_barred(self, barrings):
        super()._on_barred(barrings)
        if not self.agent_id:
            return
        # Facts come without a user; the log is written by the system.
        lines = self.env["cti.dial.log"].sudo()
        rule = self.env["cti.dial.rule"].sudo()._of(self.pbx_id.sudo())
        for fact in barrings:
            key = f"exchange-{self.linkedid}-{fact['number']}"
            mine = [("agent_id", "=", self.agent_id.id), ("key", "=", key)]
            if lines.search_count(mine, limit=1):
                continue
            moment = datetime.fromtimestamp(fact["time"], UTC)
            with LOG.open():
                lines.create(
                    {
                        "agent_id": self.agent_id.id,
                        "number": fact["number"],
                        "day": moment.astimezone(pytz.timezone(rule.tz)).date(),
                        "key": key,
                        "refusal": fact["why"] if fact["why"] in WHY else "bad",
                    }
                )
