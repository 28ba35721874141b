"""PostgreSQL, Chromium, wkhtmltopdf: the machine's, else unpacked without root."""

import os
import re
import shutil
from pathlib import Path

from . import apt
from .console import output, run, say
from .paths import RUNTIME, digest, exclusive, set_stamp, stamped

SYSTEM = RUNTIME / "sys"
BIN = RUNTIME / "bin"
FONTS = ("fonts-wqy-microhei", "fonts-dejavu-core")
# Dragged in by dependencies but never run here.
UNUSED = re.compile(
    r"^(perl|libperl|locales|libc-l10n|libllvm|libz3|postgresql-common|ssl-cert|ucf"
    r"|sensible|netbase)"
)
# program -> (package, path inside the package)
PROGRAMS = {
    "wkhtmltopdf": ("wkhtmltopdf", "usr/bin/wkhtmltopdf"),
    "chromium": ("chromium", "usr/lib/chromium/chromium"),
    "sipp": ("sip-tester", "usr/bin/sipp"),
    "espeak-ng": ("espeak-ng", "usr/bin/espeak-ng"),
}


def ensure(*names):
    """Make programs available below ``.runtime/bin`` where the machine has none.

    :return: names that this machine's archive does not have
    """
    missing = [name for name in names if not shutil.which(name, path=search_path())]
    if not missing:
        return []
    apt.need_debian(" and ".join(missing))
    unpack([PROGRAMS[name][0] for name in missing] + list(FONTS))
    for name in missing:
        _write_wrapper(name, SYSTEM / PROGRAMS[name][1])
    return [name for name in missing if not shutil.which(name, path=search_path())]


def ensure_java():
    """Give the variables by which Spark finds a Java, unpacked where there is none."""
    if shutil.which("java"):
        return {}
    apt.need_debian("Java")
    unpack(["default-jre-headless"])
    homes = sorted((SYSTEM / "usr/lib/jvm").glob("java-*/bin/java"))
    home = homes[-1].resolve().parents[1]
    # Its settings are links to where the package would have been installed.
    for link in home.rglob("*"):
        if link.is_symlink() and str(target := link.readlink()).startswith("/etc/java"):
            link.unlink()
            link.symlink_to(SYSTEM / target.relative_to("/"))
    return {"JAVA_HOME": str(home)}


def search_path():
    """Give PATH with our own programs last, so that the machine's own come first."""
    return f"{os.environ.get('PATH', '')}:{BIN}"


def unpack(packages):
    """Unpack Debian packages and what they need, as far as the machine lacks it."""
    key = "-".join(sorted(packages))
    name = f"sys-{digest(key)}"
    with exclusive("sys"):
        if stamped(name, key):
            return SYSTEM
        os_release = Path("/etc/os-release").read_text()
        paths = apt.cached(name, [key, os_release])
        if paths is None:
            paths = _download(packages, name, [key, os_release])
        say(f"unpack {len(paths)} packages for {' '.join(packages)}")
        apt.unpack(paths, SYSTEM, ["./usr/share/doc", "./usr/share/man"])
        set_stamp(name, key)
    return SYSTEM


def _download(packages, name, key):
    host = apt.options("host")
    say("package lists of this machine")
    apt.update(host)
    found = []
    for package in packages:
        policy = output(["apt-cache", *host, "policy", package])
        if not policy.strip() or "Candidate: (none)" in policy:
            say(f"WARNING: this machine's archive has no {package}")
        else:
            found.append(package)
    plan = output(
        ["apt-get", *host, "-s", "install", "--no-install-recommends", *found]
    )
    needed = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    needed = [package for package in needed if not UNUSED.match(package)]
    paths = apt.download(host, needed, name, key)
    apt.forget_lists("host")
    return paths


def environment():
    """Give the variables by which unpacked programs find their libraries."""
    triplets = sorted((SYSTEM / "usr/lib").glob("*-linux-gnu"))
    if not triplets:
        return {}
    library = triplets[0]
    folders = [library, SYSTEM / "lib" / library.name]
    folders += [library / name for name in ("pulseaudio", "blas", "lapack")]
    return {
        "LD_LIBRARY_PATH": ":".join(
            str(folder) for folder in folders if folder.exists()
        ),
        "QT_PLUGIN_PATH": str(library / "qt5/plugins"),
    }


def _write_wrapper(name, program):
    if not program.exists():
        return
    BIN.mkdir(parents=True, exist_ok=True)
    fonts = RUNTIME / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{SYSTEM}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{RUNTIME}/fontcache</cachedir></fontconfig>"
    )
    variables = " ".join(f'{key}="{value}"' for key, value in environment().items())
    wrapper = BIN / name
    wrapper.write_text(
        f'#!/bin/sh\nexport {variables} FONTCONFIG_FILE="{fonts}"\n'
        "export QT_QPA_PLATFORM=offscreen\n"
        f'exec "{program}" "$@"\n'
    )
    wrapper.chmod(0o755)


def postgres_bin():
    """Give the folder of PostgreSQL's programs (13 or later) and their variables."""
    folder = _newest(Path("/usr/lib/postgresql"))
    if folder:
        return folder, {}
    apt.need_debian("PostgreSQL")
    unpack(["postgresql"])
    return _newest(SYSTEM / "usr/lib/postgresql"), environment()


def _newest(base):
    folders = [
        path
        for path in base.glob("*/bin")
        if path.parent.name.isdigit()
        and int(path.parent.name) >= 13
        and (path / "initdb").exists()
    ]
    return max(folders, key=lambda path: int(path.parent.name), default=None)


def run_quiet(command):
    """Run a command whose words matter to nobody; tell whether it worked."""
    return run(command, check=False, capture_output=True).returncode == 0
