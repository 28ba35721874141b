"""Callers who say something after the tone, with real sound."""

import array
import math
from pathlib import Path

from runner.pbx import TEMPLATES

RATE = 8000
#: Sends a file of PCMU (ITU-T G.711) from the first moment to the last.
PLAY = '<nop><action><exec rtp_stream="{sound},-1,0"/></action></nop>'


def make_scenario(folder):
    """Write the scenario of a caller who hums all the time; give its file."""
    sound = Path(folder) / "hum.ul"
    sound.write_bytes(bytes(map(to_ulaw, hum(1))))
    scenario = Path(folder) / "speaks.xml"
    text = (TEMPLATES / "caller.xml").read_text()
    text = text.replace("[media_port]", "[rtpstream_audio_port]")
    scenario.write_text(text.replace("<pause/>", PLAY.format(sound=sound) + "<pause/>"))
    return scenario


def hum(seconds):
    """Give samples in which something is to be heard."""
    turn = 2 * math.pi * 440 / RATE
    return [round(9000 * math.sin(turn * i)) for i in range(seconds * RATE)]


def to_ulaw(sample):
    """Give a sample of 16 bits as G.711 µ-law."""
    size = min(abs(sample), 32635) + 132
    exponent = size.bit_length() - 8
    mantissa = size >> (exponent + 3) & 15
    return ~((sample < 0) << 7 | exponent << 4 | mantissa) & 255


def get_loudness(data):
    """Give the root of the mean square of the samples of a WAV file."""
    samples = array.array("h", data[44:])
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))
