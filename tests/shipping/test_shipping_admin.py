"""Shipping in the admin."""

import re
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shipping import quoting
from shipping.models import Interruption, Method, Zone
from shipping.rates import Load

pytestmark = pytest.mark.django_db
NO_BANDS = {"bands-TOTAL_FORMS": "0", "bands-INITIAL_FORMS": "0"}


def url(model, page, *args):
    return reverse(f"admin:shipping_{model}_{page}", args=args)


@pytest.mark.parametrize("model", [Zone, Method, Interruption])
def test_every_page_opens_without_a_raw_key(admin_client, demo_rates, model):
    name = model._meta.model_name
    paths = [
        url(name, "changelist"),
        url(name, "add"),
        url(name, "change", model.objects.first().pk),
    ]

    pages = [admin_client.get(path) for path in paths]

    assert [page.status_code for page in pages] == [200, 200, 200]
    for page in pages:
        assert "vForeignKeyRawIdAdminField" not in page.text
        assert "column-id" not in page.text
        assert not re.search(r"\w+ object \(\d+\)", page.text)


@pytest.mark.parametrize("model", ["zone", "method", "interruption"])
def test_lists_cost_the_same_however_long(admin_client, make_zone, interrupt, model):
    def cost_of_the_list():
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(url(model, "changelist"))
        return len(queries)

    make_zone("Zone 0", prices={1000: "9.00"})
    interrupt(codes="GB FR")
    cost_of_one = cost_of_the_list()
    for number in range(1, 20):
        make_zone(f"Zone {number}", prices={1000: "9.00"})
        interrupt(codes="GB FR")

    assert cost_of_the_list() == cost_of_one


def test_lists_say_what_matters(admin_client, demo_rates):
    zones = admin_client.get(url("zone", "changelist")).text
    methods = admin_client.get(url("method", "changelist")).text
    interruptions = admin_client.get(url("interruption", "changelist")).text

    assert "Austria, Belgium, Bulgaria, Croatia, Cyprus and 26 more" in zones
    assert "All that no other zone names" in zones
    assert "$3.95 up to 250 g ... $11.50 up to 5,000 g" in methods
    assert "further notice" in interruptions
    assert "Argentina, Brazil, India, South Africa, Sri Lanka" in interruptions


def test_staff_close_a_country_to_parcels(admin_client, demo_rates):
    japan = reverse("admin:address_country_change", args=["JP"])

    opened = admin_client.get(reverse("admin:address_country_changelist"), {"q": "Japan"})
    admin_client.post(japan, {"printable_name": "Japan"})

    assert "The rest of the world" in opened.text
    decision = quoting.decide(country_code="JP", load=Load((680,)), now=timezone.now())
    assert decision.reason == "We do not send parcels to Japan."


def test_a_country_in_two_zones_is_refused_by_name(admin_client, demo_rates):
    response = admin_client.post(
        url("zone", "add"), {"name": "Islands", "countries": ["GB", "NZ", "JP"], "position": 9}
    )

    assert response.context["adminform"].form.errors == {
        "countries": [
            "New Zealand is in the zone Australia and New Zealand already.",
            "United Kingdom is in the zone United Kingdom already.",
        ]
    }
    assert not Zone.objects.filter(name="Islands").exists()


def test_a_zone_keeps_its_own_countries(admin_client, demo_rates):
    zone = Zone.objects.get(name="Canada")

    admin_client.post(
        url("zone", "change", zone.pk), {"name": "Canada", "countries": ["CA"], "position": 7}
    )

    zone.refresh_from_db()
    assert zone.position == 7


def test_there_is_one_rest_of_the_world(admin_client, demo_rates):
    response = admin_client.post(url("zone", "add"), {"name": "Moon", "position": 9})

    assert "Rest of the world takes every country that no zone names already." in response.text


def test_a_new_method_gets_its_code_and_rates(admin_client, make_zone):
    zone = make_zone("Islands", "IS")
    bands = {
        "bands-TOTAL_FORMS": "1",
        "bands-INITIAL_FORMS": "0",
        "bands-0-up_to_g": "1000",
        "bands-0-price": "9.00",
    }

    response = admin_client.post(
        url("method", "add"),
        {"zone": zone.pk, "name": "Air", "min_days": 1, "max_days": 2, "position": 0, **bands},
    )

    assert Method.objects.get().code == "islands-air"
    assert [m.level_tag for m in get_messages(response.wsgi_request)] == ["success"]


def test_a_method_without_rates_is_warned_about_and_marked(admin_client, make_zone):
    zone = make_zone("Islands", "IS")

    response = admin_client.post(
        url("method", "add"),
        {
            "zone": zone.pk,
            "name": "Air",
            "min_days": 1,
            "max_days": 2,
            "position": 0,
            **NO_BANDS,
        },
        follow=True,
    )

    assert "Air (Islands) has no rates: readers are not offered it." in response.text
    assert "No rates: not offered to readers" in response.text


def test_a_method_that_has_got_its_first_rate_is_not_warned_about(admin_client, make_zone):
    method = make_zone("Islands", "IS", prices={}, method="Air").methods.get()

    response = admin_client.post(
        url("method", "change", method.pk),
        {
            "zone": method.zone_id,
            "name": "Air",
            "min_days": 1,
            "max_days": 2,
            "position": 0,
            "bands-TOTAL_FORMS": "1",
            "bands-INITIAL_FORMS": "0",
            "bands-0-up_to_g": "1000",
            "bands-0-price": "9.00",
        },
    )

    assert method.bands.count() == 1
    assert [m.level_tag for m in get_messages(response.wsgi_request)] == ["success"]


def test_days_in_the_wrong_order_are_refused_beside_the_field(admin_client, make_zone):
    zone = make_zone("Islands", "IS")

    response = admin_client.post(
        url("method", "add"),
        {
            "zone": zone.pk,
            "name": "Air",
            "min_days": 3,
            "max_days": 2,
            "position": 0,
            **NO_BANDS,
        },
    )

    assert response.context["adminform"].form.errors == {
        "max_days": ["The most days cannot be fewer than the least."]
    }


@pytest.mark.parametrize("ends_on", ["2026-01-01", "2026-01-02"], ids=["earlier", "same time"])
def test_an_interruption_must_end_after_it_starts(admin_client, ends_on):
    response = admin_client.post(
        url("interruption", "add"),
        {
            "title": "Strike",
            "message": "Late.",
            "severity": "information",
            "starts_at_0": "2026-01-02",
            "starts_at_1": "10:00:00",
            "ends_at_0": ends_on,
            "ends_at_1": "10:00:00",
        },
    )

    assert response.context["adminform"].form.errors == {
        "ends_at": ["An interruption must end after it starts."]
    }


@pytest.mark.parametrize(("chosen", "seen"), [("yes", "Now"), ("no", "Over")])
def test_staff_list_what_is_in_force(admin_client, interrupt, chosen, seen):
    for title, ends_at in [("Now", None), ("Over", "2021-01-01T00:00:00Z")]:
        interrupt(starts_at="2020-01-01T00:00:00Z", ends_at=ends_at)
        Interruption.objects.filter(title="Strike").update(title=title)

    listed = admin_client.get(url("interruption", "changelist"), {"in_force": chosen})

    assert [i.title for i in listed.context["cl"].result_list] == [seen]


@pytest.fixture
def save_method(admin_client, make_zone):
    """Fill in the page for a new method of a zone and save it."""
    islands = make_zone("Islands", "IS GB", prices={500: "9.00"}, method="Sea")

    def save_method(zone=islands, **fields):
        filled = {"zone": zone.pk, "name": "Air", "min_days": 1, "max_days": 2, "position": 0}
        response = admin_client.post(url("method", "add"), {**filled, **NO_BANDS, **fields})
        return response.context["adminform"].form.errors if response.context else {}

    return save_method


def test_all_of_a_method_is_saved_and_listed(admin_client, save_method):
    errors = save_method(handling="1.50", free_from="100", excluded=["IS"])

    listed = admin_client.get(url("method", "changelist")).text
    air = Method.objects.get(name="Air")
    assert errors == {}
    assert (air.handling, air.free_from) == (Decimal("1.50"), Decimal(100))
    assert [country.pk for country in air.excluded.all()] == ["IS"]
    assert "$1.50 an order; free from $100.00; not to Iceland" in listed


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"handling": "-1"}, {"handling": ["This cannot be less than nothing."]}),
        ({"free_from": "-1"}, {"free_from": ["This cannot be less than nothing."]}),
        ({"excluded": ["FR"]}, {"excluded": ["France is not in the zone Islands."]}),
        ({"name": "Sea"}, {"name": ["Islands has a method of this name already."]}),
    ],
    ids=["handling", "threshold", "excluded country", "name"],
)
def test_a_method_that_contradicts_itself_or_its_zone_is_refused(save_method, fields, errors):
    assert save_method(**fields) == errors


def test_a_method_to_the_rest_of_the_world_excludes_what_no_zone_names(save_method, make_zone):
    world = make_zone("World", position=1)

    assert save_method(zone=world, excluded=["IS"]) == {
        "excluded": ["Iceland is not in the zone World."]
    }
    assert save_method(zone=world, excluded=["FR"]) == {}


def test_a_zone_keeps_its_note_about_duties(admin_client, countries):
    filled = {"name": "Islands", "countries": ["IS"], "position": 1, "duties": "Pay duty."}

    admin_client.post(url("zone", "add"), filled)

    assert Zone.objects.get().duties == "Pay duty."
