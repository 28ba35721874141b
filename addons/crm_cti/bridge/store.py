"""The database as the bridge needs it: one transaction a call, in a thread."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)

#: Seconds between two tries while the database is away.
PAUSE = 0.5
#: Writers of facts, and one for each of the other parts.
THREADS = 8
CHANNEL = "crm_cti"
#: A server that went away without a word is noticed within these seconds (the last in
#: milliseconds), since nothing else happens while it is asked.
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
PBX = ["code", "company_id", "provider", "cel_offset", "file_offset", "heartbeat"]


class Store:
    """Calls methods of the exchange's record, each in a transaction of its own."""

    def __init__(self, settings):
        self.settings = settings
        self._threads = ThreadPoolExecutor(THREADS)
        self._size = self._readable = 0
        self._closing = False

    async def call(self, method, *args):
        """Call ``cti.pbx`` method, again until the database takes it.

        What nobody waits for any more is not called again: what it decided, nobody
        would carry out.

        :return: what the method returns
        """
        loop = asyncio.get_running_loop()
        left = threading.Event()
        try:
            return await loop.run_in_executor(
                self._threads, self._call, method, args, left
            )
        finally:
            left.set()

    def _call(self, method, args, left):
        while True:
            try:
                return self._call_once(method, args)
            except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
                if self._closing:
                    raise
                _logger.info("%s is repeated: %s", method, str(error).strip())
                if left.wait(PAUSE if error.pgcode is None else 0.01):
                    raise

    def _call_once(self, method, args):
        registry = Registry(self.settings.database).check_signaling()
        with registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            pbx = env["cti.pbx"].search_fetch([("code", "=", self.settings.code)], PBX)
            if not pbx:
                raise SystemExit(f"There is no exchange {self.settings.code}.")
            return getattr(pbx, method)(*args)

    def look_at_file(self):
        """Let what the exchange's own log file had the last time be read.

        What is new in it comes by the fast path just now, and need not come twice.
        """
        path = Path(self.settings.cel_file)
        size = path.stat().st_size if path.exists() else 0
        self._readable, self._size = min(self._size, size), size

    def read_file(self, offset, most=64 * 1024):
        """Give the whole lines behind an offset of the exchange's own log file.

        :return: text, and the offset behind it
        """
        # A file that has become shorter is a new one.
        start = offset if offset <= self._size else 0
        if start >= self._readable:
            return "", start
        with open(self.settings.cel_file, "rb") as handle:
            handle.seek(start)
            data = handle.read(min(most, self._readable - start))
        data = data[: data.rfind(b"\n") + 1]
        return data.decode("utf-8", "replace"), start + len(data)

    def list_messages(self):
        """Give the files in which the exchange recorded what callers said."""
        if not self.settings.message_folder:
            return []
        return sorted(Path(self.settings.message_folder).glob("*.wav"))

    def close(self):
        """Let the last transaction end."""
        self._closing = True
        self._threads.shutdown()


class Lock:
    """The right to lead, held by a connection; who waits for it is the standby."""

    def __init__(self, settings):
        info = sql_db.connection_info_for(settings.database)[1]
        self._connection = psycopg2.connect(**PATIENCE | info)
        self._connection.autocommit = True
        self._code = settings.code
        self._cursor = self._connection.cursor()

    def try_lead(self):
        """Take the right to lead, if nobody has it; also listen for commands."""
        self._cursor.execute(
            "SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))",
            (CHANNEL, self._code),
        )
        leads = self._cursor.fetchone()[0]
        if leads:
            self._cursor.execute(f"LISTEN {CHANNEL}")
        return leads

    def fileno(self):
        """Give the file that becomes readable when something is said."""
        return self._connection.fileno()

    def poll(self):
        """Tell whether there are commands for this exchange.

        :raise psycopg2.Error: the connection, and with it the lead, is lost
        """
        self._connection.poll()
        told = [notify.payload for notify in self._connection.notifies]
        self._connection.notifies.clear()
        return self._code in told

    def check(self):
        """Say something, so that a lost connection is noticed.

        :raise psycopg2.Error: it is
        """
        self._cursor.execute("SELECT 1")

    def close(self):
        """Give the lead back."""
        self._connection.close()
