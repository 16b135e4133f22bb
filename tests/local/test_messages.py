"""Every text is found, wherever it stands, and a translator is told what is left to do."""

import pytest

from local import messages

TEMPLATE = """{% load i18n %}
      <p title="{% translate "A title" %}">{% translate "Hello" context "greeting" %}</p>
  {% blocktranslate trimmed count n=3 %}
    One {{ n }} apple
    {% plural %}
    {{ n }} apples
  {% endblocktranslate %}
{% include "x" with label=_("A label") only %} (a bracket, and it's "quoted"
"""
CODE = 'a = gettext_lazy("From code")\nb = npgettext_lazy("c", "%(n)s day", "%(n)s days")\n'


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "FOLDERS", ["house"])
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "page.html").write_text(TEMPLATE)
    (tmp_path / "house" / "code.py").write_text(CODE)


def translate(text, translation):
    path = messages._path("sv")
    before = f'msgid "{text}"\nmsgstr ""'
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, f'msgid "{text}"\nmsgstr "{translation}"'))


def faults():
    return [fault for fault in messages.check() if fault.startswith("sv")]


def test_texts_are_found_in_templates_and_code():
    assert {(text.id, text.context) for text in messages._texts(messages.collect())} == {
        ("A title", None),
        ("Hello", "greeting"),
        (("One %(n)s apple", "%(n)s apples"), None),
        ("A label", None),
        ("From code", None),
        (("%(n)s day", "%(n)s days"), "c"),
    }


def test_updating_keeps_translations_and_changes_nothing_twice():
    messages.update()
    translate("A title", "En rubrik")
    kept = messages._path("sv").read_bytes()
    messages.update()
    assert messages._path("sv").read_bytes() == kept


def test_a_per_cent_beside_names_in_braces_is_no_placeholder(tmp_path):
    (tmp_path / "house" / "code.py").write_text('gettext("{n} % of it")')
    for _again in range(2):
        messages.update()
        assert '#, python-brace-format\nmsgid "{n} % of it"' in messages._path("sv").read_text()


def test_what_is_missing_empty_or_lost_its_placeholder_is_told(tmp_path):
    (tmp_path / "house" / "page.html").unlink()
    (tmp_path / "house" / "code.py").write_text('gettext("Dear %(name)s")')
    assert faults() == ["sv: missing: 'Dear %(name)s'"]
    messages.update()
    assert faults() == ["sv: empty: 'Dear %(name)s'"]
    translate("Dear %(name)s", "Hej")
    assert faults() == ["sv: placeholders differ: 'Dear %(name)s'"]


def test_a_whole_catalogue_has_no_faults(tmp_path):
    (tmp_path / "house" / "page.html").unlink()
    (tmp_path / "house" / "code.py").write_text('gettext("Dear %(name)s")')
    messages.update()
    translate("Dear %(name)s", "Hej %(name)s")
    messages.compile_all()
    assert faults() == []
    assert messages._path("sv").with_suffix(".mo").exists()
