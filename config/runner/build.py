"""`./crm build`: a wheel of every addon under dist/."""

import os

from . import python_env
from .console import run, say
from .paths import ADDONS, ROOT


def build(_options):
    """Build the wheels; the version is the manifest's."""
    python = python_env.ensure()
    target = ROOT / "dist"
    variables = {**os.environ, "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"}
    for path in sorted(ADDONS.glob("*/pyproject.toml")):
        command = [
            python,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            target,
        ]
        run([*command, path.parent], env=variables, capture_output=True)
    for wheel in sorted(target.glob("*.whl")):
        say(str(wheel.relative_to(ROOT)))
