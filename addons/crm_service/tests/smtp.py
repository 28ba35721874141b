"""A mail server for tests: takes what is sent, by RFC 5321, and keeps it."""

import asyncio
import email
import email.policy
import threading


class MailServer:
    """A server on a free port of this machine, until the block ends.

    ``mails`` holds what arrived, as `email.message.EmailMessage`; the envelope stands
    in the headers ``X-Envelope-From`` and ``X-Envelope-To``.
    """

    def __enter__(self):
        self.mails = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = self._wait(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_error):
        self._server.close()
        self._wait(self._server.wait_closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _serve(self, reader, writer):
        def say(line):
            writer.write(f"{line}\r\n".encode())

        sender, to = "", []
        say("220 127.0.0.1 ESMTP")
        while line := (await reader.readline()).decode().strip():
            verb = line.upper()
            if verb.startswith("MAIL FROM:"):
                sender, to = line[10:].split()[0], []
            elif verb.startswith("RCPT TO:"):
                to.append(line[8:].split()[0])
            elif verb == "DATA":
                say("354 go on")
                self.mails.append(await self._read_mail(reader, sender, to))
            elif verb == "QUIT":
                say("221 bye")
                break
            say("250 ok")
        writer.close()

    async def _read_mail(self, reader, sender, to):
        lines = []
        while (line := await reader.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.SMTP)
        mail["X-Envelope-From"] = sender
        mail["X-Envelope-To"] = ", ".join(to)
        return mail
