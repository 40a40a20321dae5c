"""Addresses under /shipping/."""

from django.urls import path

from shipping import views

app_name = "shipping"

urlpatterns = [
    path("", views.where, name="where"),
    path("country/", views.country, name="country"),
    path("dismissed/", views.dismissed, name="dismissed"),
]
