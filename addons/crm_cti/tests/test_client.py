import asyncio

from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_cti.bridge.client import Client

from .exchange_common import ExchangeCase


@tagged("post_install", "-at_install", "cap_c01")
class TestClient(ExchangeCase):
    """The bridge's connection to an exchange, and what would stop the bridge."""

    def test_who_waits_for_an_answer_hears_that_none_comes(self):
        asyncio.run(self._ask_who_goes_away())

    async def _ask_who_goes_away(self):
        async def hang_up(reader, writer):
            await reader.readline()
            writer.close()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = await Client.connect("127.0.0.1", port, None)
        reading = asyncio.create_task(client.read())
        with self.assertRaises(ConnectionError):
            await asyncio.wait_for(client.ask_list({"Action": "QueueStatus"}), 5)
        with self.assertRaises(ConnectionError):
            await reading
        server.close()

    def test_a_log_file_of_many_gigabytes(self):
        self.pbx.file_offset = 2**40 + 1
        self.env.flush_all()
        self.env.invalidate_all()
        asked = []
        self.pbx._reconcile_file(lambda offset: (asked.append(offset), ("", offset))[1])
        self.assertEqual(asked, [2**40 + 1])

    def test_days_without_end(self):
        for record, name in (
            (self.queue, "repeat_days"),
            (self.pbx, "keep_days"),
            (self.pbx, "keep_message_days"),
        ):
            with self.subTest(name), mute_logger("odoo.sql_db"):
                with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                    record[name] = 9_999_999
                    self.env.flush_all()
