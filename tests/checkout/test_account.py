"""Accounts: opening one, signing in, what comes along."""

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from oscar.core.loading import get_model

from checkout.account.forms import RegistrationForm
from tests.books import make_edition

pytestmark = pytest.mark.django_db

OWN = {"Sec-Fetch-Site": "same-origin"}
ROSA = {"email": "Rosa@Example.org", "password": "a long and quiet sentence"}


@pytest.fixture
def rosa():
    return get_user_model().objects.create_user(
        email="rosa@example.org", password=ROSA["password"]
    )


def test_an_account_is_opened_with_an_address_and_a_password(client):
    page = client.post("/account/register/", ROSA, follow=True)

    assert "Your account is open." in page.text
    assert "Signed in as rosa@example.org" in page.text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"email": "nobody"}, "valid email"),
        ({"email": "z" * 250 + "@example.org"}, "at most 254"),
        ({"password": "short"}, "too short"),
        ({"password": "password"}, "too common"),
        ({"email": "ROSA@example.org"}, "There is an account with this address"),
    ],
)
def test_what_is_wrong_is_said_and_the_address_kept(client, rosa, changes, told):
    page = client.post("/account/register/", {"email": "new@example.org", **ROSA, **changes})

    assert page.status_code == 422
    assert told in page.text
    assert (changes.get("email") or ROSA["email"]) in page.text


def test_the_slower_of_two_at_once_is_told(client, rosa, monkeypatch):
    # Both looked before either wrote.
    monkeypatch.setattr(RegistrationForm, "clean_email", lambda form: rosa.email)

    page = client.post("/account/register/", ROSA)

    assert page.status_code == 422
    assert "There is an account with this address" in page.text


def test_signing_in_does_not_care_for_capitals(client, rosa):
    page = client.post(
        "/account/login/",
        {"username": "ROSA@EXAMPLE.ORG", "password": ROSA["password"]},
        follow=True,
    )

    assert "Signed in as rosa@example.org" in page.text


def test_the_basket_comes_along(client, rosa):
    edition = make_edition(title="My Life")
    client.post("/basket/add/", {"edition": edition.pk, "quantity": 2}, headers=OWN)

    client.post(
        "/account/login/", {"username": rosa.email, "password": ROSA["password"]}, follow=True
    )

    assert "$49.90" in client.get("/basket/").text
    assert get_model("basket", "Basket").open.get(owner=rosa).num_items == 2


def test_signing_in_leads_back_but_only_within_the_shop(client, rosa):
    for wanted, led_to in {
        "/checkout/": "/checkout/",
        "https://elsewhere.example/": "/account/",
        "//elsewhere.example/": "/account/",
    }.items():
        client.logout()
        data = {"username": rosa.email, "password": ROSA["password"], "next": wanted}
        assert client.post("/account/login/", data).url == led_to


def test_opening_an_account_leads_back_but_only_within_the_shop(client):
    answer = client.post("/account/register/", {**ROSA, "next": "https://elsewhere.example/"})

    assert answer.url == "/account/"


def test_the_account_is_closed_to_strangers(client):
    assert client.get("/account/").url == "/account/login/?next=/account/"


def test_two_accounts_cannot_share_an_address(rosa):
    with pytest.raises(IntegrityError):
        get_user_model().objects.create(email="ROSA@example.org")
