"""The shop's addresses and the webhook's."""

from django.urls import path

from bookstore.urls import urlpatterns as shop
from checkout.webhooks import stripe_webhook

urlpatterns = [path("checkout/stripe/webhook/", stripe_webhook), *shop]
