"""Addresses of the admin that nobody meant: an answer, never a failure."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("admin:account_user_changelist", "date_joined__year=0"),
        ("admin:account_user_changelist", "date_joined__year=99999"),
        ("admin:account_user_changelist", f"date_joined__year={'9' * 30}"),
        ("admin:account_user_changelist", "q=%00"),
        ("admin:newsletter_subscriber_changelist", "created_at__year=99999"),
        ("admin:newsletter_subscriber_changelist", "state__exact=%00"),
        ("admin:newsletter_subscriber_changelist", "topic=%00"),
        ("admin:catalogue_product_changelist", "status__in=%00"),
        ("admin:catalogue_importrun_changelist", "created_at__year=99999"),
        ("admin:shipping_interruption_changelist", "severity__exact=%00"),
    ],
)
def test_what_no_list_can_mean_is_dropped_from_its_address(admin_client, address, kept):
    page = admin_client.get(f"{reverse(address)}?o=1&{kept}", follow=True)

    assert page.redirect_chain == [(f"{reverse(address)}?o=1", 302)]
    assert page.status_code == 200


def test_years_that_there_are_are_kept(admin_client):
    page = admin_client.get(
        reverse("admin:account_user_changelist"), {"date_joined__year": 2026}
    )

    assert page.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/admin/partner/stockrecord/abc/restore/1/",
        "/admin/catalogue/category/children/abc/",
        f"/admin/catalogue/category/children/{'9' * 5000}/",
        f"/admin/catalogue/importrun/{'9' * 5000}/change/",
        f"/admin/catalogue/contributor/{'9' * 5000}/merge/",
    ],
)
def test_a_key_that_is_none_finds_nothing(admin_client, address):
    assert admin_client.get(address).status_code == 404


def test_a_form_of_the_list_of_subjects_with_nothing_to_do_shows_the_list(admin_client):
    page = admin_client.post("/admin/catalogue/category/", {"q": "Fiction"})

    assert page.status_code == 200
