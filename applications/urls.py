"""The addresses of applications: following one, its head of unit, its papers; writing one."""

from django.urls import path

from applications.views import (
    check,
    files,
    follow,
    head,
    pre_check,
    public,
    readings,
    several,
    steps,
)

app_name = "applications"

# Following it. These come first: no step of a scheme may take one of their words.
urlpatterns = [
    path("", follow.overview, name="overview"),
    path("head/<str:token>/", head.head, name="head"),
    path("papers/<uuid:uuid>/", files.paper, name="paper"),
    path("documents/<uuid:uuid>/", files.document, name="document"),
    path("readings/", readings.listed, name="readings"),
    path("<uuid:uuid>/", follow.case, name="case"),
    path("<uuid:uuid>/resume/", follow.resume, name="resume"),
    path("<uuid:uuid>/withdraw/", follow.withdraw, name="withdraw"),
    path("<uuid:uuid>/report/", follow.report, name="report"),
    path("<uuid:uuid>/head/", follow.ask_head, name="ask_head"),
    path("<uuid:uuid>/copy/", follow.copy, name="copy"),
]

# For everybody
urlpatterns += [
    path("pre-check/<slug:scheme>/", pre_check.pre_check, name="pre_check"),
    path("money/<slug:scheme>/", public.money, name="money"),
    path("courses/<slug:scheme>/", public.courses, name="courses"),
]

# Writing it
urlpatterns += [
    path("start/<slug:scheme>/", steps.start, name="start"),
    path("several/<slug:scheme>/", several.several, name="several"),
    path("several/<slug:scheme>/drafts/", several.several_drafts, name="several_drafts"),
    path("<uuid:uuid>/several/", several.several_of, name="several_of"),
    path("<uuid:uuid>/step/<slug:slug>/", steps.step, name="step"),
    path("<uuid:uuid>/step/<slug:slug>/save/", steps.autosave, name="autosave"),
    path("<uuid:uuid>/amount/", steps.amount, name="amount"),
    path("<uuid:uuid>/check/", check.check, name="check"),
    path("<uuid:uuid>/receipt/", check.receipt, name="receipt"),
]
