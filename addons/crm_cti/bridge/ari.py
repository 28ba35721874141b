"""The REST interface of an exchange and its events.

Source: Asterisk documentation, *Asterisk REST Interface*.
"""

import asyncio
import base64
import json
import os
from urllib.parse import quote, urlencode

from ..tools import websocket

PATIENCE = 10
#: Bytes of an answer that are read at most.
LONGEST = 4 * 1024 * 1024


class Ari:
    """Asks the exchange, over connections that stay open."""

    def __init__(self, settings):
        self.settings = settings
        self._idle = []

    async def ask(self, method, path, body=None, **query):
        """Ask for something.

        :param path: below ``/ari``, of plain parts
        :param body: to be sent as JSON
        :return: the status (200 …), and what the body of the answer says
        :raise OSError: the exchange is away
        :raise TimeoutError: it is silent
        """
        place = "/ari" + quote(path) + (f"?{urlencode(query)}" if query else "")
        said = json.dumps(body).encode() if body is not None else b""
        request = self._prepare_head(
            method,
            place,
            f"Content-Type: application/json\r\nContent-Length: {len(said)}",
        )
        return await asyncio.wait_for(self._exchange(request + said), PATIENCE)

    def _prepare_head(self, method, place, more):
        account = f"{self.settings.user}:{self.settings.secret}".encode()
        return (
            f"{method} {place} HTTP/1.1\r\nHost: {self.settings.host}\r\n"
            f"Authorization: Basic {base64.b64encode(account).decode()}\r\n"
            f"{more}\r\n\r\n"
        ).encode()

    async def _exchange(self, request):
        while self._idle:
            connection = self._idle.pop()
            # An idle connection may have been closed; then nobody read the request.
            if answer := await self._try(connection, request):
                return answer
        answer = await self._try(await self._open(), request)
        if not answer:
            raise ConnectionError("the exchange has closed the connection")
        return answer

    async def _open(self):
        return await asyncio.open_connection(
            self.settings.host, self.settings.http_port, limit=LONGEST
        )

    async def _try(self, connection, request):
        """Ask over a connection; None where it had been closed before."""
        reader, writer = connection
        keep = False
        try:
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            status, fields = read_head(head)
            said = await reader.readexactly(int(fields.get("content-length") or 0))
            keep = fields.get("connection", "").lower() != "close"
            return status, json.loads(said) if said else None
        except (ConnectionError, asyncio.IncompleteReadError):
            return None
        finally:
            if keep:
                self._idle.append(connection)
            else:
                writer.close()

    def close(self):
        """Close what is open."""
        for _reader, writer in self._idle:
            writer.close()
        self._idle.clear()

    # ----------------------------------------------------------------------- events

    async def listen(self, app, told, ready):
        """Be an application of the exchange, until the connection ends.

        :param told: ``async function(event)``
        :param ready: ``async function()``, called when events come
        :raise ConnectionError: it has ended, or the exchange refuses
        """
        reader, writer = await asyncio.wait_for(self._open(), PATIENCE)
        try:
            await asyncio.wait_for(self._shake_hands(app, reader, writer), PATIENCE)
            await ready()
            decoder = websocket.Decoder()
            while data := await reader.read(65536):
                for opcode, payload in decoder.feed(data):
                    await self._take(opcode, payload, writer, told)
            raise ConnectionError("the exchange has closed the connection")
        except websocket.ProtocolError as error:
            raise ConnectionError(str(error)) from error
        finally:
            writer.close()

    async def _shake_hands(self, app, reader, writer):
        key = websocket.make_key()
        place = f"/ari/events?{urlencode({'app': app})}"
        more = (
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}"
        )
        writer.write(self._prepare_head("GET", place, more))
        status, fields = read_head(await reader.readuntil(b"\r\n\r\n"))
        if status != 101 or fields.get("sec-websocket-accept") != websocket.accept(key):
            raise ConnectionError(f"the exchange refuses events: {status}")

    async def _take(self, opcode, payload, writer, told):
        if opcode == websocket.TEXT:
            await told(json.loads(payload))
        elif opcode == websocket.PING:
            writer.write(websocket.encode(websocket.PONG, payload, os.urandom(4)))
        elif opcode == websocket.CLOSE:
            raise ConnectionError("the exchange ends the events")


def read_head(head):
    """Give the status and the fields of an answer's head.

    :raise ConnectionError: it is none

    >>> read_head(b"HTTP/1.1 204 No Content\\r\\nContent-Length: 0\\r\\n\\r\\n")
    (204, {'content-length': '0'})
    """
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) < 2 or not words[1].isdigit():
        raise ConnectionError("the exchange does not speak HTTP")
    fields = {}
    for line in filter(None, lines):
        name, _colon, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    return int(words[1]), fields


async def put_password(ari, extension, password):
    """Give a phone its password, which the exchange keeps in memory.

    Source: Asterisk documentation, *ARI Push Configuration*.

    :return: whether the exchange took it
    """
    fields = {"auth_type": "digest", "username": extension, "password": password}
    status, _said = await ari.ask(
        "PUT",
        f"/asterisk/config/dynamic/res_pjsip/auth/{extension}",
        {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]},
    )
    return status == 200
