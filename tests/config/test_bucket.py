"""Files in S3: as private as the bucket, and an S3 that is gone says so soon and loses nothing."""

import socket
import threading

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from config import bucket
from config.storage import Unreachable
from tests.config.bucket import Bucket


@pytest.fixture
def server():
    server = Bucket()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def files(server):
    return kept_at(server.url)


def kept_at(url):
    secrets = {"access_key": "key", "secret_key": "secret", "region_name": "eu-north-1"}
    return bucket.FilesInBucket(bucket_name="kept", endpoint_url=url, **secrets)


def test_a_file_is_kept_listed_read_and_removed(files):
    name = files.save("papers/one.pdf", ContentFile(b"%PDF-1.7"))
    with files.open(name) as file:
        assert (name, file.read(), files.size(name)) == ("papers/one.pdf", b"%PDF-1.7", 8)
    assert (files.listdir(""), files.listdir("papers/")) == ((["papers"], []), ([], ["one.pdf"]))
    files.delete(name)
    assert files.exists(name) is False


def test_a_file_that_is_missing_is_missing_here_too(files):
    with pytest.raises(FileNotFoundError):
        files.open("papers/none.pdf")
    with pytest.raises(FileNotFoundError):
        files.size("papers/none.pdf")


def test_a_name_that_is_taken_is_not_written_over(files, server):
    names = {files.save("papers/one.pdf", ContentFile(each)) for each in (b"first", b"second")}
    assert (len(names), server.kept["papers/one.pdf"]) == (2, b"first")


def test_who_may_read_a_file_is_left_to_the_bucket(files, server):
    # A bucket whose lists of rights are switched off, as AWS makes them, refuses a file that brings one.
    files.save("papers/one.pdf", ContentFile(b"%PDF-1.7"))
    put = next(headers for verb, headers in server.asked if verb == "PUT")
    assert [name for name in put if "acl" in name.lower()] == []


@pytest.mark.parametrize("status", [403, 500, 503])
def test_whatever_s3_refuses_is_said_as_a_disk_would_say_it(server, monkeypatch, status):
    monkeypatch.setattr(bucket, "ATTEMPTS", 1)
    files = kept_at(server.url)
    server.status = status
    for refused in (files.open, files.exists, files.size, files.delete, files.listdir):
        with pytest.raises(Unreachable):
            refused("papers/one.pdf")
    with pytest.raises(Unreachable):
        files.save("papers/one.pdf", ContentFile(b"%PDF-1.7"))


def test_an_s3_that_does_not_answer_is_given_up_soon(monkeypatch):
    monkeypatch.setattr(bucket, "TO_ANSWER", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        files = kept_at(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(Unreachable, match="Read timeout"):
            files.exists("papers/one.pdf")


def test_a_page_waits_no_longer_for_it_than_half_a_minute():
    assert bucket.ATTEMPTS * (bucket.TO_CONNECT + bucket.TO_ANSWER) < 30


@pytest.mark.django_db
def test_a_page_says_to_come_back_when_the_files_cannot_be_reached(monkeypatch):
    def gone(*_args):
        raise Unreachable

    monkeypatch.setattr("applications.views.landing._cards", gone)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
