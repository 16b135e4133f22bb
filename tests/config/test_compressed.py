"""Pages travel compressed to whoever takes it; files as they are."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from config.compressed import CompressedPages

TEXT = "Kursmedel " * 500
TAKES_IT = {"Accept-Encoding": "gzip, br"}


def answered(response, **headers):
    return CompressedPages(lambda _request: response)(RequestFactory().get("/", headers=headers))


def test_a_page_is_compressed_for_who_takes_it():
    sent = answered(HttpResponse(TEXT), **TAKES_IT)
    assert sent["Content-Encoding"] == "gzip"
    assert len(sent.content) < len(TEXT) / 10
    assert gzip.decompress(sent.content).decode() == TEXT


def test_a_page_is_plain_for_who_does_not():
    assert answered(HttpResponse(TEXT)).content.decode() == TEXT


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(TEXT, content_type="application/pdf"),
        FileResponse(TEXT.encode()),
        StreamingHttpResponse([TEXT]),
    ],
    ids=["a file", "a stored file", "a stream"],
)
def test_what_is_no_page_goes_as_it_is(response):
    assert "Content-Encoding" not in answered(response, **TAKES_IT)


@pytest.mark.django_db
def test_the_first_page_weighs_little():
    plain, packed = Client().get("/"), Client().get("/", headers=TAKES_IT)
    assert len(packed.content) * 2 < len(plain.content)
    assert "Content-Security-Policy" in packed.headers
