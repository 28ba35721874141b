"""Frames of the WebSocket protocol (RFC 6455), as a client speaks it."""

import base64
import hashlib
import os
import struct

#: RFC 6455, 1.3: what the server adds to the key that it is shown.
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
#: RFC 6455, 5.5: bytes that a control frame may carry.
CONTROL_MOST = 125
#: A server that sends more than this in one message is no exchange.
LONGEST = 1024 * 1024


class ProtocolError(ValueError):
    """What was said breaks the protocol."""


def make_key():
    """Give a new key by which a server shows that it speaks the protocol."""
    return base64.b64encode(os.urandom(16)).decode()


def accept(key):
    """Give the server's answer to a key.

    >>> accept("dGhlIHNhbXBsZSBub25jZQ==")  # the example of RFC 6455, 1.3
    's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
    """
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def encode(opcode, payload, mask):
    """Give the bytes of a whole, masked message.

    :param mask: four bytes, new ones for each message

    >>> encode(TEXT, b"Hello", bytes.fromhex("37fa213d")).hex()  # RFC 6455, 5.7
    '818537fa213d7f9f4d5158'
    """
    size = len(payload)
    if size <= CONTROL_MOST:
        head = bytes([0x80 | opcode, 0x80 | size])
    elif size < 1 << 16:
        head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


class Decoder:
    """Makes messages of a server's bytes, however they are cut.

    >>> decoder = Decoder()
    >>> decoder.feed(bytes.fromhex("010348656c"))
    []
    >>> decoder.feed(bytes.fromhex("890080026c6f"))
    [(9, b''), (1, b'Hello')]
    """

    def __init__(self):
        self._rest = b""
        self._opcode, self._parts = None, b""

    def feed(self, data):
        """Take bytes and give ``(opcode, payload)`` of the messages that they complete.

        :raise ProtocolError: they are not what a server may send
        """
        self._rest += data
        messages = []
        while frame := self._take_frame():
            message = self._join(*frame)
            if message:
                messages.append(message)
        return messages

    def _take_frame(self):
        """Give ``(final, opcode, payload)`` of the first frame, once it is whole."""
        if len(self._rest) < 2:
            return None
        first, second = self._rest[:2]
        if first & 0x70 or second & 0x80:
            raise ProtocolError("a reserved bit, or a masked frame of a server")
        size, start = second, 2
        if second >= 126:
            form = ">H" if second == 126 else ">Q"
            start += struct.calcsize(form)
            if len(self._rest) < start:
                return None
            (size,) = struct.unpack(form, self._rest[2:start])
        if size + len(self._parts) > LONGEST:
            raise ProtocolError("a message never ends")
        if len(self._rest) < start + size:
            return None
        payload = self._rest[start : start + size]
        self._rest = self._rest[start + size :]
        return bool(first & 0x80), first & 0x0F, payload

    def _join(self, final, opcode, payload):
        """Give the message that a frame completes, if it does."""
        if opcode >= CLOSE:
            if not final or len(payload) > CONTROL_MOST or opcode > PONG:
                raise ProtocolError("a control frame that is none")
            return opcode, payload
        if opcode > BINARY or bool(opcode) == (self._opcode is not None):
            raise ProtocolError("a part of no message")
        self._opcode = opcode or self._opcode
        self._parts += payload
        if not final:
            return None
        message = self._opcode, self._parts
        self._opcode, self._parts = None, b""
        return message
