"""Callers who wait for an agent: held by the exchange, offered by the database."""

import asyncio
import logging
import math
import time
from contextlib import suppress
from dataclasses import dataclass

_logger = logging.getLogger(__name__)

#: The name by which the dialplan gives callers to us.
APP = "crm"
#: Seconds between two looks at those who wait, between two signs of life for them, and
#: after which a caller without such a sign goes on into the exchange's own queue.
LOOK, SIGN, LIFE = 1, 3, 10
#: Seconds between two tries to be heard, and between two looks at the queues.
RECONNECT, QUEUES = 0.5, 5


@dataclass(frozen=True)
class Caller:
    """A channel that waits, its call and its queue."""

    linkedid: str
    queue: str
    #: Seconds since 1970 when the caller stops waiting.
    until: float


class Distributor:
    """Offers callers to agents.

    The exchange plays music and rings; who rings is decided by one statement in the
    database. A caller for whom nobody decides any more, be it that this process, the
    database or the way between them is gone, goes on into the exchange's own queue.
    """

    def __init__(self, ari, store):
        self.ari, self.store = ari, store
        self.callers = {}
        self.returned = []
        self._told = {}
        self._news = asyncio.Event()

    def wake(self):
        """Look at once: an agent is free, or a caller has come."""
        if self.callers:
            self._news.set()

    async def run(self):
        """Distribute for as long as this process leads."""
        coroutines = self._listen(), self._work(), self._tell()
        parts = [asyncio.create_task(part) for part in coroutines]
        try:
            await asyncio.gather(*parts)
        finally:
            for part in parts:
                part.cancel()
            self.callers.clear()

    # ------------------------------------------------------------ from the exchange

    async def _listen(self):
        while True:
            try:
                await self.ari.listen(APP, self._hear, self._begin)
            except (OSError, asyncio.TimeoutError) as error:
                _logger.info("distribution: away, %s", error)
            finally:
                self.callers.clear()
                self._told = {}
            await asyncio.sleep(RECONNECT)

    async def _begin(self):
        """Take over who waits already, and say which queues are ours."""
        await self._push_orders()
        _status, app = await self.ari.ask("GET", f"/applications/{APP}")
        for channel in (app or {}).get("channel_ids", ()):
            status, said = await self.ari.ask("GET", f"/channels/{channel}")
            if status == 200:
                app_data = said["dialplan"].get("app_data", "")
                self._enter(channel, app_data.split(",")[1:])
        _logger.info("distribution: %s waiting", len(self.callers))

    async def _tell(self):
        """Say what changes, once the exchange listens."""
        while True:
            await asyncio.sleep(QUEUES)
            with suppress(OSError, asyncio.TimeoutError):
                if self._told:
                    await self._push_orders()

    async def _push_orders(self):
        """Say the exchange what it has to know.

        How long agents of our queues ring (nothing: they are not ours) it forgets when
        it ends, so that no caller waits for us in vain; the rest it keeps.
        """
        # Of a queue that is gone, nobody waits for us any more.
        gone = dict.fromkeys(self._told, "")
        orders = {**gone, **await self.store.call("_get_orders")}
        for name, value in orders.items():
            if self._told.get(name) != value:
                variable = {"variable": name, "value": value}
                place = "/asterisk/variable"
                status, _said = await self.ari.ask("POST", place, variable)
                if status == 204:
                    self._told[name] = value

    async def _hear(self, event):
        channel = event.get("channel", {}).get("id")
        if event.get("type") == "StasisStart":
            self._enter(channel, event.get("args", ()))
        elif event.get("type") in ("StasisEnd", "ChannelDestroyed"):
            self.callers.pop(channel, None)

    def _enter(self, channel, args):
        """Note a caller.

        :param args: queue, call, why an agent did not take the call, and when the
            caller stops waiting
        """
        if len(args) < 4:
            return
        queue, linkedid, status, until = args
        if status:
            self.returned.append((linkedid, status))
        self.callers[channel] = Caller(linkedid, queue, float(until))
        self._news.set()

    # -------------------------------------------------------------------- decisions

    async def _work(self):
        loop = asyncio.get_running_loop()
        signed = 0
        while True:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK)
            self._news.clear()
            if not self.callers and not self.returned:
                continue
            # While the database is away this waits, and so does the sign of life.
            await self._decide()
            if loop.time() - signed >= SIGN:
                signed = loop.time()
                await self._sign()

    async def _decide(self):
        returned = list(self.returned)
        waiting = {caller.linkedid: c for c, caller in self.callers.items()}
        queues = {caller.linkedid: caller.queue for caller in self.callers.values()}
        offers = await self.store.call("_distribute", queues, returned)
        # Only now: who loses the lead before tells it again.
        del self.returned[: len(returned)]
        for offer in offers:
            if not await self._ring(waiting[offer["linkedid"]], offer):
                await self.store.call("_withdraw", offer["id"])

    async def _ring(self, channel, offer):
        """Send a caller to an agent; tell whether there was one to send."""
        if not self.callers.pop(channel, None):
            return False
        with suppress(OSError, asyncio.TimeoutError):
            status, _said = await self.ari.ask(
                "POST",
                f"/channels/{channel}/continue",
                context="crm-offer",
                extension=offer["extension"],
                priority=1,
            )
            return status == 204
        return False

    async def _sign(self):
        """Let those who wait go on waiting here."""
        for channel, caller in list(self.callers.items()):
            if not self._told.get(f"CRM_RING_{caller.queue}"):
                continue
            with suppress(OSError, asyncio.TimeoutError):
                await self.ari.ask(
                    "POST",
                    f"/channels/{channel}/variable",
                    variable="TIMEOUT(absolute)",
                    value=max(1, min(LIFE, math.ceil(caller.until - time.time()))),
                )
