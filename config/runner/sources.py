"""Odoo 19.0: the locked Debian package, unpacked, or ODOO_PATH."""

import hashlib
import os
import shutil
from pathlib import Path

from . import apt
from .console import Stop, say
from .paths import PLATFORM, RUNTIME, digest, exclusive, set_stamp, stamped

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGES = "./usr/lib/python3/dist-packages"
# A second, partial copy of the addons, and 800 MB of languages that nobody here reads.
LEFT_OUT = [f"{PACKAGES}/{name}" for name in ("addons", "doc", "setup")]
LEFT_OUT += ["./usr/share/doc", "./etc"]
OTHER_LANGUAGES = ["*/i18n/[a-y]*.po", "*/i18n_extra/[a-y]*.po"]


def odoo_tree():
    """Give the folder that holds the ``odoo`` package, unpacking it when missing.

    :raise Stop: with the sentence that says what to set or install
    """
    own = os.environ.get("ODOO_PATH")
    if own:
        return _own_tree(Path(own).resolve())
    root = RUNTIME / "odoo"
    tree = root / PACKAGES
    key = digest(PLATFORM, bool(os.environ.get("CRM_ALL_LANGUAGES")))
    with exclusive("odoo"):
        if not (stamped("odoo", key) and tree.exists()):
            apt.need_debian("Odoo")
            _unpack_tree(root, tree)
            set_stamp("odoo", key)
    return tree.resolve()


def launcher(tree):
    """Give the script that starts Odoo; with ``-m`` its workers cannot start."""
    unpacked = [folder / "bin/odoo" for folder in tree.parents[2:3]]
    for script in [tree / "odoo-bin", *unpacked]:
        if script.exists():
            return script
    raise Stop(f"{tree} has neither bin/odoo nor odoo-bin.")


def _own_tree(path):
    release = path / "odoo/release.py"
    if not release.exists() or "(19, 0" not in release.read_text():
        raise Stop(f"ODOO_PATH={path} is not an Odoo 19.0 tree (odoo/release.py).")
    return path


def _unpack_tree(root, tree):
    lock, assets = PLATFORM["odoo"], PLATFORM["assets"]
    paths = _packages(lock, assets)
    say(f"unpack Odoo ({lock['package']} {lock['version']})")
    shutil.rmtree(root, ignore_errors=True)
    left_out = list(LEFT_OUT)
    if not os.environ.get("CRM_ALL_LANGUAGES"):
        left_out += OTHER_LANGUAGES
    apt.unpack([p for p in paths if p.name.startswith(lock["package"])], root, left_out)
    others = [p for p in paths if not p.name.startswith(lock["package"])]
    apt.unpack(others, root, ["./usr/share/doc"])
    for relative, text in PLATFORM["stubs"].items():
        stub = tree / relative
        if not stub.exists():
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text(text)
    dangling = [str(p) for p in tree.rglob("*") if p.is_symlink() and not p.exists()]
    if dangling:
        raise Stop(
            "Odoo's package has links without a target: " + ", ".join(dangling[:5])
        )


def _packages(lock, assets):
    own_file = os.environ.get("CRM_ODOO_DEB")
    paths = apt.cached("odoo", [lock, assets])
    if paths is None:
        suites = [assets["suite"], lock["suite"]]
        lists = apt.options("odoo", source_list(suites), host_status=False)
        say("package lists for Odoo")
        apt.update(lists)
        names = [f"{name}/{assets['suite']}" for name in assets["packages"]]
        if not own_file:
            names.insert(0, f"{lock['package']}={_version(lists, lock)}")
        say("download Odoo and the assets that it links to (135 MB)")
        paths = apt.download(lists, names, "odoo", [lock, assets])
        apt.forget_lists("odoo")
    if own_file:
        paths = [Path(own_file)] + [
            p for p in paths if not p.name.startswith(lock["package"])
        ]
    for path in paths:
        if path.name.startswith(f"{lock['package']}_"):
            _check_sum(path, lock)
    return paths


def _check_sum(path, lock):
    if f"_{lock['version']}_".replace("+", "%2b") not in path.name.replace("+", "%2b"):
        return  # a newer version, already announced; its signature was checked
    if hashlib.sha256(path.read_bytes()).hexdigest() != lock["sha256"]:
        path.unlink()
        raise Stop(
            f"{path.name} is not the locked file (sha256 differs); it was removed."
        )


def _version(lists, lock):
    available = apt.versions(lists, lock["package"])
    if lock["version"] in available:
        return lock["version"]
    if not available:
        raise Stop(
            f"The archive has no {lock['package']}. Set ODOO_PATH to an Odoo 19.0 "
            "tree, or CRM_ODOO_DEB to the package's file."
        )
    say(f"WARNING: the archive has {available[0]}, not the locked {lock['version']}")
    return available[0]


def source_list(suites):
    """Give the text of a sources.list with the main parts of Debian suites."""
    mirror = os.environ.get("CRM_DEBIAN_MIRROR")
    uris = [mirror] if mirror else (apt.archive_uris() if _is_debian() else [])
    if not uris:
        raise Stop(
            "This is not Debian: set ODOO_PATH to an Odoo 19.0 tree, or "
            "CRM_DEBIAN_MIRROR to the address of a Debian archive."
        )
    keyring = KEYRING if KEYRING.exists() else _fetch_keyring()
    return "".join(
        f"deb [signed-by={keyring} arch={apt.ARCHITECTURE}] {uris[0]} {suite} main\n"
        for suite in suites
    )


def _fetch_keyring():
    """Take Debian's keys from the machine's own, signed archive (Ubuntu has them)."""
    host = apt.options("host")
    apt.update(host)
    paths = apt.download(host, ["debian-archive-keyring"], "keyring", "1")
    apt.unpack(paths, RUNTIME / "keyring")
    return RUNTIME / "keyring" / KEYRING.relative_to("/")


def _is_debian():
    text = (
        Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    )
    return "ID=debian" in text.splitlines()
