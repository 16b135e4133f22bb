"""Lets a test read the mail that really went over SMTP, from this process or from a worker."""

import mailbox as maildirs
from email import policy
from email.parser import BytesParser

import pytest


class Letters:
    """The mail that has arrived, oldest first, as `email.message.EmailMessage`."""

    def __init__(self, folder):
        self.folder = folder
        self.box = maildirs.Maildir(folder, factory=None)

    def clear(self):
        self.box.clear()

    def all(self):
        parser = BytesParser(policy=policy.default)
        return [
            parser.parsebytes(self.box.get_bytes(key))
            for key in sorted(self.box.keys(), key=self._arrival)
        ]

    def to(self, address):
        """Return the letters to *address*, oldest first."""
        return [letter for letter in self.all() if address in letter["To"]]

    def _arrival(self, key):
        return (self.box.get_message(key).get_date(), key)


@pytest.fixture
def mailbox(settings):
    """Return this test's `Letters`; without this fixture mail stays in `django.core.mail.outbox`."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    letters = Letters(settings.MAILDIR)
    letters.clear()
    return letters
