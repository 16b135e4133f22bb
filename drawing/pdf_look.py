"""The stylesheet of letters and invoices, complete in itself, so that rendering needs no files."""

import base64
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

SHEET = "css/pdf.css"
ADDRESS = re.compile(r'url\("\.\./(fonts/[a-z-]+\.woff2)"\)')


@cache
def stylesheet() -> str:
    """Return the text of the sheet with its fonts inside; the same bytes on every machine."""
    return ADDRESS.sub(_embedded, _path(SHEET).read_text())


def _embedded(found: re.Match[str]) -> str:
    font = base64.b64encode(_path(found[1]).read_bytes()).decode()
    return f'url("data:font/woff2;base64,{font}")'


def _path(name: str) -> Path:
    return Path(finders.find(name))
