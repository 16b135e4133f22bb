"""The addresses of deciding: the queue, the decided, the funds; a case and what is done with it."""

from django.urls import path

from decisions.views import applicant, case, funds, judge, lists, saved

app_name = "decisions"

urlpatterns = [
    path("", lists.queue, name="queue"),
    path("sign/", lists.sign_many, name="sign_many"),
    path("views/", saved.save_view, name="save_view"),
    path("views/<int:pk>/remove/", saved.remove_view, name="remove_view"),
    path("decided/", lists.decided, name="decided"),
    path("funds/", funds.overview, name="funds"),
    path("funds/transfer/", funds.transfer, name="transfer"),
    path("<uuid:uuid>/", case.case, name="case"),
    path("<uuid:uuid>/sign/", case.sign, name="sign"),
    path("<uuid:uuid>/refuse/", case.refuse, name="refuse"),
    path("<uuid:uuid>/ask/", case.ask_back, name="ask_back"),
    path("<uuid:uuid>/judge/", judge.judge, name="judge"),
    path("<uuid:uuid>/lower/", case.lower, name="lower"),
    path("<uuid:uuid>/bias/", case.recuse, name="recuse"),
    path("<uuid:uuid>/note/", case.note, name="note"),
    path("<uuid:uuid>/cancel/", applicant.cancel, name="cancel"),
]
