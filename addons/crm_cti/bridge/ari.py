"""The REST interface of an exchange and its events.

Source: Asterisk documentation, *Asterisk REST Interface*.
"""

import json
from urllib.parse import quote

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    WSMsgType,
    encode_basic_auth,
)

#: Seconds for an answer, and between two signs of life of the way for events.
PATIENCE, HEARTBEAT = 10, 5
#: Bytes of an event that are read at most.
LONGEST = 4 * 1024 * 1024


class Ari:
    """Asks the exchange and hears its events, over connections that stay open."""

    def __init__(self, settings):
        self.settings = settings
        self._session = None

    async def ask(self, method, path, body=None, **query):
        """Ask for something.

        :param path: below ``/ari``, of plain parts
        :param body: to be sent as JSON
        :return: the status (200 …), and what the body of the answer says
        :raise OSError: the exchange is away
        :raise asyncio.TimeoutError: it is silent
        """
        place = f"/ari{quote(path)}"
        try:
            async with self._open().request(
                method, place, params=query, json=body
            ) as answer:
                said = await answer.read()
                return answer.status, json.loads(said) if said else None
        except ClientError as error:
            raise ConnectionError(str(error)) from error

    async def listen(self, app, told, ready):
        """Be an application of the exchange, until the connection ends.

        :param told: ``async function(event)``
        :param ready: ``async function()``, called when events come
        :raise ConnectionError: it has ended, or the exchange refuses
        """
        try:
            async with self._open().ws_connect(
                "/ari/events",
                params={"app": app},
                heartbeat=HEARTBEAT,
                max_msg_size=LONGEST,
            ) as events:
                await ready()
                async for said in events:
                    if said.type == WSMsgType.TEXT:
                        await told(said.json())
        except ClientError as error:
            raise ConnectionError(str(error)) from error
        raise ConnectionError("the exchange has ended the events")

    async def close(self):
        """Close what is open."""
        if self._session:
            await self._session.close()

    def _open(self):
        """Give the session, which belongs to the loop that runs."""
        if not self._session:
            to = self.settings
            self._session = ClientSession(
                f"http://{to.host}:{to.http_port}",
                headers={"Authorization": encode_basic_auth(to.user, to.secret)},
                timeout=ClientTimeout(total=PATIENCE),
            )
        return self._session


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
