"""Where there is a virus scanner it is asked about every file, and without its word none is taken in."""

import socket
import threading
from contextlib import contextmanager

import pytest
from django.utils import translation

from applications import papers, scanning
from applications.scanning import CannotScan, is_infected
from tests.applications.files import pdf, upload

VIRUS = b"virus" * 40_000  # more than one piece


@contextmanager
def clamd(place, answers):
    """Run a clamd that knows one virus, for as many files as there are `answers` (None: its own)."""
    told = []

    def serve():
        for answer in answers:
            line, _address = place.accept()
            with line, line.makefile("rb") as sent:
                told.append(content := _received(sent))
                known = b"stream: Eicar FOUND\0" if b"virus" in content else b"stream: OK\0"
                line.sendall(known if answer is None else answer)

    thread = threading.Thread(target=serve)
    thread.start()
    yield told
    thread.join(5)
    place.close()


def _received(sent):
    assert sent.read(10) == b"zINSTREAM\0"
    content = b""
    while length := int.from_bytes(sent.read(4), "big"):
        content += sent.read(length)
    return content


@pytest.fixture(params=["tcp", "unix"])
def place(request, settings, tmp_path):
    """A socket at the address that the settings name."""
    if request.param == "unix":
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(tmp_path / "clamd"))
        settings.CLAMD_URL = f"unix://{tmp_path}/clamd"
    else:
        listening = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    listening.listen()
    return listening


def test_the_scanner_is_asked_about_all_of_a_file(place):
    with clamd(place, [None, None]) as told:
        assert not is_infected(pdf())
        assert is_infected(VIRUS)

    assert told == [pdf(), VIRUS]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"PONG\0"])
def test_any_other_answer_is_none(place, answer):
    with clamd(place, [answer]), pytest.raises(CannotScan):
        is_infected(b"content")


def test_a_scanner_that_is_silent_is_not_waited_for(place, monkeypatch):
    monkeypatch.setattr(scanning, "SECONDS", 0.05)

    with pytest.raises(CannotScan):
        is_infected(b"content")
    place.close()


def test_without_a_scanner_no_file_is_asked_about(settings):
    settings.CLAMD_URL = ""

    assert not is_infected(VIRUS)


def unfit(file):
    with translation.override("en"), pytest.raises(papers.Unfit) as refused:
        papers.checked(file)
    return str(refused.value)


def test_an_infected_file_is_refused_with_words(place):
    with clamd(place, [b"stream: Eicar FOUND\0"]):
        said = unfit(upload(name="a.pdf"))

    assert said == "a.pdf contains a virus and is not kept. Have your computer checked."


def test_while_the_scanner_is_away_nothing_is_taken_in(settings, tmp_path):
    settings.CLAMD_URL = f"unix://{tmp_path}/nobody"

    assert unfit(upload(name="a.pdf")) == (
        "a.pdf could not be checked for viruses just now, so it is not kept. "
        "What you typed is saved. Attach the file again in a while."
    )
