"""One step of an application as a page: shown, saved, with its files, and when two tabs meet."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import pages, services
from applications.models import Application, Paper
from applications.papers import MOST_FILES, MOST_MB, Unfit
from applications.saving import save, seal
from schemes import clock
from schemes.forms import StepForm
from schemes.pages import PaperKind, Step

CHANGED_ELSEWHERE = gettext_lazy(
    "These answers have been changed elsewhere, perhaps in another tab."
)


class StepPage:
    """One step of one application, for one request."""

    def __init__(self, request: HttpRequest, application: Application, slug: str) -> None:
        self.request, self.application = request, application
        self.scheme = application.rules
        self.step = next((each for each in self.scheme.steps if each.slug == slug), None)
        if self.step is None:
            raise Http404
        self.question = services.open_question(application)
        self.open = services.open_steps(application)
        self.at = clock.now()

    @property
    def is_open(self) -> bool:
        """Whether the applicant may change this step now."""
        return self.step.slug in self.open

    @property
    def on(self) -> date:
        """Today, where the scheme is at home."""
        return clock.today(self.scheme.time_zone)

    # Reading

    def show(self, wrong: list[dict[str, str]] | None = None) -> HttpResponse:
        """Show the form with what was typed; with its errors only where they were asked for.

        Takes what was *wrong* with files that could not be kept.
        """
        stored = self.application.answers_of(self.step)
        asked = "missing" in self.request.GET
        form = self._bound(stored) if asked else self._form(initial=stored)
        return self._page(form, wrong=wrong)

    def closed(self) -> HttpResponse:
        """Show the answers as they were given; they cannot be changed."""
        if self.request.method == "POST":
            messages.error(self.request, services.answers_are_closed())
            return redirect("applications:case", self.application.uuid)
        stored = self.application.answers.get(self.step.slug)
        form = self.step.form.read(stored, on=None)
        rows = pages.rows(self.application, self.step, form, change=False)
        return self._render("applications/step_closed.html", form, {"rows": rows})

    # Writing

    def store(self) -> StepForm:
        """Store what was typed and return it as a bound form. Raises Stale and NotAllowed."""
        typed = self._form(data=self.request.POST).typed()
        self.application = save(
            application=self.application,
            step=self.step,
            typed=typed,
            posted=self.request.POST,
            by=self.request.user,
            at=self.at,
        )
        return self._bound(typed)

    def save(self) -> HttpResponse:
        """Store what was typed and the files, then go where the pressed button leads."""
        try:
            form = self.store()
            wrong = self._papers()
        except services.Stale as stale:
            return self._conflict(stale.application)
        except services.NotAllowed as refused:
            messages.error(self.request, str(refused))
            return redirect("applications:case", self.application.uuid)
        if not wrong:
            return self._onwards(form)
        # Who is still attaching has not asked yet what else is missing.
        return self.show(wrong) if "attach" in self.request.POST else self._page(form, wrong=wrong)

    @property
    def _kinds(self) -> list[PaperKind]:
        """The kinds of paper that can be attached here now: all, or those that may come later."""
        if self.application.editable:
            return list(self.step.papers)
        addable = services.addable_papers(self.application)
        return [kind for kind in self.step.papers if kind.slug in addable]

    def _onwards(self, form: StepForm) -> HttpResponse:
        if "leave" in self.request.POST:
            messages.success(self.request, _("Saved. Go on whenever you like."))
            return redirect("applications:overview")
        if {"attach", "remove"} & self.request.POST.keys():
            return redirect(pages.address(self.application, self.step) + "#papers")
        if form.is_valid() and not self.application.editable:
            words = _("Thank you. It is with your application now.")
            messages.success(self.request, words)
            return redirect("applications:case", self.application.uuid)
        return redirect(self._next()) if form.is_valid() else self._page(form)

    def _next(self) -> str:
        slugs = [each.slug for each in self.scheme.steps]
        later = slugs[slugs.index(self.step.slug) + 1 :]
        following = next((slug for slug in later if slug in self.open), None)
        if following is None:
            return reverse("applications:check", args=[self.application.uuid])
        return pages.address(self.application, self.scheme.step(following))

    def _papers(self) -> list[dict[str, str]]:
        """Remove and keep files; return what is wrong with those that could not be kept."""
        if removed := self.request.POST.get("remove"):
            self._remove(removed)
        return [
            {"text": words, "url": f"#paper-{kind.slug}", "kind": kind.slug}
            for kind in self._kinds
            for upload in self.request.FILES.getlist(f"paper-{kind.slug}")
            if (words := self._keep(kind.slug, upload))
        ]

    def _keep(self, kind: str, upload: Any) -> str:
        try:
            services.attach(
                application=self.application, step=self.step, kind=kind, upload=upload, at=self.at
            )
        except Unfit as unfit:
            return str(unfit)
        return ""

    def _remove(self, uuid: str) -> None:
        kinds = [kind.slug for kind in self._kinds]
        papers = self.application.papers.filter(kind__in=kinds)
        for paper in papers:
            if str(paper.uuid) == uuid:
                services.detach(paper=paper, step=self.step, at=self.at)

    # The page

    def _conflict(self, current: Application) -> HttpResponse:
        """Show what was typed beside what was saved elsewhere; saving again is on purpose."""
        self.application = current
        typed = self._form(data=self.request.POST).typed()
        mine = self._bound(typed)
        theirs = self.step.form.read(current.answers.get(self.step.slug), on=None)
        differing = [
            {"label": field.label, "mine": mine.words(name), "theirs": theirs.words(name)}
            for name, field in mine.fields.items()
            if (typed.get(name) or "") != (theirs.data.get(name) or "")
        ]
        return self._page(mine, conflict={"message": CHANGED_ELSEWHERE, "fields": differing})

    def _form(self, **kwargs: Any) -> StepForm:
        known = {"on": self.on, "own_email": self.request.user.email}
        return self.step.form(**kwargs, **known, others=self.application.answers)

    def _bound(self, typed: dict[str, Any]) -> StepForm:
        form = self._form(data=typed)
        form.is_valid()
        return form

    def _page(
        self, form: StepForm, *, wrong: list | None = None, conflict: dict | None = None
    ) -> HttpResponse:
        more = {
            "wrong": wrong or [],
            "conflict": conflict,
            "seal": seal(self.application, self.step),
            "card": pages.todays_card(self.application, on=self.on, at=self.at),
            "saved": saved_at(self.application),
            "previous": self._previous(),
            "most_files": MOST_FILES,
            "most_mb": MOST_MB,
        }
        return self._render("applications/step.html", form, more)

    def _previous(self) -> Step | None:
        steps = self.scheme.steps
        index = steps.index(self.step)
        return steps[index - 1] if index else None

    def _render(self, template: str, form: StepForm, more: dict[str, Any]) -> HttpResponse:
        others = pages.read_forms(
            self.application, on=self.on, own_email=self.request.user.email, but=self.step
        )
        context = {
            "application": self.application,
            "scheme": self.scheme,
            "step": self.step,
            "form": form,
            "question": self.question,
            "steps": pages.stepper(self.application, others, here=self.step.slug),
            "papers": pages.paper_groups(
                self._kinds_shown(), self._attached(), wrong=more.get("wrong", ())
            ),
        }
        return render(self.request, template, context | more)

    def _kinds_shown(self) -> list[PaperKind]:
        return self._kinds if self.is_open else list(self.step.papers)

    def _attached(self) -> list[Paper]:
        return list(self.application.papers.all()) if self.step.papers else []


def saved_at(application: Application) -> str:
    """Return when the answers were saved last, in words."""
    time = date_format(timezone.localtime(application.changed_at), "H:i")
    return _("Saved %(time)s.") % {"time": time}
