"""The addresses of deciding: the queue, a case and what is done with it, the decided, the funds."""

from django.urls import path

from decisions import views, views_applicant

app_name = "decisions"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("sign/", views.sign_many, name="sign_many"),
    path("decided/", views.decided, name="decided"),
    path("funds/", views.funds, name="funds"),
    path("funds/transfer/", views.transfer, name="transfer"),
    path("<uuid:uuid>/", views.case, name="case"),
    path("<uuid:uuid>/sign/", views.sign, name="sign"),
    path("<uuid:uuid>/refuse/", views.refuse, name="refuse"),
    path("<uuid:uuid>/ask/", views.ask_back, name="ask_back"),
    path("<uuid:uuid>/lower/", views.lower, name="lower"),
    path("<uuid:uuid>/bias/", views.recuse, name="recuse"),
    path("<uuid:uuid>/note/", views.note, name="note"),
    path("<uuid:uuid>/cancel/", views_applicant.cancel, name="cancel"),
]
