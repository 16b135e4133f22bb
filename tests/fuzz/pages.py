"""What a page holds that can be sent: its forms with their fields, as they stand."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "email", "url", "number", "date", "search", "tel"}


@dataclass
class Form:
    """One form: where it goes, how, and what its fields hold; `typed` are those that a person fills in."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """Reads a page into its forms and the parameters of its links."""

    def __init__(self, html: str, path: str = "") -> None:
        super().__init__()
        self.path, self.forms = path, []
        self.form = self.area = self.select = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = given.get("action") or self.path
            self.form = Form(action, given.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            self._hold(self.select, given.get("value", ""), chosen="selected" in given)
        elif tag == "textarea":
            self.area, self.form.values[name] = name, [""]
            self.form.typed.add(name)
        elif tag == "input" and name:
            self._input(name, given)
        elif tag == "button" and name:
            self.form.buttons.append((name, given.get("value", "")))

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file":
            self.form.files.add(name)
        elif kind in ("radio", "checkbox"):
            self._hold(name, given.get("value", "on"), chosen="checked" in given)
        else:
            self.form.values[name] = [given.get("value", "")]
            if kind in TYPED:
                self.form.typed.add(name)

    def _hold(self, name: str, value: str, *, chosen: bool) -> None:
        held = self.form.values.setdefault(name, [])
        if chosen or not held:
            held[:] = [value]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.form.values[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None
