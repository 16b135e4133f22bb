"""Keys can be changed: everything encrypted is encrypted anew, and what is written for good stands."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import services as people
from accounts.models import User
from applications.models import Application
from invoicing.models import BatchKey
from oversight import rotating
from schemes import secrets
from tests import factories
from tests.oversight.force import found
from tests.role import as_owner

# Guards step aside by ALTER TABLE, which wants that nothing is pending: these tests really commit.
pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = "first" * 12, "second" * 12
NUMBER = factories.personal_number()


@pytest.fixture(autouse=True)
def first_key(settings):
    settings.PERSON_KEYS, settings.PERSON_HASH_KEY = [FIRST], FIRST
    with as_owner():  # whose work it is
        yield


def change(settings, *keys):
    settings.PERSON_KEYS = list(keys)


def number_of(application):
    step = application.rules.step("participant")
    answers = factories.again(application).answers["participant"]
    return step.form.opened(answers)["personal_number"]


def tokens():
    """Return everything encrypted that is anywhere in the database and may change."""
    with connection.cursor() as cursor:
        for table, _key, column in rotating.places():
            cursor.execute(f'SELECT "{column}"::text FROM "{table}"')
            for (text,) in cursor.fetchall():
                yield from rotating.TOKEN.findall(text or "")


def test_what_was_encrypted_before_is_read_with_the_old_key_and_written_with_the_new(settings):
    stored = secrets.encrypt(NUMBER)
    change(settings, SECOND, FIRST)

    assert secrets.decrypt(stored) == NUMBER
    change(settings, SECOND)
    assert secrets.decrypt(stored) == ""
    assert secrets.decrypt(secrets.encrypt(NUMBER)) == NUMBER


def test_afterwards_the_old_key_is_needed_for_nothing(settings, capsys):
    person = people.keep_profile(user=factories.person(), personal_number=NUMBER)
    draft, decided = factories.draft(), factories.approved()
    assert len(list(tokens())) >= 3

    change(settings, SECOND, FIRST)
    call_command("rotate_keys")
    change(settings, SECOND)

    assert all(secrets.is_current(each) for each in tokens())
    assert "applications_application.answers: 2" in capsys.readouterr().out
    assert User.objects.get(pk=person.pk).number_in_clear == NUMBER
    assert [number_of(each) for each in (draft, decided)] == [NUMBER] * 2
    assert found() == {}


def test_broken_off_it_goes_on_where_it_was(settings, monkeypatch):
    applications = [factories.draft() for _time in range(5)]
    change(settings, SECOND, FIRST)
    monkeypatch.setattr(rotating, "A_BATCH", 2)
    calls, anew = [], rotating._anew

    def breaks_off(found):
        calls.append(found)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return anew(found)

    monkeypatch.setattr(rotating, "_anew", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        rotating.encrypt_anew()
    monkeypatch.setattr(rotating, "_anew", anew)

    assert rotating.encrypt_anew() == 3  # the batch of two that was done stands
    assert rotating.encrypt_anew() == 0
    change(settings, SECOND)
    assert {number_of(each) for each in applications} == {NUMBER}


def test_what_no_key_opens_stops_it_and_is_left_as_it_is(settings):
    application = factories.draft()
    change(settings, SECOND)

    with pytest.raises(CommandError, match="PERSON_KEYS_OLD"):
        call_command("rotate_keys")

    change(settings, FIRST)
    assert number_of(application) == NUMBER


def test_a_batch_is_read_after_the_change_though_it_is_written_for_good(settings):
    key = secrets.new_key()
    account = secrets.encrypt("12345678903", key)
    wrapped = secrets.encrypt(key)
    change(settings, SECOND, FIRST)

    again = rotating.TOKEN.sub(rotating._anew, wrapped)
    change(settings, SECOND)

    assert secrets.decrypt(account, secrets.decrypt(again)) == "12345678903"
    assert (BatchKey._meta.db_table, "id", "wrapped") in rotating.places()
    assert "invoicing_payment" not in {table for table, _key, _column in rotating.places()}


# The hash


def test_people_are_known_by_the_new_hash_everywhere_at_once(settings, monkeypatch, capsys):
    person = people.keep_profile(user=factories.person(), personal_number=NUMBER)
    decided = factories.approved()
    other = factories.draft(number=factories.personal_number(1))
    monkeypatch.setenv("PERSON_HASH_KEY_OLD", FIRST)
    settings.PERSON_HASH_KEY = SECOND

    call_command("rotate_keys", hash=True)

    keys = [factories.again(each).person_key for each in (decided, other)]
    assert keys == [secrets.person_key(factories.personal_number(nth)) for nth in (0, 1)]
    assert User.objects.get(pk=person.pk).person_key == keys[0]
    assert "2 people are known by the new hash, 0 without" in capsys.readouterr().out
    assert found() == {}


def test_whoever_has_no_number_any_more_is_still_one_person(settings):
    nobody = [factories.draft() for _time in range(2)]
    Application.objects.update(answers={}, person_key="f" * 64)

    assert rotating.hash_anew(FIRST, SECOND) == (0, 1)

    keys = {factories.again(each).person_key for each in nobody}
    assert len(keys) == 1
    assert keys != {"f" * 64}


def test_without_the_old_key_of_the_hash_nothing_is_begun(monkeypatch):
    monkeypatch.delenv("PERSON_HASH_KEY_OLD", raising=False)

    with pytest.raises(CommandError):
        call_command("rotate_keys", hash=True)
