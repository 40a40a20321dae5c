"""Staff at the admin, and orders for them to work on."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from checkout import emails, payments
from tests.books import make_edition
from tests.checkout.admin.desk import Desk

SEES = ["view_order"]


@pytest.fixture
def edition(db):
    return make_edition(title="My Life", price="24.95", copies=9)


@pytest.fixture
def order(place, edition):
    """Two copies, not paid yet: $54.40 with shipping."""
    return place((edition, 2))


@pytest.fixture
def pay_for(begin, pay, now):
    """Pay for an order, by another card if one is given; its confirmation goes out."""

    def pay_for(order, card="4242424242424242"):
        attempt = begin(order)
        pay(attempt, card=card)
        attempt = payments.sync(attempt=attempt, now=now)
        emails.send_all_owed(now=now + timedelta(minutes=2))
        return attempt

    return pay_for


@pytest.fixture
def paid(order, pay_for):
    pay_for(order)
    return type(order).objects.get(pk=order.pk)


@pytest.fixture
def allowed(db):
    """Return a desk at which somebody with these permissions alone works."""

    def allowed(*codenames):
        user = get_user_model().objects.create(
            email="packer@example.com", first_name="Pat", last_name="Packer", is_staff=True
        )
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        return Desk(client, user)

    return allowed


@pytest.fixture
def desk(db):
    """Where somebody works who may do everything."""
    user = get_user_model().objects.create_superuser(
        email="staff@example.com", password="x", first_name="Sam", last_name="Staff"
    )
    client = Client()
    client.force_login(user)
    return Desk(client, user)


@pytest.fixture
def logged():
    """Return what is logged about an order: who did what."""

    def logged(order):
        entries = LogEntry.objects.filter(object_id=str(order.pk)).order_by("pk")
        return [(entry.user.email, entry.get_change_message()) for entry in entries]

    return logged


@pytest.fixture
def address_of():
    """Return the address of one of an order's pages."""

    def address_of(order, page="change"):
        return reverse(f"admin:order_order_{page}", args=[order.pk])

    return address_of
