"""Where things lie: the clone, its runtime folder, the downloads outside of it."""

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = Path(os.environ.get("CRM_RUNTIME") or ROOT / ".runtime").resolve()
CACHE = Path(
    os.environ.get("CRM_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crm-suite"
)
CONFIG = ROOT / "config"
ADDONS = ROOT / "addons"
LOGS = RUNTIME / "log"
PLATFORM = json.loads((CONFIG / "platform.json").read_text())
REQUIREMENTS = CONFIG / "requirements.txt"


def digest(*parts):
    """Name a set of inputs by ten hexadecimal digits."""
    text = json.dumps([str(part) for part in parts])
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def digest_files(paths):
    """Name the contents of files, their names included."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:10]


def stamped(name, key):
    """Tell whether the step *name* was finished with the same inputs."""
    stamp = RUNTIME / "stamps" / name
    return stamp.exists() and stamp.read_text() == key


def set_stamp(name, key):
    """Note that the step *name* is finished with these inputs."""
    stamp = RUNTIME / "stamps" / name
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def drop_stamp(name):
    """Forget that the step *name* was finished."""
    (RUNTIME / "stamps" / name).unlink(missing_ok=True)


@contextmanager
def exclusive(name):
    """Let one runner at a time do the step *name* of this runtime folder."""
    (RUNTIME / "locks").mkdir(parents=True, exist_ok=True)
    with open(RUNTIME / "locks" / name, "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
