"""Draws the fields of forms: each look once in a process, and then only what was typed into it."""

import copy
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_errors, as_crispy_field
from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from drawing import looks, widgets

# Into these a value is written; of those each choice has its look. All others are drawn each time.
WRITTEN = (
    *(forms.TextInput, forms.EmailInput, forms.NumberInput, forms.URLInput, forms.HiddenInput),
    *(forms.Textarea, widgets.MoneyInput, widgets.DateInput, widgets.MomentInput),
    widgets.LongSelect,
)
CHOSEN = (forms.Select, forms.RadioSelect, widgets.RadioCards)
MOST_CHOICES = 20  # a longer list is drawn each time
# Of a widget, what is known otherwise
APART = ("attrs", "_choices")


def drawn_form(form: forms.BaseForm) -> SafeString:
    """Return all fields of a form, after what is wrong with it as a whole."""
    wrong = as_crispy_errors(form) if form.non_field_errors() else ""
    # All of it was drawn by templates, which escape.
    return mark_safe("".join([wrong, *map(drawn_field, form)]))  # noqa: S308  # nosec B308 B703


def drawn_field(field: forms.BoundField) -> SafeString:
    """Return a field with its label, hint and value, and with what is wrong with it."""
    if field.errors or type(field.field.widget) not in WRITTEN + CHOSEN:
        return as_crispy_field(field)
    try:
        key = _key(field)
    except TypeError:  # something about it is no plain value, so it has no look
        return as_crispy_field(field)
    if type(field.field.widget) in CHOSEN:
        return looks.fill(looks.kept(lambda: as_crispy_field(field), *key), {})
    return _written(field, key)


def _written(field: forms.BoundField, key: tuple[Any, ...]) -> SafeString:
    """Return a field with its value written into its look. The value is escaped, whatever it is."""
    widget, value = field.field.widget, field.value()
    if isinstance(widget, widgets.LongSelect):
        text = escaped = widget.drawn_options(value)
    else:
        text = widget.format_value(value)
        escaped = escape(text)
    # Nothing and an empty text are drawn differently by some.
    place = looks.Place.of("value") if text else text
    look = looks.kept(lambda: as_crispy_field(_with(field, place)), *key, place)
    return looks.fill(look, {"value": escaped})


def _with(field: forms.BoundField, value: looks.Place | None) -> forms.BoundField:
    """Return a copy of a field with another value in it."""
    found = copy.copy(field)
    found.value = lambda: value
    return found


def _key(field: forms.BoundField) -> tuple[Any, ...]:
    """Return all that the look of a field depends on; raises TypeError where that is not plain."""
    widget, own = field.field.widget, field.field
    facts = (
        *(field.html_name, field.auto_id, own.label, own.help_text, own.required, own.disabled),
        field.form.use_required_attribute,
        tuple(widget.attrs.items()),
        tuple(each for each in vars(widget).items() if each[0] not in APART),
        _choices(field) if type(widget) in CHOSEN else (),
    )
    return get_language(), type(own), type(widget), looks.known(facts)


def _choices(field: forms.BoundField) -> tuple[Any, ...]:
    """Return the choices, each with whether it is chosen. Raises TypeError for many, or those of a table."""
    widget = field.field.widget
    if not isinstance(widget.choices, list) or len(widget.choices) > MOST_CHOICES:
        raise TypeError
    chosen = widget.format_value(field.value())
    return tuple((code, words, str(code or "") in chosen) for code, words in widget.choices)
