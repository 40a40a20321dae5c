"""Books that are announced from a moment on, and editions embargoed until a day."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product
from catalog.pricing import offers
from tests.books import make_edition, make_work
from tests.catalog.onix.messages import isbn, load, message, product, published
from tests.editor import Page

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 3, 12, tzinfo=UTC)
BEFORE, AFTER = "2027-03-03T11:59:59Z", "2027-03-03T12:00:00Z"


@pytest.fixture
def open_work(admin_client):
    def open_work(work):
        return Page(admin_client, reverse("admin:catalogue_product_change", args=[work.pk]))

    return open_work


@pytest.mark.parametrize("announced", ["work", "edition"])
def test_what_is_announced_later_is_hidden_until_then(client, announced):
    work = make_work(announced_at=NOON if announced == "work" else None)
    make_edition(work, announced_at=NOON if announced == "edition" else None)

    with time_machine.travel(BEFORE, tick=False):
        before = client.get(f"/books/{work.slug}/").status_code
        listed_before = "My Life" in client.get("/books/").text
    with time_machine.travel(AFTER, tick=False):
        after = client.get(f"/books/{work.slug}/").status_code
        listed_after = "My Life" in client.get("/books/").text

    assert (before, after) == (404, 200)
    assert (listed_before, listed_after) == (False, True)


@time_machine.travel(BEFORE, tick=False)
def test_an_edition_announced_later_is_not_offered_beside_the_others(client):
    shown = make_edition(type="paperback")
    later = make_edition(shown.parent, type="hardcover", announced_at=NOON)

    page = client.get(f"/books/{shown.parent.slug}/").text

    assert "Paperback" in page
    assert "Hardcover" not in page
    assert client.get(later.get_absolute_url()).status_code == 404
    assert not offers.offer(later).can_be_bought


@time_machine.travel("2027-03-01", tick=False)
@pytest.mark.parametrize("type_", ["paperback", "epub"])
def test_an_embargoed_edition_is_seen_with_its_day_and_can_be_ordered(client, type_):
    edition = make_edition(type=type_, embargoed_until=date(2027, 3, 3))

    page = client.get(edition.get_absolute_url()).text

    assert "Order now, published on 3 March 2027" in page
    assert "Add to basket" in page
    assert "<dt>Published on</dt><dd>3 March 2027</dd>" in page


@time_machine.travel("2027-03-01", tick=False)
def test_no_more_embargoed_copies_are_ordered_than_are_in_the_house(client):
    edition = make_edition(copies=2, embargoed_until=date(2027, 3, 3))

    availability = offers.offer(edition).availability

    assert availability.message == "Order now, published on 3 March 2027, only 2 left"
    assert availability.is_purchase_permitted(2) == (True, "")
    assert availability.is_purchase_permitted(3) == (False, "only 2 left")


@time_machine.travel("2027-03-03", tick=False)
def test_an_embargo_ends_with_its_day():
    edition = make_edition(copies=5, embargoed_until=date(2027, 3, 3))

    assert offers.offer(edition).availability.message == "In stock"


def test_a_work_cannot_be_embargoed_its_editions_can():
    work = make_work()

    with pytest.raises(IntegrityError, match="only_editions_are_embargoed"):
        Product.objects.filter(pk=work.pk).update(embargoed_until=date(2027, 3, 3))


def test_staff_set_the_dates_on_the_page_and_read_them_in_the_list(admin_client, open_work):
    edition = make_edition(copies=4)
    page = open_work(edition.parent)
    page["announced_at_0"], page["announced_at_1"] = "2127-03-03", "12:00"
    page["children-0-embargoed_until"] = "2127-04-01"

    page.save()

    assert page.errors == {}
    assert Product.objects.get(pk=edition.parent_id).announced_at == NOON.replace(year=2127)
    listed = admin_client.get(reverse("admin:catalogue_product_changelist")).text
    assert "From 3 March 2127, 12:00" in listed
    assert "4 in stock, embargoed until 1 April 2127" in listed


def test_an_embargo_that_ends_before_anybody_sees_the_edition_is_refused(open_work):
    edition = make_edition()
    page = open_work(edition.parent)
    page["children-0-announced_at_0"], page["children-0-announced_at_1"] = "2127-03-03", "12:00"
    page["children-0-embargoed_until"] = "2127-03-02"

    errors = page.save().errors

    assert errors == {
        "children-0-embargoed_until": [
            "That is before readers see the edition: give a later day or none."
        ]
    }


def test_onix_holds_an_edition_back_and_a_silent_record_does_not_let_it_out():
    dates = published("20270303", role="02") + published("20270101", role="09")

    load(message(product(isbn(1), publishing=dates)))
    load(message(product(isbn(1))))

    edition = Product.objects.get(structure="child")
    assert edition.embargoed_until == date(2027, 3, 3)
    assert timezone.localtime(edition.announced_at).isoformat()[:16] == "2027-01-01T00:00"
