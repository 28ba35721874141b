"""What the telephone exchange says: spoken by a program, until somebody records it."""

import array
import io
import json
import shutil
import subprocess
import wave

from . import programs
from .console import Stop
from .paths import CONFIG, RUNTIME, digest, exclusive, set_stamp, stamped

FOLDER = RUNTIME / "prompts"
TEXTS = CONFIG / "pbx/prompts.json"
#: Samples a second on the telephone.
RATE = 8000


def ensure():
    """Give the folder with a sound of each text, in all its languages."""
    key = digest(TEXTS.read_text())
    with exclusive("prompts"):
        if not (stamped("prompts", key) and FOLDER.exists()):
            if programs.ensure("espeak-ng"):
                raise Stop("This machine's archive has no espeak-ng for the prompts.")
            shutil.rmtree(FOLDER, ignore_errors=True)
            FOLDER.mkdir(parents=True)
            for name, parts in json.loads(TEXTS.read_text()).items():
                samples = b"".join(speak(*part) for part in parts)
                write(FOLDER / f"{name}.wav", samples)
            set_stamp("prompts", key)
    return FOLDER


def speak(voice, text):
    """Give a text as samples of the telephone, 16 bits each."""
    program = shutil.which("espeak-ng", path=programs.search_path())
    data = sorted((programs.SYSTEM / "usr/lib").glob("*/espeak-ng-data"))
    place = [f"--path={data[0].parent}"] if data else []
    done = subprocess.run(
        [program, *place, "-v", voice, "-s", "165", "--stdout", text],
        capture_output=True,
        check=True,
    )
    with wave.open(io.BytesIO(done.stdout)) as said:
        # The length in its head is that of an endless stream.
        samples = array.array("h", said.readframes(said.getnframes()))
        return to_telephone(samples, said.getframerate()).tobytes()


def to_telephone(samples, rate):
    """Give samples at the rate of the telephone: each the mean of those around it."""
    step = rate / RATE
    found = array.array("h")
    for place in range(int(len(samples) / step)):
        part = samples[int(place * step) : int((place + 1) * step)]
        found.append(sum(part) // len(part))
    return found


def write(path, samples):
    """Write samples as a sound that an exchange can play."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples)
