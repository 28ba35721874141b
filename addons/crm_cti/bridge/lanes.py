"""Facts on their way to the database: who waits for somebody goes first."""

import asyncio
from collections import defaultdict

#: Facts written in one transaction.
BATCH = 200
#: Facts that may wait; beyond them the exchange has to, whose own log keeps them.
MOST = 20_000
#: Seconds that facts for which nobody waits gather before they are written.
GATHER = 0.05
#: What a person at a screen waits for.
URGENT = {"start", "answer", "hangup"}


class Lanes:
    """A bounded store of facts with a fast lane.

    Facts of one call stay together and in their order, so that a phone never rings
    before it is known who calls.
    """

    def __init__(self):
        self._facts = defaultdict(list)
        self._urgent = {}
        self._count = 0
        self._filled = asyncio.Event()
        self._pressed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def __len__(self):
        return self._count

    async def put(self, fact):
        """Add a fact; wait while there is no room."""
        await self._room.wait()
        call = fact["linkedid"]
        self._facts[call].append(fact)
        self._count += 1
        self._filled.set()
        if fact["kind"] in URGENT:
            self._urgent[call] = True
            self._pressed.set()
        if self._count >= MOST:
            self._room.clear()

    async def take(self):
        """Wait for facts and give up to a batch of them, urgent calls first."""
        await self._filled.wait()
        if not self._urgent:
            try:
                await asyncio.wait_for(self._pressed.wait(), GATHER)
            except TimeoutError:
                pass
        batch = []
        for call in [*self._urgent, *self._facts]:
            if call in self._facts:
                facts = self._facts.pop(call)
                self._urgent.pop(call, None)
                batch += facts
            if len(batch) >= BATCH:
                break
        self._count -= len(batch)
        self._mark()
        return batch

    def _mark(self):
        if not self._facts:
            self._filled.clear()
        if not self._urgent:
            self._pressed.clear()
        if self._count < MOST:
            self._room.set()
