"""Two messages that callers left this morning, with their tasks."""

import math
import os
import struct
import tempfile
from pathlib import Path

from odoo.addons.crm_cti.tools import sim, wav

RATE = 8000
MESSAGES = 2


def make(demo):
    """Let two customers speak after the tone."""
    callers = [one for one in demo.customers if one.phone][-MESSAGES:]
    pbx = demo.env["cti.pbx"].search([], limit=1)
    with tempfile.TemporaryDirectory() as folder:
        for place, caller in enumerate(callers):
            linkedid = f"demo-message-{place}"
            at = demo.this_morning(1, 20 * place)
            queue = pbx.queue_ids[:1].code
            facts = sim.unanswered(linkedid, at, caller.phone, queue, "voicemail")
            demo.env["cti.pbx"]._ingest(pbx, facts)
            path = Path(folder, f"{linkedid}.wav")
            path.write_bytes(hum(4 + place))
            os.utime(path, (at + 30, at + 30))
        pbx._take_messages(sorted(Path(folder).glob("*.wav")))


def hum(seconds):
    """Give a sound of so many seconds that swells and fades."""
    size = seconds * RATE
    samples = (
        round(6000 * math.sin(i * math.pi / size) * math.sin(i * 2 * math.pi / 20))
        for i in range(size)
    )
    return wav.make(b"".join(struct.pack("<h", sample) for sample in samples), RATE)
