import logging
import re
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ..tools import wav

_logger = logging.getLogger(__name__)

#: What is shorter says nothing, in seconds.
SHORTEST = 2
#: Names of files that an exchange gives: that of the call.
NAME = re.compile(r"[\w.-]{1,150}", re.ASCII)
#: Files that are taken, and sounds that are deleted in one transaction.
FILES, SOUNDS = 50, 500
#: After so long a file that belongs to no sound is nobody's.
ORPHAN = timedelta(days=1)


class CtiPbx(models.Model):
    """Messages that callers left: taken from the exchange, kept for a while."""

    _inherit = "cti.pbx"

    keep_message_days = fields.Integer(
        "Keep Messages for",
        required=True,
        default=90,
        help="Days after which what callers said is deleted, once nobody has to call "
        "back; who said it when stays. 0: never.",
    )

    _keep_messages_positive = models.Constraint(
        "CHECK (keep_message_days BETWEEN 0 AND 36500)",
        "Messages are kept for 0 days to 100 years.",
    )

    def _take_messages(self, paths):
        """Keep what the exchange recorded of calls that have ended, and say so.

        May be repeated: a message is known by its call and its content.

        :param paths: files whose names are those of their calls
        :return: the files that are not needed any more: the message is known, or
            nobody said anything
        """
        by_call = {path.stem: path for path in paths if NAME.fullmatch(path.stem)}
        calls = self.env["cti.call"].search(
            [
                ("pbx_id", "=", self.id),
                ("linkedid", "in", list(by_call)),
                ("ended", "!=", False),
            ],
            limit=FILES,
        )
        facts, silent = {}, self.env["cti.call"]
        for call in calls:
            path = by_call[call.linkedid]
            try:
                if fact := self._read_message(call.linkedid, path):
                    facts[call] = fact
                else:
                    silent |= call
            except OSError as error:
                _logger.warning("exchange %s: %s stays, %s", self.code, path, error)
        self._ingest(self, list(facts.values()))
        known = [call for call, fact in facts.items() if self._know(call, fact)]
        return [by_call[call.linkedid] for call in (*known, *silent)]

    def _know(self, call, fact):
        """Tell whether a message is known; what failed before is tried again."""
        return self._is_known(call, fact) or (
            self._try(partial(call._on_messages, [fact])) and self._is_known(call, fact)
        )

    def _is_known(self, call, fact):
        return fact["sound"] in call.sound_ids.mapped("sha256")

    def _read_message(self, linkedid, path):
        """Give the fact that a file says, ``None`` where nobody said anything."""
        try:
            data, seconds = wav.mend(path.read_bytes())
        except wav.Unreadable:
            refused = path.rename(path.with_suffix(".refused"))
            _logger.warning("exchange %s: no sound, left at %s", self.code, refused)
            return None
        if seconds < SHORTEST:
            return None
        digest = self.env["cti.sound"]._keep(data)
        return {
            "kind": "voicemail",
            "key": f"file:voicemail:{linkedid}:{digest[:16]}",
            "linkedid": linkedid,
            "time": path.stat().st_mtime,
            "sound": digest,
            "seconds": f"{seconds:.3f}",
        }

    # ---------------------------------------------------------------------- how long

    @api.model
    def _cron_purge(self):
        super()._cron_purge()
        for pbx in self.search([("keep_message_days", ">", 0)]):
            while pbx._purge_messages():
                self.env["ir.cron"]._commit_progress(1)
        self._purge_orphans()

    def _purge_messages(self):
        """Delete old messages that nobody has to hear any more.

        :return: number of messages
        """
        limit = fields.Datetime.now() - timedelta(days=self.keep_message_days)
        sounds = self.env["cti.sound"].search(
            [
                ("call_id.pbx_id", "=", self.id),
                ("recorded", "<", limit),
                ("deleted", "=", False),
                ("call_id.task_id.state", "!=", "open"),
            ],
            limit=SOUNDS,
        )
        sounds._forget()
        return len(sounds)

    @api.model
    def _purge_orphans(self):
        """Delete files of which the database knows nothing."""
        limit = (fields.Datetime.now() - ORPHAN).timestamp()
        sounds = self.env["cti.sound"]
        files = {
            path.stem: path
            for path in sounds._get_folder().glob("??/*")
            if path.stat().st_mtime < limit
        }
        known = sounds.search([("sha256", "in", list(files)), ("deleted", "=", False)])
        for digest in files.keys() - set(known.mapped("sha256")):
            files[digest].unlink(missing_ok=True)
