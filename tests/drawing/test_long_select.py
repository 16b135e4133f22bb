"""A long list is drawn at once: the page shows what Django itself would have drawn, option by option."""

import pytest
from django import forms
from django.test.html import parse_html

from drawing.widgets import LongSelect

CHOICES = (("", "Choose"), ("SE", "Sverige"), ("x<y", "A & B <b>"))


def drawn(widget, value):
    class Form(forms.Form):
        country = forms.ChoiceField(choices=lambda: CHOICES, widget=widget(attrs={"class": "long"}))

    return str(Form({"country": value})["country"])


@pytest.mark.parametrize("value", ["", "SE", "x<y", "unknown"])
def test_a_long_list_stands_in_the_page_as_any_other(value):
    assert parse_html(drawn(LongSelect, value)) == parse_html(drawn(forms.Select, value))
    assert drawn(LongSelect, value).count(" selected") == (value != "unknown")
