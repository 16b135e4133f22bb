"""What a visitor can get, before signing in: a few of the scheme's own questions, and its own rules."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from applications.assessment import assess
from applications.drafting import derive
from applications.models import Application
from schemes.base import Scheme
from schemes.findings import Assessment
from schemes.forms import StepForm


class PreCheckForm(StepForm):
    """The questions of a pre-check: fields of the scheme's steps, with their words and errors."""

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        self.scheme = scheme
        super().__init__(*args, **kwargs)
        self.steps = {slug: scheme.step(slug).form(on=self.on) for slug in scheme.pre_check.fields}
        for slug, names in scheme.pre_check.fields.items():
            self.fields |= {name: self.steps[slug].fields[name] for name in names}
        self.groups = tuple(
            (scheme.step(slug).title, names) for slug, names in scheme.pre_check.fields.items()
        )

    def clean(self) -> None:
        """Hold answers against each other as the steps do."""
        answers = self.answers()
        for slug, names in self.scheme.pre_check.fields.items():
            step = self.steps[slug]
            # The fields are there already: only what was typed comes to them.
            step.data, step.is_bound = answers.get(slug, {}), True
            for name in names:
                if name in step.errors and name not in self.errors:
                    self.add_error(name, step.errors[name])

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return what was typed, by step, as an application keeps it; what is empty is left out."""
        typed = {name: value for name, value in self.typed().items() if value}
        by_step = {
            slug: {name: typed[name] for name in names if name in typed}
            for slug, names in self.scheme.pre_check.fields.items()
        }
        return {slug: said for slug, said in by_step.items() if said}


def assessment(
    scheme: Scheme, answers: Mapping[str, Any], *, on: date, at: datetime
) -> tuple[Application, Assessment]:
    """Return an application that is never stored, and what the rules would give it today."""
    presumed = scheme.pre_check.presumed(answers)
    application = Application(scheme=scheme.slug, answers=presumed)
    derive(application, at=at)
    return application, assess(application, on=on, at=at)
