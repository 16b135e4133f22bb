"""The demo's inbox: every mail that was sent, read from the folder where the mail server keeps it."""

import mailbox
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived."""

    key: str
    at: datetime
    recipient: str
    subject: str
    text: str


def letters(folder: Path) -> list[Letter]:
    """Return all mail in a Maildir, newest first; none when the folder is not there yet."""
    box = _box(folder)
    found = [_letter(box, key) for key in box.keys()] if box is not None else []  # noqa: SIM118
    return sorted(found, key=lambda letter: (letter.at, letter.key), reverse=True)


def letter(folder: Path, key: str) -> Letter | None:
    """Return one mail, or None when there is none of that key."""
    box = _box(folder)
    return _letter(box, key) if box is not None and key in box else None


def _box(folder: Path) -> mailbox.Maildir | None:
    return mailbox.Maildir(folder, factory=None, create=False) if folder.is_dir() else None


def _letter(box: mailbox.Maildir, key: str) -> Letter:
    mail = BytesParser(policy=policy.default).parsebytes(box.get_bytes(key))
    return Letter(
        key=key,
        at=datetime.fromtimestamp(box.get_message(key).get_date(), UTC),
        recipient=mail["To"] or "",
        subject=mail["Subject"] or "",
        text=_text(mail),
    )


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    return part.get_content() if part else ""
