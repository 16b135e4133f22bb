"""Serves the look as one stylesheet: Bootstrap's CSS, then our parts, then each scheme's accent."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage

from schemes import registry

SHEET = "css/kursmedel.css"
BOOTSTRAP = "js-lib-bootstrap5/css/bootstrap.min.css"
PARTS = (
    "tokens",
    "fonts",
    "text",
    "page",
    "buttons",
    "tag",
    "card",
    "desk",
    "lists",
    "case",
    "keys",
    "pool",
    "stepper",
    "table",
    "forms",
    "administration",
    "motion",
    "print",
)


class StylesheetFinder(finders.BaseFinder):
    """Finds the one stylesheet, so that a page waits for one file and a part stays small.

    It is put together whenever it is asked for: in development at each request, otherwise once,
    by collectstatic.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.BASE_DIR / ".data" / "static")

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Sequence[str]:
        """Return where the stylesheet lies, freshly written; nothing for any other path."""
        if path != SHEET:
            return []
        found = str(self._write())
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the stylesheet with the storage that holds it."""
        self._write()
        yield SHEET, self.storage

    def check(self, **kwargs: Any) -> Sequence[Any]:
        """Return no complaints: there is nothing to set."""
        return ()

    def _write(self) -> Path:
        target = Path(self.storage.path(SHEET))
        text = sheet()
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, text)
        return target


def sheet() -> str:
    """Return the whole stylesheet. Bootstrap lies in a layer, so that any rule of ours wins."""
    bootstrap = _read(BOOTSTRAP).split("/*# sourceMappingURL")[0]
    ours = [f"css/{part}.css" for part in PARTS]
    accents = [scheme.stylesheet for scheme in registry.SCHEMES if scheme.stylesheet]
    rest = "\n".join(_read(path) for path in ours + accents)
    return f'@charset "utf-8";\n@layer bootstrap {{\n{_inside(bootstrap)}\n}}\n{rest}'


def _inside(css: str) -> str:
    return css.replace('@charset "UTF-8";', "", 1)


def _read(path: str) -> str:
    return Path(finders.find(path)).read_text()


def _replace(target: Path, text: str) -> None:
    # Two processes may write at once; a reader must never see half a file.
    draft = target.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(target)
