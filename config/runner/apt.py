"""Debian packages fetched and unpacked without root and without touching the system.

`apt-get` checks the archive's signatures; folders of our own keep its lists.
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .console import Stop, output, run
from .paths import CACHE, RUNTIME, digest

ARCHITECTURE = (
    subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True
    ).stdout.strip()
    if shutil.which("dpkg")
    else ""
)
DEBS = CACHE / "debs"


def need_debian(what):
    """Stop with a sentence on machines without Debian's tools."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise Stop(
            f"This machine has no apt-get, so {what} cannot be fetched. "
            "Use Debian 12 or 13, or set ODOO_PATH to an Odoo 19.0 tree and PGHOST "
            "to a PostgreSQL server."
        )


def options(name, sources=None, host_status=True):
    """Give the options that keep apt's lists and cache in a folder of ours.

    :param sources: text of a sources.list; without it the machine's own sources
    :param host_status: whether to know which packages the machine has
    """
    base = RUNTIME / "apt" / name
    for folder in ("lists/partial", "cache/archives/partial", "none"):
        (base / folder).mkdir(parents=True, exist_ok=True)
    settings = [
        f"Dir::State::Lists={base}/lists",
        f"Dir::Cache={base}/cache",
        "Dir::Cache::pkgcache=",
        "Dir::Cache::srcpkgcache=",
        "APT::Sandbox::User=",
        "Acquire::Languages=none",
        "Acquire::Retries=3",
        "Debug::NoLocking=1",
    ]
    if sources is not None:
        (base / "sources.list").write_text(sources)
        settings += [
            f"Dir::Etc::SourceList={base}/sources.list",
            f"Dir::Etc::SourceParts={base}/none",
            "Dir::Etc::Preferences=/dev/null",
            f"Dir::Etc::PreferencesParts={base}/none",
            # A frozen mirror is fine: the package's own sha256 is locked.
            "Acquire::Check-Valid-Until=false",
        ]
    if not host_status:
        settings += ["Dir::State::status=/dev/null"]
    return ["-q"] + [part for setting in settings for part in ("-o", setting)]


def update(apt):
    """Fetch the package lists."""
    result = subprocess.run(
        ["apt-get", *apt, "update", "--error-on=any"], capture_output=True, text=True
    )
    if result.returncode:
        raise Stop(f"The package lists cannot be fetched:\n{result.stderr[-1500:]}")


def forget_lists(name):
    """Give back the disk that package lists take (about 80 MB)."""
    shutil.rmtree(RUNTIME / "apt" / name, ignore_errors=True)


def cached(name, key):
    """Give the packages fetched earlier for the set *name* and inputs *key*."""
    index = DEBS / f"{name}-{digest(key)}.json"
    if not index.exists():
        return None
    paths = [DEBS / file for file in json.loads(index.read_text())]
    return paths if all(path.exists() for path in paths) else None


def download(apt, packages, name, key):
    """Download packages into the cache and remember them as the set *name*.

    :param packages: names, ``name=version`` or ``name/suite``
    :return: list of paths
    """
    DEBS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DEBS) as folder:
        if packages:
            result = subprocess.run(
                ["apt-get", *apt, "download", *packages],
                cwd=folder,
                capture_output=True,
                text=True,
            )
            if result.returncode:
                raise Stop(
                    f"Download failed ({' '.join(packages)}):\n{result.stderr[-1500:]}"
                )
        paths = []
        for deb in sorted(Path(folder).glob("*.deb")):
            deb.replace(DEBS / deb.name)
            paths.append(DEBS / deb.name)
    index = DEBS / f"{name}-{digest(key)}.json"
    index.write_text(json.dumps([path.name for path in paths]))
    return paths


def unpack(paths, into, excludes=()):
    """Unpack packages below a folder, leaving out what matches *excludes*."""
    into.mkdir(parents=True, exist_ok=True)
    for deb in paths:
        reader = subprocess.Popen(
            ["dpkg", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE
        )
        patterns = [f"--exclude={pattern}" for pattern in excludes]
        run(
            ["tar", "-x", "-C", into, "--no-same-owner", "--wildcards", *patterns],
            stdin=reader.stdout,
        )
        if reader.wait():
            deb.unlink(missing_ok=True)
            raise Stop(
                f"{deb.name} cannot be read and was removed from the cache. Try again."
            )


def archive_uris():
    """Give the archives that this machine takes its main packages from."""
    rows = output(
        [
            "apt-get",
            "indextargets",
            "--no-release-info",
            "--format",
            "$(REPO_URI) $(RELEASE) $(COMPONENT)",
            "Created-By: Packages",
        ]
    ).splitlines()
    return sorted(
        {
            row.split()[0]
            for row in rows
            if len(row.split()) == 3
            and row.split()[2] == "main"
            and not re.search("security|updates|backports", row.split()[1])
        }
    )


def versions(apt, package):
    """Give the versions that the archive has, newest first."""
    return re.findall(
        r"\|\s*(\S+)\s*\|", output(["apt-cache", *apt, "madison", package])
    )
