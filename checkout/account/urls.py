"""Addresses of the account."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from checkout.account import views

app_name = "account"
urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("register/", views.register, name="register"),
    path("logout/", LogoutView.as_view(next_page="catalog:front_page"), name="logout"),
]
