"""Hands out a file as a download: it never opens as a page of ours, whatever is in it."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from drawing.spreadsheet import KINDS, Table

# A browser that shows it all the same loads nothing, runs nothing and knows no site of ours.
POLICY = "default-src 'none'; sandbox"
GUARDED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def attachment(file: Any, *, name: str, content_type: str) -> FileResponse:
    """Return the answer that hands out a stored file under a name. Raises Http404 if it is gone."""
    try:
        opened = file.open("rb")
    except (FileNotFoundError, ValueError):  # ValueError: none is named any more
        raise Http404 from None
    return FileResponse(
        opened, as_attachment=True, filename=name, content_type=content_type, headers=GUARDED
    )


def asked_as_table(
    request: HttpRequest, *, name: str, table: Callable[[], Table]
) -> HttpResponse | None:
    """Return the answer that hands out a list, made when it is asked for as a file, or None."""
    kind = request.GET.get("file", "")
    if kind not in KINDS:
        return None
    content_type, written = KINDS[kind]
    headers = GUARDED | {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(written(*table()), content_type=content_type, headers=headers)
