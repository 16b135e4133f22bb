"""The addresses of the pages about a person."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("kept/<uuid:uuid>/", views.kept_form, name="kept"),
    path("enter/", views.enter, name="enter"),
    path("inbox/", views.letters, name="inbox"),
    path("inbox/<str:key>/", views.letter, name="letter"),
]
