"""What an interruption does on the way from the address to the order."""

from datetime import timedelta

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from checkout.models import ParcelNotice
from shipping.models import Interruption
from tests.books import make_edition
from tests.checkout.reader import BELFAST

pytestmark = pytest.mark.django_db

Order = get_model("order", "Order")
REVIEW, SHIPPING = "/checkout/review/", "/checkout/shipping/"
STANDARD, EXPRESS = "united-kingdom-standard", "united-kingdom-express"


@pytest.fixture
def paperback():
    return make_edition(title="My Life", copies=5, weight_g=680)


@pytest.fixture
def epub(paperback):
    return make_edition(paperback.parent, type="epub", price="9.99")


@pytest.fixture
def at_shipping(reader, paperback):
    """Bring the reader with the paperback to the choice of the way."""

    def at_shipping(*more, **address):
        reader.take(paperback, *more).give_email()
        reader.give_address(**address)
        return reader.client.get(SHIPPING)

    return at_shipping


def ways(page):
    return [each.quote.method_code for each in page.context["progress"].decision.offers]


# What each severity does.


@pytest.mark.parametrize("severity", ["information", "delay"])
def test_a_notice_that_only_tells_is_shown_and_frozen(
    reader, paperback, interrupt, stripe, severity
):
    interrupt(severity, delay_days=9)
    page = reader.take(paperback).review()
    assert "Ships wait in port." in page.text
    assert "Until further notice." in page.text

    answer = reader.pay(page)

    assert answer.url.startswith(stripe.base_url)
    told = Order.objects.get().parcel_notices.get()
    assert (told.severity, told.message, told.acknowledged_at) == (
        severity,
        "Ships wait in port.",
        None,
    )


def test_a_delay_is_added_to_the_days_on_every_page(reader, paperback, interrupt):
    interrupt("delay", delay_days=9)
    page = reader.take(paperback).review()

    assert "8 to 24 days" in page.text
    shipping = " ".join(reader.client.get(SHIPPING).text.split())
    assert "8 to 24 days to United Kingdom" in shipping


def test_what_has_to_be_ticked_is_ticked_and_kept_as_evidence(
    reader, paperback, interrupt, stripe
):
    strike = interrupt("acknowledge", ends_at=timezone.now() + timedelta(days=30))
    page = reader.take(paperback).review()
    assert "I have read: Ships wait in port." in page.text

    reader.pay(page, ticks=[strike])

    told = Order.objects.get().parcel_notices.get()
    assert told.acknowledged_at == told.shown_at
    assert (told.interruption, told.ends_at) == (strike, strike.ends_at)


def test_without_the_tick_nothing_is_ordered_and_the_error_stands_beside_it(
    reader, paperback, interrupt
):
    strike = interrupt("acknowledge")
    page = reader.take(paperback).review()

    answer = reader.pay(page)

    assert answer.status_code == 422
    assert Order.objects.count() == 0
    assert f'<a href="#read-{strike.pk}">' in answer.text
    assert f'id="unread-{strike.pk}"' in answer.text
    assert f'aria-invalid="true" aria-describedby="unread-{strike.pk}"' in answer.text
    assert "Please tick this before you pay." in answer.text
    assert "1 Library Lane" in answer.text


def test_of_two_ticks_the_one_given_stays_and_only_the_other_is_asked_for(
    reader, paperback, interrupt, stripe
):
    read = interrupt("acknowledge", message="Parcels are opened.")
    unread = interrupt("acknowledge", message="Parcels are late.")
    page = reader.take(paperback).review()

    answer = reader.pay(page, ticks=[read])

    assert f'name="acknowledged" value="{read.pk}" checked required' in answer.text
    assert f'id="unread-{read.pk}"' not in answer.text
    assert f'id="unread-{unread.pk}"' in answer.text
    reader.pay(answer, ticks=[read, unread])
    assert Order.objects.get().parcel_notices.exclude(acknowledged_at=None).count() == 2


@pytest.mark.parametrize("forged", ["", "0", "999999", "x", "-1", "9" * 40])
def test_a_forged_tick_is_none(reader, paperback, interrupt, forged):
    interrupt("acknowledge")
    page = reader.take(paperback).review()
    shown = page.context["progress"].shown.digest()

    answer = reader.client.post(REVIEW, {"shown": shown, "acknowledged": forged})

    assert answer.status_code == 422
    assert Order.objects.count() == 0


def test_to_a_suspended_country_nothing_printed_can_be_placed(at_shipping, reader, interrupt):
    interrupt("suspended")

    page = at_shipping()

    assert "Parcels to United Kingdom are suspended." in page.text
    assert "Ships wait in port." in page.text
    assert 'name="method"' not in page.text
    assert reader.client.get(REVIEW).url == SHIPPING
    assert reader.choose(STANDARD).status_code == 422
    assert Order.objects.count() == 0


@pytest.mark.parametrize("severity", ["information", "delay", "acknowledge", "suspended"])
def test_e_books_go_whatever_is_in_the_way_of_parcels(
    reader, epub, interrupt, stripe, severity
):
    interrupt(severity, "")
    reader.take(epub).give_email()

    answer = reader.pay(reader.client.get(REVIEW))

    assert answer.url.startswith(stripe.base_url)
    assert ParcelNotice.objects.count() == 0


def test_a_mixed_basket_to_a_suspended_country_waits_for_the_reader(
    at_shipping, reader, epub, interrupt, stripe
):
    other = make_edition(title="1905")
    interrupt("suspended")
    page = at_shipping(epub, other)
    line = page.context["progress"].contents.lines[2].pk
    assert "take the printed books out of the basket" in page.text

    reader.client.post(f"/basket/lines/{line}/remove/")
    reader.client.post(f"/basket/lines/{page.context['progress'].contents.lines[0].pk}/remove/")
    answer = reader.pay(reader.client.get(REVIEW))

    assert answer.url.startswith(stripe.base_url)
    assert [line.product for line in Order.objects.get().lines.all()] == [epub]


def test_the_e_book_is_taken_instead_in_one_click(at_shipping, reader, epub, interrupt):
    interrupt("suspended")
    page = at_shipping()
    ((line, offer),) = page.context["progress"].instead
    assert "E-book (EPUB), $9.99: needs no parcel" in page.text

    answer = reader.client.post(f"/basket/lines/{line.pk}/swap/", {"edition": offer.edition.pk})

    assert answer.url == "/basket/"
    review = reader.client.get(REVIEW)
    assert [each.edition for each in review.context["progress"].contents.lines] == [epub]
    assert "Pay $9.99" in review.text


def test_a_suspension_of_one_way_leaves_the_other(at_shipping, reader, interrupt, stripe):
    interrupt("suspended", methods=EXPRESS)

    page = at_shipping()

    assert ways(page) == [STANDARD]
    assert "Express is not offered: Ships wait in port.</p>" in page.text
    assert "Express to United Kingdom: Ships wait in port." in page.text
    assert reader.choose(EXPRESS).status_code == 422
    reader.choose(STANDARD)
    review = reader.client.get(REVIEW)
    assert "Ships wait in port." not in review.text.split("Your books")[0].split("</nav>")[-1]
    assert reader.pay(review).url.startswith(stripe.base_url)
    assert ParcelNotice.objects.count() == 0


@pytest.mark.parametrize("postcode", ["BT1 5GS", "bt1 5gs", " bt15gs "])
def test_a_suspended_region_is_blocked_however_its_postcode_is_written(
    at_shipping, reader, interrupt, postcode
):
    interrupt("suspended", postcodes=["bt "])

    assert ways(at_shipping(**BELFAST | {"postcode": postcode})) == []
    reader.give_address()
    assert ways(reader.client.get(SHIPPING)) == [STANDARD, EXPRESS]
    assert "Ships wait in port." not in main_of(reader.client.get(SHIPPING))


def test_a_chosen_way_is_asked_for_again_when_the_postcode_is_suspended(
    reader, paperback, interrupt
):
    interrupt("suspended", postcodes=["BT"])
    reader.take(paperback).review()

    reader.give_address(**BELFAST)

    assert reader.client.get(REVIEW).url == SHIPPING


def test_a_notice_about_ways_to_other_countries_is_not_shown(at_shipping, interrupt):
    interrupt("suspended", "", methods="united-states-priority")

    assert "Ships wait in port." not in main_of(at_shipping())


# What changes between the review and Pay.


@pytest.mark.parametrize("severity", ["information", "delay", "acknowledge", "suspended"])
def test_a_notice_that_starts_before_paying_stops_and_is_named(
    reader, paperback, interrupt, stripe, severity
):
    page = reader.take(paperback).review()
    strike = interrupt(severity, starts_at=timezone.now())

    answer = reader.pay(page, ticks=[strike])

    told = reader.client.get(answer.url).text
    assert "Ships wait in port." in told
    assert "Nothing was charged." in told
    assert (Order.objects.count(), ParcelNotice.objects.count()) == (0, 0)
    assert answer.url == (SHIPPING if severity == "suspended" else REVIEW)
    assert paperback.stockrecords.get().num_allocated in {None, 0}


@pytest.mark.parametrize(
    "change",
    [
        {"message": "Ships have sunk."},
        {"severity": "acknowledge"},
        {"severity": "information"},
        {"delay_days": 30},
        {"ends_at": timezone.now() + timedelta(days=9)},
    ],
    ids=["text", "has to be ticked", "only tells", "days", "end"],
)
def test_a_notice_that_changes_before_paying_stops_and_is_named(
    reader, paperback, interrupt, stripe, change
):
    strike = interrupt("delay", delay_days=3)
    page = reader.take(paperback).review()
    Interruption.objects.filter(pk=strike.pk).update(**change)

    answer = reader.pay(page)

    strike.refresh_from_db()
    assert answer.url == REVIEW
    again = reader.client.get(REVIEW)
    assert strike.message in again.text
    assert Order.objects.count() == 0
    reader.pay(again, ticks=[strike])
    assert Order.objects.get().parcel_notices.get().message == strike.message


def test_only_what_staff_call_a_notice_changing_stops_nobody(
    reader, paperback, interrupt, stripe
):
    strike = interrupt("delay")
    page = reader.take(paperback).review()
    Interruption.objects.filter(pk=strike.pk).update(title="Dockers", is_in_bar=False)

    assert reader.pay(page).url.startswith(stripe.base_url)


@pytest.mark.parametrize("end", ["ended", "deleted"])
def test_a_notice_that_ends_before_paying_stops_nobody_and_is_frozen_as_shown(
    reader, paperback, interrupt, stripe, end
):
    strike = interrupt("acknowledge")
    page = reader.take(paperback).review()
    if end == "ended":
        Interruption.objects.filter(pk=strike.pk).update(
            ends_at=timezone.now(), message="It is over."
        )
    else:
        strike.delete()

    answer = reader.pay(page)

    assert answer.url.startswith(stripe.base_url)
    told = Order.objects.get().parcel_notices.get()
    assert (told.message, told.ends_at) == ("Ships wait in port.", None)
    assert told.acknowledged_at is None
    assert told.interruption_id == (strike.pk if end == "ended" else None)


def test_a_second_click_without_the_tick_still_finds_the_order(
    reader, paperback, interrupt, stripe
):
    strike = interrupt("acknowledge")
    page = reader.take(paperback).review()
    first = reader.pay(page, ticks=[strike])

    assert reader.pay(page).url == first.url
    assert Order.objects.count() == 1


# Each step costs the same.


@pytest.mark.parametrize("notices", [1, 10])
def test_the_review_asks_the_same_of_the_database_however_many_notices(
    reader, paperback, interrupt, notices, django_assert_num_queries
):
    for _ in range(notices):
        interrupt("acknowledge")
    reader.take(paperback).review()

    with django_assert_num_queries(14):
        reader.client.get(REVIEW)


def main_of(page):
    """Return the page without the bar at its top."""
    return page.text.partition("<main")[2]
