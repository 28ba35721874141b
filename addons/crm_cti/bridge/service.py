"""The bridge: leads or stands by, reads the exchange, writes facts, says commands."""

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass

import psycopg2

from ..tools import ami
from .ari import Ari
from .client import Client
from .distributor import Distributor
from .lanes import Lanes
from .orders import Orders
from .store import Lock, Store

_logger = logging.getLogger(__name__)

#: Seconds between two looks at each.
STANDBY, BEAT, RECONCILE, SWEEP, RECONNECT = 0.5, 5, 2, 15, 0.5
#: Rows of one reconciliation.
ROWS = 200
#: Transactions at once, each with calls of its own.
WRITERS = 3
#: What is said when the database or the exchange is not there.
AWAY = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    ConnectionError,
    asyncio.TimeoutError,
)


class Away(ConnectionError):
    """The exchange does not let us in."""


@dataclass(frozen=True)
class Settings:
    """Where the exchange and its records are."""

    database: str
    code: str
    host: str
    port: int
    user: str
    secret: str
    cel_file: str | None = None
    message_folder: str | None = None
    http_port: int | None = None

    def __repr__(self):
        return f"<exchange {self.code}>"


class Bridge:
    """One process for one exchange."""

    def __init__(self, settings):
        self.settings = settings
        self.store = Store(settings)
        self.ari = Ari(settings) if settings.http_port else None
        self.orders = Orders(self.ari, self.store)
        self.distributor = Distributor(self.ari, self.store)
        self.client = None
        self.suspects = set()
        self.stopping = asyncio.Event()
        self.reconciling = asyncio.Lock()

    async def run(self):
        """Stand by or lead, until the process is asked to end."""
        self.lanes = Lanes()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        # What takes seconds is done before there is something to do.
        await self.store.call("_get_members")
        # Facts may be written by anybody, so losing the lead does not stop this.
        writers = [asyncio.create_task(self._write()) for _number in range(WRITERS)]
        try:
            while not self.stopping.is_set():
                lock = await self._wait_for_lead()
                if lock:
                    await self._lead(lock)
        finally:
            for writer in writers:
                writer.cancel()
            if self.ari:
                await self.ari.close()
            self.store.close()

    # ----------------------------------------------------------------- who leads

    async def _wait_for_lead(self):
        lock = None
        _logger.info("%s: standing by", self.settings.code)
        while not self.stopping.is_set():
            try:
                lock = lock or Lock(self.settings)
                if lock.try_lead():
                    return lock
            except psycopg2.Error:
                lock = None
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), STANDBY)
        return None

    async def _lead(self, lock):
        _logger.info("%s: leading", self.settings.code)
        called = asyncio.Event()
        called.set()
        lost = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()
        descriptor = lock.fileno()
        loop.add_reader(descriptor, self._hear, lock, called, lost)
        parts = [
            self._connect(),
            self._command(called),
            self._every(RECONCILE, self._reconcile),
            self._every(RECONCILE, self._collect),
            self._every(SWEEP, self._sweep),
            self._every(BEAT, self._beat),
            self._watch(lock, called, lost),
            self.stopping.wait(),
        ]
        if self.ari:
            parts.append(self.distributor.run())
        tasks = [asyncio.create_task(part) for part in parts]
        done, others = await asyncio.wait(
            [*tasks, lost], return_when=asyncio.FIRST_COMPLETED
        )
        loop.remove_reader(descriptor)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._say_why(done)
        with suppress(psycopg2.Error):
            lock.close()
        await asyncio.sleep(STANDBY)

    def _say_why(self, done):
        for task in done:
            error = task.exception()
            if error:
                # Whoever is away comes back; anything else is a fault of ours.
                is_away = isinstance(error, AWAY)
                _logger.log(
                    logging.WARNING if is_away else logging.ERROR,
                    "%s: no longer leading: %r",
                    self.settings.code,
                    error,
                    exc_info=None if is_away else error,
                )

    def _hear(self, lock, called, lost):
        try:
            if lock.poll():
                self.distributor.wake()
                called.set()
        except psycopg2.Error as error:
            if not lost.done():
                lost.set_exception(error)

    async def _watch(self, lock, called, lost):
        while True:
            await asyncio.sleep(1)
            lock.check()
            # What was said meanwhile came with the answer.
            self._hear(lock, called, lost)

    async def _every(self, seconds, function):
        while True:
            try:
                await function()
            except (asyncio.TimeoutError, ConnectionError) as error:
                _logger.info("%s: %r", self.settings.code, error)
            await asyncio.sleep(seconds)

    # ------------------------------------------------------------ from the exchange

    async def _connect(self):
        """Read the exchange; come back whenever it is away."""
        while True:
            try:
                await self._converse()
            except (OSError, asyncio.TimeoutError) as error:
                _logger.info("%s: away, %s", self.settings.code, error)
            finally:
                self.client = None
            await asyncio.sleep(RECONNECT)

    async def _converse(self):
        client = await Client.connect(
            self.settings.host, self.settings.port, self._listen
        )
        reading = asyncio.create_task(client.read())
        try:
            await self._log_in(client)
            await self.orders.push_members(client, afresh=True)
            await self.orders.push_passwords()
            self.client = client
            await reading
        finally:
            reading.cancel()
            client.close()

    async def _log_in(self, client):
        answer = await client.ask(
            {
                "Action": "Login",
                "Username": self.settings.user,
                "Secret": self.settings.secret,
            }
        )
        if answer.get("Response") != "Success":
            raise Away("the exchange refuses the account")
        _logger.info("%s: connected", self.settings.code)

    async def _listen(self, event):
        fact = ami.to_fact(event) or self.orders.to_fact(event)
        if fact:
            await self.lanes.put(fact)

    async def _write(self):
        while True:
            calls, facts = await self.lanes.take()
            try:
                await self.store.call("_ingest_own", facts)
            except Exception:
                _logger.exception("%s: one by one", self.settings.code)
                await self._write_singly(facts)
            self.lanes.done(calls)
            self.distributor.wake()

    async def _write_singly(self, facts):
        """Write facts of which one cannot be; the exchange's own log has that one."""
        for fact in facts:
            try:
                await self.store.call("_ingest_own", [fact])
            except Exception:
                _logger.exception("%s: left out %r", self.settings.code, fact)

    # -------------------------------------------------------------------- to and fro

    async def _command(self, called):
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(called.wait(), BEAT)
            called.clear()
            if client := self.client:
                with suppress(asyncio.TimeoutError, ConnectionError):
                    await self.orders.carry_out(client)
                    await self.orders.push_members(client)

    async def _beat(self):
        if client := self.client:
            try:
                answer = await client.ask({"Action": "Ping"})
            except asyncio.TimeoutError:
                # Nobody is at the other end; the connection would live on for long.
                client.abort()
                raise
            if answer.get("Response") == "Success":
                await self.store.call("_beat")

    async def _reconcile(self):
        """Read what the exchange wrote itself, as long as there is more."""
        async with self.reconciling:
            while await self.store.call("_reconcile", ROWS):
                pass
            if not self.settings.cel_file:
                return
            self.store.look_at_file()
            while await self.store.call("_reconcile_file", self.store.read_file):
                pass

    async def _collect(self):
        """Take over what callers said; a file goes when the database has it."""
        if found := self.store.list_messages():
            for path in await self.store.call("_take_messages", found):
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    _logger.warning("%s: %s", self.settings.code, error)

    async def _sweep(self):
        """Cut calls that the exchange does not know any more, twice in a row."""
        if not self.client:
            return
        events = await self.client.ask_list({"Action": "CoreShowChannels"})
        await self._reconcile()
        known = [event.get("Linkedid", "") for event in events]
        gone = set(await self.store.call("_find_unknown", known, SWEEP))
        await self.store.call("_cut", sorted(gone & self.suspects))
        self.suspects = gone
        await self.store.call("_withdraw_stale")
