"""Receives files from a browser: what is too large is counted, not kept."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from applications.papers import MOST_BYTES, MOST_FILES

# All files of an application at once, and what a form has besides.
MOST_OF_A_REQUEST = (MOST_FILES + 1) * MOST_BYTES


class Limited(FileUploadHandler):
    """Stands before Django's own handlers, so that no more than the limit comes to disk.

    A file above it arrives empty but with its true size: the page can say beside the field what is
    wrong with it. A request far above all files together is broken off.
    """

    def handle_raw_input(
        self, input_data: Any, meta: Any, content_length: int, *args: Any, **kwargs: Any
    ) -> None:
        """Raise RequestDataTooBig, which answers 413, before anything is read."""
        if content_length > MOST_OF_A_REQUEST:
            raise RequestDataTooBig("More was sent than all the files of an application may be.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        return None if self.received > MOST_BYTES else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return a stand-in for a file that was too large; else leave it to the next handler."""
        if self.received <= MOST_BYTES:
            return None
        return UploadedFile(ContentFile(b""), self.file_name, self.content_type, self.received)
