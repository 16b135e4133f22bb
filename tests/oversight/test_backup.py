"""A backup comes back whole into an empty server: verify finds nothing, and the numbers go on."""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from invoicing.models import Invoice
from oversight.archive import MANIFEST, Damaged, checked
from oversight.models import Backup
from oversight.sealing import seal
from tests import factories
from tests.factories import APRIL
from tests.role import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
# What is done on the new server: one more grant, and its number.
ONE_MORE = """
import django; django.setup()
from itertools import count
from tests import factories
factories.numbers = count(1000)
print(factories.approved(number=factories.personal_number(7)).invoices.get())
"""


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def archive(tmp_path):
    """Return a backup of two grants and a file, sealed."""
    for nth in range(2):
        factories.approved(number=factories.personal_number(nth))
    seal(at=APRIL)
    default_storage.save("papers/a/b", ContentFile(b"%PDF-1.7"))
    path = tmp_path / "kursmedel.tar"
    call_command("backup", path)
    return path


@pytest.fixture
def elsewhere(tmp_path):
    """Return a function that runs Python on an empty server: another database, another folder of files."""
    ours = connection.settings_dict
    name = f"{ours['NAME']}_restored"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    url = f"postgres://{ours['USER']}@{quote(ours['HOST'], safe='')}/{name}"
    environment = os.environ | {"DATABASE_URL": url, "MEDIA_ROOT": str(tmp_path / "elsewhere")}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings"}

    def run(*words, **more):
        command = [sys.executable, "-W", "ignore", *words]
        return subprocess.run(command, env=environment | more, capture_output=True, text=True)

    yield run
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_backup_comes_back_whole_and_the_numbers_go_on(archive, elsewhere, tmp_path):
    done = elsewhere("manage.py", "restore", str(archive), "--role=kursmedel_app_tests")
    assert done.returncode == 0, done.stderr
    assert " 0 findings" in done.stdout
    assert (tmp_path / "elsewhere/papers/a/b").read_bytes() == b"%PDF-1.7"
    last = Invoice.objects.order_by("number").last()
    more = elsewhere("-c", ONE_MORE)
    assert more.stdout.strip() == str(last).replace("00002", "00003"), more.stderr
    assert elsewhere("manage.py", "verify").returncode == 0


def test_a_backup_is_told_on_the_status_page_and_read_by_its_owner_only(archive):
    made = Backup.objects.get()
    assert (made.name, made.size, made.files) == ("kursmedel.tar", archive.stat().st_size, 1)
    assert archive.stat().st_mode & 0o777 == 0o600


def test_a_backup_of_an_earlier_version_is_brought_up_to_this_one(archive, elsewhere):
    earlier = archive.with_name("earlier.tar")
    with _without_the_last_migration():
        call_command("backup", earlier)
    done = elsewhere("manage.py", "restore", str(earlier), "--role=kursmedel_app_tests")
    assert (done.returncode, " 0 findings" in done.stdout) == (0, True), done.stderr
    assert elsewhere("manage.py", "migrate", "--check").returncode == 0


@contextmanager
def _without_the_last_migration():
    """Have a database say that a migration which changes no table was not applied yet."""
    last = {"app": "schemes", "name": "0012_ledger_in_words"}
    with as_owner():
        applied = MigrationRecorder(connection).migration_qs
        assert applied.filter(**last).delete()[0] == 1
    yield
    with as_owner():
        applied.create(**last)


# As where /tmp is held in memory and has no room.
WITHOUT_TMP = """
import sys, tempfile, django; django.setup()
from django.core.management import call_command
tempfile.tempdir = "/nonexistent"
call_command(*sys.argv[1:], role="kursmedel_app_tests")
"""


def test_backup_and_restore_need_room_beside_the_archive_only(archive, elsewhere, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    again = archive.with_name("again.tar")
    call_command("backup", again)
    assert checked(again)["files"].keys() == checked(archive)["files"].keys()
    done = elsewhere("-c", WITHOUT_TMP, "restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert sorted(each.name for each in archive.parent.glob("*.tar*")) == [
        "again.tar",
        "kursmedel.tar",
    ]


def test_nothing_is_restored_over_what_is_there(archive):
    with translation.override("en"), pytest.raises(CommandError, match="There are tables"):
        call_command("restore", archive)


def test_nothing_is_restored_with_another_key(archive, elsewhere):
    done = elsewhere("manage.py", "restore", str(archive), PERSON_KEY="another" * 10)
    assert "en annan PERSON_KEY" in done.stderr
    assert elsewhere("manage.py", "restore", str(archive)).returncode == 0


def test_a_backup_overwrites_nothing(archive):
    with translation.override("en"), pytest.raises(CommandError, match="overwrites nothing"):
        call_command("backup", archive)


def rewritten(archive, change):
    """Write the archive anew with the content of its members changed."""
    with tarfile.open(archive) as tar:
        members = [(each, change(each.name, tar.extractfile(each).read())) for each in tar]
    with tarfile.open(archive, "w") as tar:
        for member, content in members:
            if content is not None:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("files/papers/a/b", b"%PDF-9.9", "files/papers/a/b"),
        ("files/papers/a/b", None, "files/papers/a/b"),
        ("database.dump", b"PGDMP", "database.dump"),
        (MANIFEST, None, "is no backup, or is cut off"),
        (MANIFEST, json.dumps({"files": {}}).encode(), "files/papers/a/b"),
    ],
)
def test_a_damaged_backup_is_found_before_anything_is_restored(archive, name, content, said):
    rewritten(archive, lambda each, old: content if each == name else old)
    with translation.override("en"), pytest.raises(Damaged, match=said):
        checked(archive)


def test_a_backup_that_was_cut_off_is_refused(archive, elsewhere):
    archive.write_bytes(archive.read_bytes()[:2000])
    done = elsewhere("manage.py", "restore", str(archive))
    assert "ingen säkerhetskopia eller är inte hel" in done.stderr
    assert done.returncode == 1
