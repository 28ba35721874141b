"""The manager interface of an exchange, over one connection."""

import asyncio
import itertools

from ..tools.ami import Decoder, ProtocolError, encode

#: Seconds that an exchange may take for an answer.
PATIENCE = 10


class Client:
    """Says actions, and gives what the exchange says to a function.

    :param listen: ``async function(event)``
    """

    def __init__(self, reader, writer, listen):
        self._reader, self._writer, self._listen = reader, writer, listen
        self._answers = {}
        self._lists = {}
        self._numbers = itertools.count(1)
        self.decoder = Decoder()

    @classmethod
    async def connect(cls, host, port, listen):
        """Give a connected client.

        :raise OSError: nobody answers there
        """
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(host, port), PATIENCE
        )
        return cls(reader, writer, listen)

    async def read(self):
        """Read until the connection ends.

        :raise ConnectionError: it has ended
        """
        try:
            while data := await self._reader.read(65536):
                try:
                    messages = self.decoder.feed(data)
                except ProtocolError as error:
                    raise ConnectionError(str(error)) from error
                for message in messages:
                    await self._take(message)
        finally:
            self._give_up()
        raise ConnectionError("the exchange has closed the connection")

    def _give_up(self):
        """Tell who waits for an answer that none will come."""
        lists = (done for _events, done in self._lists.values())
        for waiting in (*self._answers.values(), *lists):
            if not waiting.done():
                waiting.set_exception(ConnectionError("the exchange went away"))
                waiting.exception()  # whoever has left need not hear of it

    async def _take(self, message):
        action = message.get("ActionID")
        if "Response" in message and "Event" not in message:
            answer = self._answers.pop(action, None)
            if answer and not answer.done():
                answer.set_result(message)
        elif action in self._lists:
            events, done = self._lists[action]
            if message.get("EventList") == "Complete":
                done.set_result(events)
            else:
                events.append(message)
        else:
            await self._listen(message)

    async def ask(self, message, action=None):
        """Say an action and give the answer.

        :raise asyncio.TimeoutError: the exchange is silent
        """
        action = action or f"a{next(self._numbers)}"
        answer = self._answers[action] = asyncio.get_running_loop().create_future()
        self._writer.write(encode({**message, "ActionID": action}))
        await self._writer.drain()
        try:
            return await asyncio.wait_for(answer, PATIENCE)
        finally:
            self._answers.pop(action, None)

    async def ask_list(self, message):
        """Say an action that is answered by a list, and give its events."""
        action = f"l{next(self._numbers)}"
        done = asyncio.get_running_loop().create_future()
        self._lists[action] = ([], done)
        try:
            await self.ask(message, action)
            return await asyncio.wait_for(done, PATIENCE)
        finally:
            del self._lists[action]

    def close(self):
        """End the connection."""
        self._writer.close()

    def abort(self):
        """End the connection without waiting for the other side."""
        self._writer.transport.abort()
