"""Fetching a page changes nothing: PostgreSQL refuses it, whatever a view tries."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts import read_only, services
from accounts.models import User
from accounts.read_only import LookingChangesNothing
from applications import readings
from applications.models import Reading
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db

SAID = HttpResponse("fine")
TEMPLATE = engines["django"].from_string("{{ draw }}")


def fetch(rf, view, method="get", path="/people/profile/"):
    request = getattr(rf, method)(path)
    return LookingChangesNothing(view)(request)


def writes(request):
    services.enrol(email="somebody@example.org", name="Test Somebody")
    return SAID


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_view_that_writes_while_one_looks_is_stopped_by_the_database(rf, method):
    with pytest.raises(DatabaseError, match="read-only transaction"), transaction.atomic():
        fetch(rf, writes, method)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_stopped_outside_a_test_too(rf):
    with pytest.raises(DatabaseError, match="read-only transaction"):
        fetch(rf, writes)
    assert not User.objects.exists()
    assert fetch(rf, writes, "post") is SAID
    assert User.objects.count() == 1


def test_raw_sql_and_locks_are_stopped_as_well(rf):
    for sql in ("DELETE FROM accounts_user", "SELECT 1 FROM accounts_user FOR UPDATE"):
        with pytest.raises(DatabaseError, match="read-only transaction"), transaction.atomic():
            fetch(rf, lambda request, sql=sql: connection.cursor().execute(sql))


def test_nobody_gets_out_of_it_from_inside(rf):
    def tries(request):
        connection.cursor().execute("SET TRANSACTION READ WRITE")

    with pytest.raises(DatabaseError), transaction.atomic():
        fetch(rf, tries)


def test_a_form_writes(rf):
    assert fetch(rf, writes, "post") is SAID
    assert User.objects.count() == 1


def test_after_a_look_one_writes_again(rf):
    fetch(rf, lambda request: SAID)
    person()
    assert User.objects.count() == 1


def test_what_must_be_noted_about_a_look_is_written_before_the_page_is_sent(rf):
    def looks(request):
        read_only.note(request, lambda: services.enrol(email="a@example.org", name="Noted"))
        assert not User.objects.exists()
        return SAID

    assert fetch(rf, looks) is SAID
    assert User.objects.get().name == "Noted"


def test_nobody_sees_what_could_not_be_noted(rf):
    def fails():
        raise OSError("full")

    def looks(request):
        read_only.note(request, fails)
        return SAID

    with pytest.raises(OSError, match="full"):
        fetch(rf, looks)


def drawn(rf, draw, by=None, template=TEMPLATE, read=lambda: None):
    """Return the page that Django draws of a template response, the middleware around both.

    Takes what the page reads once its reader is noted.
    """

    def look(request):
        request.user = by
        readings.of_list(request, Reading.What.QUEUE, ["a row"], scheme="rfr")
        read()
        page = TemplateResponse(None, template, {"draw": draw})  # nothing else to look up
        return middleware.process_template_response(request, page).render()

    by, middleware = by or person(), LookingChangesNothing(look)
    return middleware(rf.get("/decisions/"))


@pytest.fixture
def hasty():
    """Have every statement of this connection give up instead of waiting for ever."""
    connection.cursor().execute("SET statement_timeout = '3s'")
    yield
    connection.cursor().execute("RESET statement_timeout")


@pytest.mark.django_db(transaction=True)
def test_a_page_is_drawn_while_its_note_is_written(rf, hasty):
    with contextlib.closing(connection.copy()) as other:
        other.set_autocommit(False)
        other.cursor().execute("SET ROLE NONE")
        other.cursor().execute("LOCK TABLE applications_reading IN SHARE MODE")  # nobody writes now

        def draw():
            assert any(_somebody_waits(other) for _try in range(10_000))
            other.commit()
            return "fine"

        assert drawn(rf, draw).content == b"fine"
    assert Reading.objects.get().by_name == User.objects.get().name


def _somebody_waits(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_other_threads_go_on_while_a_page_waits_for_its_note(rf, hasty):
    by, locked = person(), Event()

    def elsewhere():
        with contextlib.closing(connection), transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)  # their readings wait for it
            locked.set()
            assert any(_somebody_waits(connection) for _try in range(10_000))

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(elsewhere)
        locked.wait()
        assert drawn(rf, "fine", by).content == b"fine"
        done.result()
    assert Reading.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_read_while_a_page_is_drawn_waits_for_the_note_and_still_only_reads(rf):
    seen = []

    def draw():
        seen.append(Reading.objects.count())
        with pytest.raises(DatabaseError, match="read-only transaction"):
            User.objects.update(name="Changed by a page")
        return "fine"

    assert drawn(rf, draw).content == b"fine"
    assert (seen, Reading.objects.count()) == ([1], 1)
    assert not User.objects.filter(name="Changed by a page").exists()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_drawn_leaves_nothing_under_way(rf):
    with pytest.raises(ZeroDivisionError):
        drawn(rf, lambda: 1 / 0)
    assert (Reading.objects.count(), connection.execute_wrappers) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_a_drawn_page_whose_note_postgresql_refused_as_late_as_it_can(rf):
    with pytest.raises(IntegrityError, match="foreign key"):
        drawn(rf, "fine", by=User(pk=10**9, name="Nobody"))
    assert (Reading.objects.count(), connection.execute_wrappers) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_a_page_whose_template_kept_to_itself_that_its_note_was_refused(rf):
    keeps = engines["django"].from_string("{% if draw.exists or draw %}{% endif %}a case")
    with pytest.raises(IntegrityError, match="foreign key"):
        drawn(rf, User.objects, by=User(pk=10**9, name="Nobody"), template=keeps)
    assert (Reading.objects.count(), connection.execute_wrappers) == (0, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("begins", [False, True])
def test_a_connection_that_is_lost_meanwhile_costs_one_page_and_no_more(rf, begins):
    by = person()

    def read():
        if begins:
            User.objects.exists()
        _cut_off(connection.connection.info.backend_pid)

    with pytest.raises(OperationalError):
        drawn(rf, "fine", by, read=read)
    assert connection.execute_wrappers == []
    connection.close()
    assert drawn(rf, "fine", by).content == b"fine"
    assert Reading.objects.count() == 1


def _cut_off(pid):
    with contextlib.closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])  # waits until it is gone


def test_inside_another_transaction_the_note_is_written_after_the_page(rf):
    assert drawn(rf, Reading.objects.count).content == b"0"
    assert Reading.objects.count() == 1


def test_with_a_form_it_is_noted_at_once(rf):
    noted = []
    read_only.note(rf.post("/"), lambda: noted.append("now"))
    assert noted == ["now"]


def test_the_exceptions_are_few_and_there():
    named = {pattern.name for pattern in _all(get_resolver().url_patterns)}
    codes = {"mfa_view_recovery_codes", "mfa_download_recovery_codes"}
    assert set(read_only.EXCEPTIONS) == {"openid_connect_callback", "health"} | codes
    assert set(read_only.EXCEPTIONS) <= named


def _all(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _all(pattern.url_patterns)
        else:
            yield pattern


@pytest.mark.django_db(transaction=True)
def test_it_asks_the_database_nothing_but_to_begin_and_to_end(client):
    client.force_login(person())
    page = reverse("applications:overview")
    client.get(page)
    with_it = _statements(client, page)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LookingChangesNothing, "__call__", _as_if_it_were_not_there)
        assert _statements(client, page) == with_it


def _as_if_it_were_not_there(middleware, request):
    return middleware.get_response(request)


def _statements(client, page):
    with connection.execute_wrapper(counter := Counter()):
        client.get(page)
    return counter.number


class Counter:
    number = 0

    def __call__(self, execute, *said):
        self.number += 1
        return execute(*said)


OWN = [pattern.name for pattern in _all(get_resolver().url_patterns) if pattern.name]


@pytest.mark.parametrize(
    "name", [name for name in OWN if name.startswith(("account_", "mfa_", "soc"))]
)
def test_the_pages_of_ones_own_sign_in_need_no_write_that_is_not_excepted(client, name):
    user = person()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    with contextlib.suppress(NoReverseMatch):
        assert client.get(reverse(name)).status_code < 500
