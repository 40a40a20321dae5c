"""What staff are told is wrong with shipping, before a reader meets it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from shipping import problems
from shipping.models import Zone
from shipping.problems import Kind
from tests.books import make_edition, make_work
from tests.shipping.conftest import make_method

pytestmark = pytest.mark.django_db


def found(kind=None):
    everything = problems.find(now=timezone.now())
    return [each.text for each in everything if kind in {None, each.kind}]


@pytest.fixture
def sound(make_zone):
    """A shop in which nothing is wrong."""
    make_zone("Everywhere", prices={1000: "9.00"})


def test_a_sound_shop_has_no_problems(sound, demo_rates):
    assert found() == []


def test_the_demo_shop_begins_with_no_problems(demo_rates):
    assert found() == []


def test_a_method_without_rates_is_a_problem(sound, make_zone):
    make_zone("Islands", "IS", prices={}, method="Air")

    assert found() == ["Air (Islands) has no rates: readers are not offered it."]


def test_a_zone_without_methods_is_a_problem(sound, make_zone):
    make_zone("Islands", "IS")

    assert found() == ["Islands has no method: readers there cannot order printed books."]


def test_a_country_in_two_zones_is_a_problem(sound, make_zone):
    make_zone("Islands", "IS GB", prices={1000: "9.00"}, position=1)
    make_zone("North", "IS NO", prices={1000: "9.00"}, position=2)

    assert found() == ["Iceland is in the zones Islands and North: take it out of one."]


def test_two_zones_for_the_rest_of_the_world_are_a_problem(sound, make_zone):
    make_zone("Nowhere", prices={1000: "9.00"}, position=2)

    assert found() == [
        "Everywhere and Nowhere name no country, so each takes the rest of the world: keep one."
    ]


def test_a_served_country_in_no_zone_is_a_problem(make_zone):
    make_zone("Islands", "IS", prices={1000: "9.00"})
    countries = get_model("address", "Country").objects
    countries.exclude(pk__in=["IS", "GB"]).update(is_shipping_country=False)

    assert found() == ["United Kingdom is served but in no zone: nothing can go there."]

    countries.filter(pk="GB").update(is_shipping_country=False)

    assert found() == []


def test_printed_books_on_sale_without_a_weight_are_counted(sound):
    make_edition(title="Unweighed")
    make_edition(title="Weightless", weight_g=0)
    make_edition(title="Weighed", weight_g=300)
    make_edition(title="A file", type="epub")
    make_edition(title="Gone", status="withdrawn")
    make_edition(title="Hidden", is_public=False)
    make_edition(make_work("Hidden work", is_public=False))

    assert found() == ["2 printed editions have no weight: shipping is only guessed for them."]


def test_the_problem_of_weights_leads_to_the_books_to_weigh(admin_client, sound):
    make_edition(title="Unweighed")
    make_edition(title="Weighed", weight_g=300)

    listed = admin_client.get(reverse("admin:shipping_zone_changelist"))
    ((address, _),) = listed.context["problems"]
    works = admin_client.get(address).context["cl"].result_list

    assert [work.title for work in works] == ["Unweighed"]


def test_an_interruption_in_force_past_its_review_is_a_problem(sound, interrupt):
    today = timezone.localdate()
    interrupt(codes="GB", review_on=today)
    interrupt(codes="FR", review_on=today + timedelta(days=1))
    over = timezone.now() - timedelta(hours=1)
    interrupt(codes="DE", review_on=today - timedelta(days=9), ends_at=over)

    assert found() == [
        f"Strike was to be looked at again on {today:%-d %B %Y}: is it still true?"
    ]


def test_two_interruptions_about_the_same_parcels_are_named(sound, interrupt):
    interrupt(codes="GB FR")
    flood = interrupt(codes="GB DE")
    flood.title = "Flood"
    flood.save()
    interrupt(codes="GB", ends_at=timezone.now() - timedelta(hours=1))

    assert found() == ["Strike and Flood are both about United Kingdom."]


def test_finding_problems_costs_the_same_however_many(sound, make_zone, interrupt):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            problems.find(now=timezone.now())
        return len(queries)

    make_zone("Zone 0", "IS", prices={})
    interrupt(codes="GB")
    make_edition()
    cost_of_few = cost()
    for number in range(1, 20):
        zone = make_zone(f"Zone {number}", "IS NO")
        make_method(zone, "Air", {})
        interrupt(codes="GB FR", review_on=timezone.localdate())
        make_edition()

    assert cost() == cost_of_few == 7


def test_every_list_of_shipping_begins_with_the_problems(admin_client, make_zone):
    make_zone("Islands", "IS", prices={}, method="Air")
    change = reverse("admin:shipping_method_change", args=[Zone.objects.get().methods.get().pk])

    for name in ["shipping_zone", "shipping_method", "shipping_interruption"]:
        page = admin_client.get(reverse(f"admin:{name}_changelist")).text

        assert f'<a href="{change}">Air (Islands) has no rates' in page


def test_more_problems_than_a_list_has_room_for_have_a_page(admin_client, make_zone):
    for number in range(9):
        make_zone(f"Zone {number}", "IS")

    listed = admin_client.get(reverse("admin:shipping_zone_changelist")).text
    page = admin_client.get(reverse("admin:shipping_problems")).text

    assert "Zone 8 has no method" not in listed
    assert ">5 more</a>" in listed
    assert all(f"Zone {number} has no method" in page for number in range(9))


def test_kinds_are_told_apart(sound, make_zone):
    make_zone("Islands", "IS")
    make_edition()

    assert len(found(Kind.ZONE_WITHOUT_METHODS)) == len(found(Kind.NO_WEIGHT)) == 1
