"""The addresses of the status page, and of everything about a person."""

from django.urls import path

from oversight import person_views, retention_views, views

app_name = "oversight"
urlpatterns = [
    path("", views.page, name="status"),
    path("retention/", retention_views.page, name="retention"),
    path("retention/hold/", retention_views.hold, name="hold"),
    path("retention/<int:pk>/lift/", retention_views.lift, name="lift"),
    path("takeout/", person_views.own, name="takeout"),
    path("takeout/<int:pk>/", person_views.for_person, name="takeout_of"),
]
