"""The addresses of the status page, and of everything about a person."""

from django.urls import path

from oversight import person_views, views

app_name = "oversight"
urlpatterns = [
    path("", views.page, name="status"),
    path("takeout/", person_views.own, name="takeout"),
    path("takeout/<int:pk>/", person_views.for_person, name="takeout_of"),
]
