"""Puts a course that a case officer has accepted on the list of pre-approved courses (L12)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from schemes.fastlege import tables
from schemes.fastlege.forms import CourseForm
from schemes.fastlege.models import ListedCourse


def add(*, answers: Mapping[str, Any], on: date) -> None:
    """Add the course of opened answers, for courses that begin on a day or later.

    Changes nothing when it is on the list by then, or the answers name no course.
    """
    form = CourseForm.read(answers.get("course"), on=None)
    title = form.value("title")
    if not title or tables.listed(title, on=on):
        return
    ListedCourse.objects.create(
        title=title,
        organiser=form.value("organiser") or "",
        link=form.value("link") or "",
        valid_from=on,
    )
