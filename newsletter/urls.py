"""Addresses under /newsletter/."""

from django.urls import path

from newsletter import follow_views, views

app_name = "newsletter"

urlpatterns = [
    path("", views.signup, name="signup"),
    path("thanks/", views.thanks, name="thanks"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("preferences/<str:token>/", views.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    # No slash at the end: mail providers do not follow redirects.
    path("unsubscribe/<str:token>/one-click", views.one_click, name="one-click"),
    path("follow/", follow_views.asked, name="follow-asked"),
    path("follow/<slug:slug>/", follow_views.follow, name="follow"),
    path("following/<str:token>/", follow_views.following, name="following"),
    path("following/<str:token>/confirm/", follow_views.confirm, name="follow-confirm"),
    path("following/<str:token>/one-click", follow_views.one_click, name="follow-one-click"),
]
