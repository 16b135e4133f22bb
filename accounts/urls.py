"""The addresses of the pages about a person."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("sign-ins/", views.sign_ins, name="sign_ins"),
    path("sign-ins/end/", views.end_sign_ins, name="end_sign_ins"),
    path("kept/<uuid:uuid>/", views.kept_form, name="kept"),
    path("enter/", views.enter, name="enter"),
    path("inbox/", views.letters, name="inbox"),
    path("inbox/<str:key>/", views.letter, name="letter"),
]
