"""Somebody of the staff clicks twice, and both clicks arrive at the same moment."""

import pytest
from django.test import Client

from checkout import cancelling, confirming, parcels, refunds
from checkout.models import Parcel, RefundRequest
from tests.checkout.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def twice(desk, monkeypatch):
    """Post a form twice; let both come to a function of the domain before either acts."""

    def twice(path, data, *others, module, name):
        real = getattr(module, name)
        forms = iter([data, *(others or [data])])

        def act(_barrier):
            client = Client()
            client.force_login(desk.user)
            return client.post(path, next(forms)).status_code

        def prepare(barrier):
            def waits(*args, **given):
                barrier.wait()
                return real(*args, **given)

            monkeypatch.setattr(module, name, waits)

        return at_once(act, prepare=prepare)

    return twice


def test_two_forms_are_two_refunds(twice, desk, paid, address_of, state):
    """The control: both clicks do come through to where the key decides."""
    forms = [
        desk.order(paid, "refund").send(other="5", reason="goodwill").fields for _ in range(2)
    ]
    clicks = [{**form, "confirm": "500"} for form in forms]

    twice(address_of(paid, "refund"), *clicks, module=refunds, name="ask")

    assert state(paid).movements == [("payment", 5440), ("refund", 500), ("refund", 500)]


def test_a_refund_is_made_once(twice, desk, paid, address_of, state, logged):
    check = desk.order(paid, "refund").send(other="5", reason="goodwill")
    data = {**check.fields, "confirm": "500"}

    answers = twice(address_of(paid, "refund"), data, module=refunds, name="ask")

    assert answers == [302, 302]
    assert state(paid).movements == [("payment", 5440), ("refund", 500)]
    assert logged(paid) == [("staff@example.com", "Refunded $5.00: goodwill")]


def test_a_parcel_is_sent_once(twice, desk, paid, address_of, logged):
    form = desk.order(paid, "parcel").fields

    answers = twice(address_of(paid, "parcel"), form, module=parcels, name="send")

    assert answers == [302, 302]
    assert Parcel.objects.count() == 1
    assert len(logged(paid)) == 1


def test_an_order_is_cancelled_once(twice, desk, paid, address_of, state, logged):
    form = desk.order(paid, "cancellation").fields | {"reason": "staff"}
    path = address_of(paid, "cancellation")

    answers = twice(path, form, module=cancelling, name="cancel")

    assert answers == [302, 302]
    assert RefundRequest.objects.count() == 1
    assert state(paid).movements == [("payment", 5440), ("refund", 5440)]
    assert len(logged(paid)) == 1


def test_a_confirmation_goes_out_once(twice, paid, address_of, logged):
    path, data = address_of(paid, "confirmation"), {"number": "1"}

    answers = twice(path, data, module=confirming, name="send_again")

    assert answers == [302, 302]
    assert paid.mails.count() == 2
    assert len(logged(paid)) == 1
