"""Addresses of the basket."""

from django.urls import path

from checkout.basket import views

app_name = "basket"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("add/", views.add, name="add"),
    path("lines/<int:line>/", views.change, name="change"),
    path("lines/<int:line>/remove/", views.remove, name="remove"),
    path("lines/<int:line>/swap/", views.swap, name="swap"),
]
