"""The address of the status page."""

from django.urls import path

from oversight import views

app_name = "oversight"
urlpatterns = [path("", views.page, name="status")]
