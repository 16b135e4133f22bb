"""A mail server on this machine only, which keeps every letter in a folder instead of sending it on."""

import asyncio
import signal
import socket
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from local import guarded


class Mail:
    """A running mail server: `url` is its EMAIL_URL, `folder` the Maildir it fills."""

    def __init__(self, server, port, folder):
        self.server = server
        self.url = f"smtp://127.0.0.1:{port}"
        self.folder = folder

    def stop(self):
        self.server.stop()


def start(folder, *, log=None):
    """Start a mail server on a free loopback port that stores into the Maildir *folder*."""
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    # Listening before the server runs, so that nobody takes the port and no letter comes too early.
    with socket.create_server(("127.0.0.1", 0)) as door:
        number = door.fileno()
        server = guarded.start(
            "mail",
            [sys.executable, "-m", "local.mail", str(folder), str(number)],
            stop=signal.SIGTERM,
            log=log,
            keep=[number],
        )
        return Mail(server, door.getsockname()[1], folder)


async def serve(folder, number):
    """Take mail on the inherited socket *number* until we are told to stop."""
    loop = asyncio.get_running_loop()
    keeper = Mailbox(folder)
    door = socket.socket(fileno=number)
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost"), sock=door)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
