"""Facts on their way to the database: who waits for somebody goes first."""

import asyncio
from collections import defaultdict
from contextlib import suppress

#: Facts written in one transaction: where nobody waits, where somebody does, and where
#: too many do.
BATCH, FEW, MANY = 200, 8, 40
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
        self._busy = set()
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
        """Wait for facts and give some of them, urgent calls first.

        :return: ``(calls, facts)``; nobody else gets facts of these calls until `done`
        """
        while True:
            await self._filled.wait()
            if not self._pressed.is_set():
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._pressed.wait(), GATHER)
            if calls := self._choose():
                break
            self._filled.clear()
            self._pressed.clear()
        facts = [fact for call in calls for fact in self._facts.pop(call)]
        self._busy.update(calls)
        self._count -= len(facts)
        if self._count < MOST:
            self._room.set()
        return calls, facts

    def _choose(self):
        """Give the calls of the next batch, and forget that they are urgent."""
        urgent = [call for call in self._urgent if call not in self._busy]
        if urgent:
            limit = FEW if self._count <= BATCH else MANY
        else:
            urgent, limit = [c for c in self._facts if c not in self._busy], BATCH
        calls, size = [], 0
        for call in urgent:
            calls.append(call)
            self._urgent.pop(call, None)
            size += len(self._facts[call])
            if size >= limit:
                break
        return calls

    def done(self, calls):
        """Say that the facts of calls are written."""
        self._busy.difference_update(calls)
        if self._facts:
            self._filled.set()
        if self._urgent:
            self._pressed.set()
