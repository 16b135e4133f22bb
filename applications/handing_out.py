"""Hands out a file as a download: it never opens as a page of ours, whatever is in it."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse

from schemes.spreadsheet import KINDS, Rows, Titles

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


def as_table(kind: str, *, name: str, titles: Titles, rows: Rows) -> HttpResponse:
    """Return the answer that hands out a list as one of the kinds, "csv" or "xlsx"."""
    content_type, written = KINDS[kind]
    headers = GUARDED | {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(written(titles, rows), content_type=content_type, headers=headers)
