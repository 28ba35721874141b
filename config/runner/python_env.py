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
ENGINES = REQUIREMENTS.with_name("requirements-engines.txt")
ENGINE_PACKAGES = RUNTIME / "engines"


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
        return _pip_wheel()
    run([sys.executable, "-m", "venv", VENV])
    return [PYTHON, "-m", "pip"]


def _pip_wheel():
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


def ensure_engines():
    """Install the packages of the optional engines beside the environment.

    :return: the folder to put on PYTHONPATH
    """
    python = ensure()
    key = digest(ENGINES.read_text(), sys.version)
    with exclusive("engines"):
        if not stamped("engines", key):
            say("packages of DuckDB and Spark")
            shutil.rmtree(ENGINE_PACKAGES, ignore_errors=True)
            pip = [python, "-m", "pip"]
            if run([*pip, "--version"], check=False, capture_output=True).returncode:
                pip = _pip_wheel()
            _install(pip, ENGINES, "--target", ENGINE_PACKAGES)
            set_stamp("engines", key)
    return ENGINE_PACKAGES


def _install(pip, lock=REQUIREMENTS, *options):
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
        *options,
        "-r",
        lock,
    ]
    log = RUNTIME / "log/pip.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as handle:
        result = run(command, check=False, stdout=handle, stderr=subprocess.STDOUT)
    if result.returncode:
        raise Stop(
            f"The Python packages cannot be installed; see {os.path.relpath(log)}."
        )
