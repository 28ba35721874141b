"""A real telephone exchange: Asterisk, unpacked without root, on loopback only."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from . import apt, programs, prompts, sources
from .console import Stop, last_lines, run, say
from .paths import CONFIG, RUNTIME, digest, exclusive, set_stamp, stamped
from .ports import free_port

ROOT = RUNTIME / "pbx"
TEMPLATES = CONFIG / "pbx"
LOCK = json.loads((TEMPLATES / "packages.json").read_text())
#: Asterisk reads these and finds nothing in them to do.
EMPTY = (
    "acl ccss codecs features indications pjproject pjsip_notify res_parking"
    " stasis udptl websocket_client queuerules"
)
#: What every console says where there is no network card.
NOISE = "No ethernet interface found"
#: Ways into a network of one's own, best first: as root, as anybody, or not at all.
NETWORKS = (["unshare", "-n"], ["unshare", "-rn"], [])
HOLDER = """
import fcntl, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    request = struct.pack("16sh14x", b"lo", 0x41)  # IFF_UP | IFF_RUNNING
    fcntl.ioctl(control, 0x8914, request)  # SIOCSIFFLAGS, linux/sockios.h
print("up", flush=True)
sys.stdin.read()
"""


def ensure():
    """Give the folder with Asterisk and its libraries, fetched when missing."""
    key = digest(LOCK)
    with exclusive("pbx"):
        if not (stamped("pbx", key) and ROOT.exists()):
            apt.need_debian("the telephone exchange")
            paths = apt.cached("pbx", [LOCK]) or _download()
            say(f"unpack Asterisk {LOCK['packages']['asterisk']}")
            shutil.rmtree(ROOT, ignore_errors=True)
            apt.unpack(paths, ROOT, ["./usr/share/doc", "./usr/share/man"])
            set_stamp("pbx", key)
    return ROOT


def _download():
    lists = apt.options("pbx", sources.source_list([LOCK["suite"]]), host_status=False)
    say("package lists for the telephone exchange")
    apt.update(lists)
    wanted = [_pin(lists, *package) for package in LOCK["packages"].items()]
    say("download Asterisk (25 MB)")
    paths = apt.download(lists, wanted, "pbx", [LOCK])
    apt.forget_lists("pbx")
    return paths


def _pin(lists, package, version):
    available = apt.versions(lists, package)
    if not available:
        raise Stop(f"The archive has no {package}, which the exchange needs.")
    if version not in available:
        say(f"WARNING: the archive has {package} {available[0]}, not {version}")
        version = available[0]
    return f"{package}={version}"


class Network:
    """A network of one's own with loopback only; joined by a prefix of commands.

    Where the machine allows none, the prefix is empty and ports are the machine's.
    """

    def __init__(self, own=True):
        self.prefix, self.holder = [], None
        for unshare in NETWORKS if own else ():
            if unshare and programs.run_quiet([*unshare, "true"]):
                self._hold(unshare)
                return

    def _hold(self, unshare):
        self.holder = subprocess.Popen(
            [*unshare, sys.executable, "-c", HOLDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if self.holder.stdout.readline() != b"up\n":
            raise Stop("A network of its own cannot be made for the exchange.")
        user = ["-U", "--preserve-credentials"] if "-rn" in unshare else []
        self.prefix = ["nsenter", "-t", str(self.holder.pid), "-n", *user, "--"]

    def close(self):
        """Give the network back."""
        if self.holder:
            self.holder.stdin.close()
            self.holder.wait(timeout=10)


class Exchange:
    """A running Asterisk; use it in a ``with`` block.

    :param folder: where its files lie; a short path, since a socket lies in it
    :param database: where it writes its log of channels, with the role of `make_role`
    :param phones: ``{extension: port}`` of phones that need not register, or
        ``{extension: None}`` for browser phones, whose passwords the bridge brings
    :param options: ``network``, and the ports ``http`` and ``trunk``
    """

    def __init__(self, folder, cluster, database, phones, **options):
        self.folder, self.cluster, self.database = Path(folder), cluster, database
        self.phones = phones
        self.network = options.get("network") or Network(own=False)
        self.code = "office"
        self.ports = {
            "SIP": free_port(socket.SOCK_DGRAM),
            "TRUNK": options.get("trunk") or free_port(socket.SOCK_DGRAM),
            "AMI": free_port(),
            "HTTP": options.get("http") or free_port(),
        }
        self.secret = secrets.token_urlsafe(24)
        self.strategy = "rrmemory"
        self.process = None

    # ------------------------------------------------------------------ its files

    def configure(self):
        """Write the configuration and the secrets, readable for nobody else."""
        root = ensure()
        for name in ("etc", "run", "db/keys", "data/sounds", "log/cel-custom"):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("tmp", "outgoing", "monitor", "recording", "voicemail"):
            (self.folder / "spool" / name).mkdir(parents=True, exist_ok=True)
        share = root / "usr/share/asterisk"
        for name in ("documentation", "rest-api", "moh"):
            self._link(f"data/{name}", share / name)
        self._link("data/sounds/en", share / "sounds/en_US_f_Allison")
        self._link("data/sounds/crm", prompts.ensure())
        library = sorted((root / "usr/lib").glob("*-linux-gnu"))[0]
        values = self._values(library)
        for template in TEMPLATES.glob("*.conf"):
            self._write(f"etc/{template.name}", self._fill(template, values))
        modules = (TEMPLATES / "modules.txt").read_text().split()
        loads = "".join(f"load={name}.so\n" for name in modules)
        self._write("etc/modules.conf", f"[modules]\nautoload=no\n{loads}")
        for name in EMPTY.split():
            self._write(f"etc/{name}.conf", "")
        self._write("secret", self.secret)
        loader = sorted(library.glob("ld-linux-*.so.*"))[0]
        self.program = [
            *(loader, "--library-path", library, root / "usr/sbin/asterisk"),
            *("-C", self.folder / "etc/asterisk.conf"),
        ]

    def _link(self, name, target):
        place = self.folder / name
        if target.exists() and not place.is_symlink():
            place.symlink_to(target)

    def _write(self, name, text):
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text)

    def _fill(self, template, values):
        text = template.read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def _values(self, library):
        start = 20000 + self.ports["SIP"] % 10000 * 2
        return {
            **self.ports,
            "DIR": self.folder,
            "MODULES": library / "asterisk/modules",
            "RTP": start,
            "RTP_END": start + 3999,
            "AMI_SECRET": self.secret,
            "PGHOST": self.cluster.host,
            "PGDATABASE": self.database,
            "PGROLE": f"pbx_{self.code}",
            "STRATEGY": self.strategy,
            "PHONES": "".join(map(self._prepare_phone, self.phones.items())),
        }

    def _prepare_phone(self, item):
        extension, port = item
        name = f"callerid=Agent {extension} <{extension}>\naors={extension}"
        if port:
            return (
                f"[{extension}](agent)\n{name}\nidentify_by=username\n"
                f"[{extension}]\ntype=aor\ncontact=sip:{extension}@127.0.0.1:{port}\n"
            )
        return (
            f"[{extension}](browser)\n{name}\nauth={extension}\n"
            f"[{extension}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n"
        )

    # --------------------------------------------------------------------- its life

    def __enter__(self):
        self.configure()
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def start(self):
        """Start and wait until calls are taken (about a second)."""
        log = self.folder / "run/output.log"
        with open(log, "w") as handle:
            self.process = subprocess.Popen(
                [*self.network.prefix, *map(str, self.program), "-f"],
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=subprocess.STDOUT,
                env={**os.environ, "LD_LIBRARY_PATH": ""},
            )
        for _attempt in range(600):
            if self.process.poll() is not None:
                raise Stop(f"The telephone exchange stopped:\n{last_lines(log)}")
            if self.ask("core waitfullybooted").startswith("Asterisk has fully"):
                return
            time.sleep(0.05)
        self.stop()
        raise Stop(f"The telephone exchange does not answer:\n{last_lines(log)}")

    def ask(self, command):
        """Give what the exchange says to a command of its console."""
        result = run(
            [*self.network.prefix, *self.program, "-rx", command],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )
        lines = result.stdout.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(NOISE))

    def stop(self):
        """Stop the exchange; calls are cut."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def kill(self):
        """End the exchange as a loss of power would."""
        self.process.kill()
        self.process.wait()


def bridge_command(odoo, exchange, database):
    """Give the command line of a bridge to an exchange."""
    return odoo.command(
        f"--addons-path={odoo.addons_path()}",
        "ctibridge",
        *("--pbx", exchange.code, "--port", exchange.ports["AMI"]),
        *("--http-port", exchange.ports["HTTP"]),
        *("--secret-file", exchange.folder / "secret"),
        *("--cel-file", exchange.folder / "log/cel-custom/Master.csv"),
        *("--message-folder", exchange.folder / "spool/voicemail"),
        *("-c", odoo.write_config(database), "-d", database),
    )


def call_command(exchange, numbers, called, seconds, *arguments):
    """Give the command line of callers, who give back what they hear.

    :param exchange: ``(folder, port)``: a place for a file, and where calls are taken
    :param numbers: whose calls they are, one after the other
    :param arguments: further options of sipp
    """
    folder, port = exchange
    callers = Path(folder) / "callers.csv"
    callers.write_text("SEQUENTIAL\n" + "".join(f"{number}\n" for number in numbers))
    command = [
        *("sipp", "-i", "127.0.0.1", "-nostdin", "-rtp_echo"),
        *("-sf", TEMPLATES / "caller.xml", "-s", called, "-inf", callers),
        *("-d", int(seconds * 1000), *arguments, f"127.0.0.1:{port}"),
    ]
    return [str(part) for part in command]


def make_role(cluster, database, code):
    """Make the role by which an exchange writes its log, and may do nothing else."""
    role = f"pbx_{code}"
    cluster.sql(
        f"""
        do $$ begin
          if not exists (select from pg_roles where rolname = '{role}') then
            create role {role} login;
          end if;
        end $$;
        grant insert, select on cti_cel to {role};
        grant usage on sequence cti_cel_id_seq to {role};
        """,
        database,
    )
