import array
import math
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.addons.crm_cti.models.cti_sound import CtiSound
from odoo.addons.crm_cti.tools import sim, wav

from .desk_common import DeskCase
from .exchange_common import BEGAN, NUMBER

RATE = 8000


def speak(seconds, pitch=440):
    """Give a WAV file in which something is to be heard for so long."""
    turn = 2 * math.pi * pitch / RATE
    samples = (round(9000 * math.sin(turn * i)) for i in range(int(seconds * RATE)))
    return wav.make(array.array("h", samples).tobytes(), RATE)


class MessageCase(DeskCase):
    """Callers who reach nobody and speak; sounds lie in a folder of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.spool = Path(folder.name, "spool")
        cls.spool.mkdir()
        kept = Path(folder.name, "sounds")
        there = patch.object(CtiSound, "_get_folder", lambda sounds: kept)
        cls.startClassPatcher(there)

    @classmethod
    def _reach_nobody(cls, linkedid="1.1", number=NUMBER, then="voicemail", **options):
        """Let somebody be told something instead of being answered."""
        facts = sim.unanswered(linkedid, BEGAN, number, "support", then, **options)
        cls._ingest(facts)
        return cls._get_call(linkedid)

    @classmethod
    def _record(cls, linkedid="1.1", data=None):
        """Let the exchange have written what a caller said; give the file."""
        path = cls.spool / f"{linkedid}.wav"
        path.write_bytes(speak(5) if data is None else data)
        os.utime(path, (BEGAN + 40, BEGAN + 40))
        return path

    @classmethod
    def _take(cls):
        """Let the bridge bring what the exchange has written."""
        taken = cls.pbx._take_messages(sorted(cls.spool.glob("*.wav")))
        for path in taken:
            path.unlink(missing_ok=True)
        return taken

    @classmethod
    def _leave_message(cls, linkedid="1.1", data=None, **options):
        """Let somebody leave a message; give the call."""
        call = cls._reach_nobody(linkedid, **options)
        cls._record(linkedid, data)
        cls._take()
        return call
