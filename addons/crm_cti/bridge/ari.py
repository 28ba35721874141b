"""The REST interface of an exchange, as far as phones need it."""

import asyncio
import base64
import json

PATIENCE = 10


async def put_password(settings, extension, password):
    """Give a phone its password, which the exchange keeps in memory.

    Source: Asterisk documentation, *ARI Push Configuration*.

    :return: whether the exchange took it
    """
    fields = {"auth_type": "digest", "username": extension, "password": password}
    body = json.dumps(
        {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]}
    ).encode()
    account = base64.b64encode(f"{settings.user}:{settings.secret}".encode()).decode()
    place = f"/ari/asterisk/config/dynamic/res_pjsip/auth/{extension}"
    head = (
        f"PUT {place} HTTP/1.1\r\nHost: {settings.host}\r\n"
        f"Authorization: Basic {account}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    reader, writer = await asyncio.wait_for(
        asyncio.open_connection(settings.host, settings.http_port), PATIENCE
    )
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        status = await asyncio.wait_for(reader.readline(), PATIENCE)
    finally:
        writer.close()
    return status.split()[1:2] == [b"200"]
