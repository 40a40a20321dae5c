"""Addresses under /shipping/."""

from django.urls import path

from shipping import views

app_name = "shipping"

urlpatterns = [path("", views.where, name="where")]
