"""What is the same for everybody is fetched once and kept for ever; a page about somebody is kept nowhere."""

import json
import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings

from local.checks import PRODUCTION
from tests.workers import database_url

pytestmark = pytest.mark.django_db

ASKED = """
import django, json, re
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
from django.test import Client
browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
page = browser.get("/account/login/", secure=True)
found = []
for address in re.findall(r'(?:href|src)="(/static/[^"]+[.](?:css|js))"', page.content.decode()):
    for takes in ("br, gzip", "gzip", ""):
        answer = browser.get(address, secure=True, headers={"Accept-Encoding": takes})
        length = sum(len(piece) for piece in answer.streaming_content)
        found.append({"takes": takes, "length": length, "cookies": len(answer.cookies),
                      "status": answer.status_code, "headers": dict(answer.headers)})
kept = [each.stat().st_mode for each in settings.STATIC_ROOT.rglob("*") if each.is_file()]
print(json.dumps({"files": found, "page": dict(page.headers), "kept": kept}))
"""


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker, tmp_path_factory):
    """What an installation with production's settings answers, in a process of its own."""
    with django_db_blocker.unblock():
        database = database_url(settings.DATABASES["default"])
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= PRODUCTION | {"DATABASE_URL": database}
    environment |= {"STATIC_ROOT": str(tmp_path_factory.mktemp("static"))}
    started = [sys.executable, "-c", ASKED]
    done = subprocess.run(
        started, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_styles_and_scripts_are_kept_for_ever_under_a_name_of_their_content(answers):
    assert len(answers["files"]) >= 6
    for each in answers["files"]:
        assert (each["status"], each["cookies"]) == (200, 0)
        assert each["headers"]["Cache-Control"] == "max-age=315360000, public, immutable"


def test_styles_and_scripts_travel_as_small_as_the_browser_takes_them(answers):
    sheet = answers["files"][:3]
    encodings = [each["headers"].get("Content-Encoding") for each in sheet]
    assert encodings == ["br", "gzip", None]
    brotli, gzipped, plain = (each["length"] for each in sheet)
    assert brotli < gzipped < plain / 3
    assert all(each["headers"]["Vary"] == "Accept-Encoding" for each in sheet)


def test_who_serves_styles_and_scripts_need_not_be_who_collected_them(answers):
    """The image is made by root, and runs as somebody else."""
    assert len(answers["kept"]) > 100
    assert all(mode & stat.S_IROTH for mode in answers["kept"])


def test_a_page_has_no_mark_by_which_it_would_be_kept(answers):
    assert "ETag" not in answers["page"]
    assert "Last-Modified" not in answers["page"]
    assert {"no-store", "private"} & set(answers["page"]["Cache-Control"].split(", "))
