"""A field is drawn once and then filled: the page is the form library's own, whatever was typed."""

from datetime import date

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field, as_crispy_form
from django import forms
from django.test.html import parse_html
from django.utils import translation
from django.utils.safestring import mark_safe

from drawing import field_looks, looks
from drawing.fields import AmountField, DayField, LongChoiceField, YesNoField
from tests.drawing.test_looks import HOSTILE

COUNTRIES = (("", "Choose"), ("SE", "Sverige"), ("x<y", "A & B <b>"))


class Form(forms.Form):
    name = forms.CharField(label="Name <i>", help_text="A hint", max_length=150, required=False)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)
    email = forms.EmailField(required=False)
    sum = AmountField(required=False)
    day = DayField(required=False)
    number = forms.IntegerField(required=False)
    yes = YesNoField(required=False)
    kind = forms.ChoiceField(choices=(("a", "A <b>"), ("b", "B")), required=False)
    country = LongChoiceField(choices=lambda: COUNTRIES, required=False)
    several = forms.MultipleChoiceField(choices=(("a", "A"), ("b", "B")), required=False)
    tick = forms.BooleanField(required=False)
    file = forms.FileField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


class Typed(Form):
    """What was typed stands there, and no error beside it: what the looks are for."""

    def full_clean(self):
        super().full_clean()
        self._errors = forms.utils.ErrorDict()


@pytest.fixture(params=["first", "known"])
def made(request):
    """Return what makes a form, before and after the looks of its fields are known."""
    looks._looks.clear()
    if request.param == "known":
        field_looks.drawn_form(Form({}))
        field_looks.drawn_form(Form(dict.fromkeys(Form.base_fields, "a")))
    return Typed


@pytest.mark.parametrize("typed", [*HOSTILE, "", "a", "yes", "SE", "x<y", "</textarea><script>"])
def test_a_field_is_drawn_as_the_library_draws_it(made, typed):
    data = dict.fromkeys(Form.base_fields, typed)
    for name in Form.base_fields:
        ours, theirs = field_looks.drawn_field(made(data)[name]), as_crispy_field(made(data)[name])
        assert parse_html(ours) == parse_html(theirs), name


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("name", ["name", "text", "email", "sum", "day", "country", "hidden"])
def test_what_was_typed_is_escaped_even_where_it_calls_itself_markup(made, name, typed):
    found = field_looks.drawn_field(made({name: mark_safe(typed)})[name])  # noqa: S308
    assert found == field_looks.drawn_field(made({name: typed})[name])
    assert found.count("<") == field_looks.drawn_field(made({name: "a"})[name]).count("<")


def test_what_is_there_beforehand_is_drawn_as_well(made):
    there = {"name": "A & B", "day": date(2027, 1, 12), "sum": 0, "number": 7, "yes": "no"}
    for name in Form.base_fields:
        ours = field_looks.drawn_field(made(initial=there)[name])
        assert parse_html(ours) == parse_html(as_crispy_field(made(initial=there)[name])), name


def test_an_error_is_told_and_told_no_longer():
    for data in ({"day": "<x>"}, {"day": ""}, {"day": "<x>"}):
        form = Form(data)
        assert parse_html(field_looks.drawn_field(form["day"])) == (
            parse_html(as_crispy_field(Form(data)["day"]))
        )


def test_a_field_that_a_form_makes_its_own_has_its_own_look(made):
    for words, hint, wanted in (("One", "", False), ("Two", "Hint", False), ("Two", "Hint", True)):
        ours, theirs = made(), made()
        for form in (ours, theirs):
            field = form.fields["name"]
            field.label, field.help_text, field.required = words, hint, wanted
            field.widget.is_required = wanted
            field.widget.attrs["class"] = f"w-{words}"
        assert parse_html(field_looks.drawn_field(ours["name"])) == (
            parse_html(as_crispy_field(theirs["name"]))
        )


def test_a_whole_form_is_drawn_as_the_library_draws_it(made):
    form, theirs = Form({"name": "<b>"}), Form({"name": "<b>"})
    for each in (form, theirs):
        each.add_error(None, "Wrong <i>")
    assert parse_html(field_looks.drawn_form(form)) == parse_html(as_crispy_form(theirs))


def test_each_language_has_its_words(made):
    for language, words in (("sv", "(frivilligt)"), ("nb", "(valgfritt)"), ("sv", "(frivilligt)")):
        with translation.override(language):
            assert words in field_looks.drawn_field(made()["name"])
