"""Interruptions in the admin: what they refuse, show and affect."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shipping.models import Interruption

pytestmark = pytest.mark.django_db


def page_of(interruption):
    return reverse("admin:shipping_interruption_change", args=[interruption.pk])


@pytest.fixture
def save(admin_client, countries):
    """Fill in the page for a new interruption and save it."""

    def save(**fields):
        filled = {
            "title": "Strike",
            "message": "Parcels are late.",
            "severity": "information",
            "starts_at_0": "2026-01-02",
            "starts_at_1": "10:00:00",
            **fields,
        }
        response = admin_client.post(reverse("admin:shipping_interruption_add"), filled)
        return response.context["adminform"].form.errors if response.context else {}

    return save


def test_all_of_an_interruption_is_saved(save, make_zone):
    air = make_zone("Islands", "GB", prices={1000: "9.00"}, method="Air").methods.get()

    errors = save(
        severity="delay",
        delay_days="4",
        countries=["GB"],
        postcodes="bt, IM  9,BT",
        methods=[air.pk],
        review_on="2026-02-01",
    )

    strike = Interruption.objects.get()
    assert errors == {}
    assert (strike.severity, strike.delay_days) == ("delay", 4)
    assert strike.postcodes == ["BT", "IM 9"]
    assert list(strike.methods.all()) == [air]
    assert f"{strike.review_on}" == "2026-02-01"


@pytest.mark.parametrize("chosen", [[], ["GB", "IE"]], ids=["all countries", "two"])
def test_postcodes_are_those_of_one_country(save, chosen):
    assert save(countries=chosen, postcodes="BT") == {
        "postcodes": ["Postcodes are those of one country: choose exactly one."]
    }


@pytest.mark.parametrize("severity", ["information", "suspended"])
def test_days_longer_say_nothing_of_these_severities(save, severity):
    assert save(severity=severity, delay_days="3") == {
        "delay_days": [
            "Only a delay or what has to be acknowledged takes days longer: choose one of "
            "these severities or leave this empty."
        ]
    }


def test_what_has_to_be_acknowledged_may_take_days_longer(save):
    assert save(severity="acknowledge", delay_days="3") == {}


def test_methods_must_go_to_the_countries_chosen(save, make_zone):
    air = make_zone("Islands", "GB", prices={1000: "9.00"}, method="Air").methods.get()
    post = make_zone("World", prices={1000: "9.00"}, method="Post").methods.get()

    assert save(countries=["IE"], methods=[air.pk, post.pk]) == {
        "methods": ["Air (Islands) goes to none of the countries chosen."]
    }
    assert save(countries=["GB"], methods=[air.pk, post.pk]) == {
        "methods": ["Post (World) goes to none of the countries chosen."]
    }
    assert save(countries=["GB", "IE"], methods=[air.pk, post.pk]) == {}
    assert save(methods=[air.pk]) == {}


def test_the_list_says_what_each_does_and_when_to_look_again(admin_client, interrupt):
    today = timezone.localdate()
    interrupt(codes="GB", severity="delay", delay_days=4, postcodes=["BT"], review_on=today)
    later = today + timedelta(days=1)
    interrupt(codes="FR", severity="suspended", review_on=later)

    page = admin_client.get(reverse("admin:shipping_interruption_changelist")).text

    for said in [
        "Delay, 4 days longer",
        "United Kingdom: BT",
        f"\N{WARNING SIGN} {today:%-d %b %Y}: look at it again",
        ">Suspended<",
        f">{later:%-d %b %Y}<",
    ]:
        assert said in page


def test_staff_list_interruptions_by_severity(admin_client, interrupt):
    interrupt(severity="delay")
    stop = interrupt(severity="suspended")

    listed = admin_client.get(
        reverse("admin:shipping_interruption_changelist"), {"severity__exact": "suspended"}
    )

    assert list(listed.context["cl"].result_list) == [stop]


def test_the_page_shows_what_readers_of_its_country_see(admin_client, make_zone, interrupt):
    make_zone("Islands", "GB IE", prices={1000: "9.00"}, method="Air")
    notice = interrupt("Customs are slow.", "GB", severity="acknowledge")

    page = admin_client.get(page_of(notice)).text

    assert '<p class="preview__bar">Customs are slow.</p>' in page
    assert "At the address, for United Kingdom" in page
    assert "Parcels to United Kingdom: Customs are slow." in page
    assert '<input type="checkbox" disabled> I have read: Customs are slow.' in page


def test_the_page_shows_what_readers_of_another_country_see(admin_client, make_zone, interrupt):
    make_zone("Islands", "GB IE", prices={1000: "9.00"}, method="Air")
    notice = interrupt("Customs are slow.", "GB", severity="acknowledge", is_in_bar=False)

    page = admin_client.get(page_of(notice), {"country": "IE"}).text

    assert "At the address, for Ireland" in page
    assert "I have read" not in page
    assert "preview__bar" not in page


def test_a_preview_of_a_region_asks_for_the_postcode(admin_client, make_zone, interrupt):
    make_zone("Islands", "GB", prices={1000: "9.00"}, method="Air")
    notice = interrupt("No ferries.", "GB", severity="suspended", postcodes=["BT"])

    there = admin_client.get(page_of(notice), {"country": "GB", "postcode": "bt4 7aa"})
    elsewhere = admin_client.get(page_of(notice), {"country": "GB", "postcode": "SW1"})

    assert "Parcels to bt4 7aa, United Kingdom, are suspended." in there.text
    assert "Nobody gets there" in there.text
    assert not elsewhere.context["preview"].is_told
    assert elsewhere.context["preview"].decision.can_be_sent


def test_a_preview_shows_what_is_not_in_force_yet(admin_client, make_zone, interrupt):
    make_zone("Islands", "GB", prices={1000: "9.00"}, method="Air")
    soon = timezone.now() + timedelta(days=3)
    notice = interrupt("No ferries.", "GB", severity="suspended", starts_at=soon)

    page = admin_client.get(page_of(notice)).text

    assert "What readers see while it is in force (it is not now)" in page
    assert "Parcels to United Kingdom are suspended." in page


def test_interruptions_about_the_same_parcels_are_named_on_the_page(admin_client, interrupt):
    notice = interrupt(codes="GB FR")
    flood = interrupt(codes="GB")
    interrupt(codes="IE")
    Interruption.objects.filter(pk=flood.pk).update(title="Flood")

    response = admin_client.get(page_of(notice))

    assert [other.title for other in response.context["overlapping"]] == ["Flood"]
    assert f'<a href="{page_of(flood)}">Flood</a>' in response.text


def test_the_last_method_of_an_interruption_is_not_deleted(admin_client, make_zone, interrupt):
    zone = make_zone("Islands", "GB", prices={1000: "9.00"}, method="Air")
    strike = interrupt(codes="GB", severity="suspended")
    strike.methods.set(zone.methods.all())
    air = zone.methods.get()

    for page in [
        reverse("admin:shipping_method_delete", args=[air.pk]),
        reverse("admin:shipping_zone_delete", args=[zone.pk]),
    ]:
        asked = admin_client.get(page).text
        admin_client.post(page, {"post": "yes"})

        assert "Strike: about no other method, so it would be about all" in asked
        assert list(strike.methods.all()) == [air]


def test_an_interruption_that_is_over_keeps_its_last_method_too(
    admin_client, make_zone, interrupt
):
    zone = make_zone("Islands", "GB", prices={1000: "9.00"}, method="Air")
    over = interrupt(severity="suspended", ends_at=timezone.now())
    over.methods.set(zone.methods.all())
    air = zone.methods.get()

    admin_client.post(reverse("admin:shipping_method_delete", args=[air.pk]), {"post": "yes"})

    assert list(over.methods.all()) == [air]


@pytest.mark.parametrize(
    ("severity", "chosen", "is_warned"),
    [("suspended", [], True), ("suspended", ["GB"], False), ("delay", [], False)],
)
def test_staff_are_warned_of_suspending_the_whole_world(
    admin_client, save, severity, chosen, is_warned
):
    assert save(severity=severity, countries=chosen) == {}

    page = admin_client.get(reverse("admin:shipping_interruption_changelist")).text

    assert ("it suspends parcels to all countries" in page) == is_warned
