"""The virtual environment, from one hash-locked file."""

import os
import shutil
import subprocess
import sys

from . import apt
from .console import Stop, run, say
from .paths import CACHE, REQUIREMENTS, RUNTIME, digest, exclusive, set_stamp, stamped

VENV = RUNTIME / "venv"
PYTHON = VENV / "bin/python"


def ensure():
    """Give the interpreter with every locked package."""
    key = digest(REQUIREMENTS.read_text(), sys.version)
    with exclusive("venv"):
        if not (stamped("venv", key) and PYTHON.exists()):
            say("Python packages")
            shutil.rmtree(VENV, ignore_errors=True)
            _install(_pip())
            set_stamp("venv", key)
    return PYTHON


def _pip():
    if subprocess.run(
        [sys.executable, "-c", "import ensurepip"], capture_output=True
    ).returncode:
        # Debian's python3 comes without ensurepip: run pip from its own wheel package.
        run([sys.executable, "-m", "venv", "--without-pip", VENV])
        apt.need_debian("pip")
        paths = apt.cached("pip", "1")
        if paths is None:
            host = apt.options("pip")
            apt.update(host)
            paths = apt.download(host, ["python3-pip-whl"], "pip", "1")
            apt.forget_lists("pip")
        apt.unpack(paths, RUNTIME / "pip")
        wheel = next((RUNTIME / "pip/usr/share/python-wheels").glob("pip-*.whl"))
        return [PYTHON, f"{wheel}/pip"]
    run([sys.executable, "-m", "venv", VENV])
    return [PYTHON, "-m", "pip"]


def _install(pip):
    command = [
        *pip,
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--require-hashes",
        "--no-deps",
        "--cache-dir",
        CACHE / "pip",
        "-r",
        REQUIREMENTS,
    ]
    log = RUNTIME / "log/pip.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as handle:
        result = run(command, check=False, stdout=handle, stderr=subprocess.STDOUT)
    if result.returncode:
        raise Stop(
            f"The Python packages cannot be installed; see {os.path.relpath(log)}."
        )
