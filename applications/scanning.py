"""Asks a virus scanner (ClamAV's clamd) about a file, where this installation has one."""

import socket
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 30
A_CHUNK = 1 << 16


class CannotScan(Exception):
    """The scanner does not answer, or not in words that we know: the file counts as unchecked."""


def is_infected(content: bytes) -> bool:
    """Tell whether the scanner knows a virus in a file; without a scanner none is known.

    Raises CannotScan: a file that could not be checked is not taken in.
    """
    if not settings.CLAMD_URL:
        return False
    try:
        answer = _asked(content)
    except OSError as error:
        raise CannotScan(str(error)) from error
    if answer.endswith("FOUND"):
        return True
    if answer != "stream: OK":
        raise CannotScan(answer)
    return False


def _asked(content: bytes) -> str:
    """Return the answer to clamd's command INSTREAM: pieces with their length, then a zero."""
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), A_CHUNK):
            piece = content[start : start + A_CHUNK]
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        line.sendall(bytes(4))
        with line.makefile("rb") as answer:
            return answer.read(A_CHUNK).rstrip(b"\0\n").decode("utf-8", "replace")


def _connected() -> socket.socket:
    url = urlsplit(settings.CLAMD_URL)
    if url.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(url.path)
        return line
    return socket.create_connection((url.hostname, url.port or 3310), SECONDS)
