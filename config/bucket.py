"""Keeps files in S3, with the extra "s3"; what goes wrong there is said as a disk would say it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3File, S3Storage

from config.storage import Unreachable

FAULTS = (Boto3Error, BotoCoreError, ClientError)
# In seconds, each twice: left alone, one page of an S3 that does not answer would take five minutes.
TO_CONNECT, TO_ANSWER, ATTEMPTS = 3, 10, 2
IN_MEMORY = 10_000_000  # bytes; what is larger, as a ZIP of packets, is read by way of a file


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    """Raise Unreachable for whatever S3 or the way to it refuses; a missing file stays FileNotFoundError."""

    @wraps(method)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except FAULTS as error:
            raise Unreachable(str(error)) from error

    return told


class FilesInBucket(S3Storage):
    """Files in one bucket; who else may read them, and with which key they are encrypted, the bucket says."""

    def __init__(self, **options: Any) -> None:
        retries = {"mode": "standard", "total_max_attempts": ATTEMPTS}
        super().__init__(
            client_config=Config(
                connect_timeout=TO_CONNECT, read_timeout=TO_ANSWER, retries=retries
            ),
            transfer_config=TransferConfig(use_threads=False, num_download_attempts=1),
            max_memory_size=IN_MEMORY,
            file_overwrite=False,
            **options,
        )

    @_told
    def _open(self, name: str, mode: str = "rb") -> S3File:
        # Fetched at once, not when it is first read: an answer that has begun could not say so any more.
        return super()._open(name, mode).open(mode)

    _save = _told(S3Storage._save)
    delete = _told(S3Storage.delete)
    exists = _told(S3Storage.exists)
    size = _told(S3Storage.size)
    listdir = _told(S3Storage.listdir)
