"""Addresses of the checkout."""

from django.urls import path

from checkout import views, webhooks

app_name = "checkout"
urlpatterns = [
    path("", views.start, name="start"),
    path("address/", views.address, name="address"),
    path("shipping/", views.shipping, name="shipping"),
    path("review/", views.review, name="review"),
    path("return/", views.came_back, name="return"),
    path("cancelled/<slug:number>/", views.cancelled, name="cancelled"),
    path("stripe/webhook/", webhooks.stripe_webhook, name="stripe_webhook"),
]
