"""Sound files of an exchange: WAV with linear samples, whole or cut off."""

import io
import struct
import wave

#: Bytes of the head of a file: RIFF, length, WAVE.
HEAD = 12


class Unreadable(ValueError):
    """What was given is no such sound."""


def mend(data):
    """Give a sound as a whole file, and its length.

    The head of a file that an exchange was writing when it ended says 0 bytes; what was
    written is there (Microsoft and IBM: *Multimedia Programming Interface and Data
    Specifications 1.0*, 1991, chapter 3).

    :param data: bytes of the file; none at all is a sound of no length
    :return: ``(bytes, seconds)``
    :raise Unreadable: it is no WAV with linear samples

    >>> whole, seconds = mend(make(bytes(16_000), 8000))
    >>> seconds
    1.0
    >>> mend(whole[:40] + bytes(4) + whole[44:])[0] == whole
    True
    >>> mend(b"an mp3")
    Traceback (most recent call last):
    ...
    odoo.addons.crm_cti.tools.wav.Unreadable: no WAV with linear samples
    """
    if not data:
        return b"", 0.0
    parts = dict(_read_parts(data))
    form = parts.get(b"fmt ", b"")
    if len(form) < 16:
        raise Unreadable("no WAV with linear samples")
    code, channels, rate, _bytes, frame, bits = struct.unpack_from("<HHIIHH", form)
    if code != 1 or channels != 1 or bits != 16 or not rate:
        raise Unreadable("no WAV with linear samples")
    samples = parts.get(b"data", b"")
    samples = samples[: len(samples) // frame * frame]
    return make(samples, rate), len(samples) / frame / rate


def _read_parts(data):
    """Give the parts of a file as ``(name, bytes)``; the last one may be cut off."""
    if data[:4] != b"RIFF" or data[8:HEAD] != b"WAVE":
        return
    place = HEAD
    while place + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, place)
        place += 8
        if name == b"data" and not size:
            size = len(data)
        yield name, data[place : place + size]
        place += size + size % 2


def make(samples, rate):
    """Give a WAV file of one channel.

    :param samples: 16 bits each, little-endian
    :param rate: samples a second
    """
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return target.getvalue()
