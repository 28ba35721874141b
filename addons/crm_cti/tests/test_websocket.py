import random

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_cti.tools import websocket as ws


def frame(opcode, payload, final=True):
    """Give a frame as a server sends it, without a mask."""
    size = len(payload)
    head = bytes([(0x80 if final else 0) | opcode])
    if size < 126:
        return head + bytes([size]) + payload
    if size < 1 << 16:
        return head + b"\x7e" + size.to_bytes(2, "big") + payload
    return head + b"\x7f" + size.to_bytes(8, "big") + payload


@tagged("post_install", "-at_install", "cap_c04")
class TestWebsocket(BaseCase):
    """Messages come out whole, however their bytes are cut; nonsense is refused."""

    def test_messages_of_all_sizes_cut_anywhere(self):
        rng = random.Random(6455)
        for _time in range(30):
            expected, data = [], b""
            for _message in range(rng.randint(1, 6)):
                text = rng.randbytes(rng.choice((0, 1, 125, 126, 3000, 70_000)))
                cut = rng.randint(0, len(text))
                ping = rng.randbytes(rng.randint(0, 125))
                data += frame(ws.TEXT, text[:cut], final=False)
                data += frame(ws.PING, ping) + frame(0, text[cut:])
                expected += [(ws.PING, ping), (ws.TEXT, text)]
            decoder, found = ws.Decoder(), []
            while data:
                size = rng.randint(1, 20_000)
                found += decoder.feed(data[:size])
                data = data[size:]
            self.assertEqual(found, expected)

    def test_what_no_server_may_send(self):
        for data in (
            b"\x81\x85mask12345",  # masked
            b"\xc1\x01x",  # a reserved bit
            b"\x09\x00",  # a ping in parts
            frame(ws.PING, b"x" * 126),
            b"\x8b\x00",  # an unknown control frame
            b"\x83\x00",  # an unknown kind
            frame(0, b"x"),  # the end of nothing
            frame(ws.TEXT, b"x", final=False) + frame(ws.TEXT, b"x"),
            b"\x81\x7f" + (1 << 40).to_bytes(8, "big"),
        ):
            with self.subTest(data=data[:12]), self.assertRaises(ws.ProtocolError):
                ws.Decoder().feed(data)

    def test_noise_breaks_nothing(self):
        rng = random.Random(4)
        for _time in range(300):
            decoder = ws.Decoder()
            try:
                decoder.feed(rng.randbytes(rng.randint(0, 400)))
            except ws.ProtocolError:
                continue
