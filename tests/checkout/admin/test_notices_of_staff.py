"""Notices, lists to read, and the box on the admin's first page."""

from datetime import timedelta
from uuid import uuid4

import pytest

from checkout import notices, parcels, refunds
from checkout.models import OrderMail, StaffNotice, StripeComparison

pytestmark = pytest.mark.django_db

NOTICES = "/admin/checkout/staffnotice/"
LISTS = ["staffnotice", "refundrequest", "dispute", "parcel", "stripecomparison"]


@pytest.fixture
def tell(now):
    def tell(about, *, kind="stripe", **given):
        notices.tell(kind=kind, about=about, text=f"Look at {about}.", now=now, **given)
        return StaffNotice.objects.get(about=about)

    return tell


def test_open_notices_come_first_and_lead_to_their_order(desk, tell, order, now):
    old = tell("the old one", order=order)
    done = tell("the done one")
    notices.settle(notice=done, by=desk.user, now=now)

    page = desk.opens(NOTICES)

    assert page.words.index(old.text) < page.words.index(done.text)
    assert page.tree.xpath(f"//a[text()='{order.number}']/@href") == [
        f"/admin/order/order/{order.pk}/change/"
    ]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"state": "open"}, ["one"]),
        ({"state": "done"}, ["two"]),
        ({"kind__exact": "dispute"}, ["two"]),
        ({"q": "Look at one"}, ["one"]),
    ],
)
def test_notices_are_chosen_by_state_kind_and_words(desk, tell, now, query, shown):
    tell("one")
    notices.settle(notice=tell("two", kind="dispute"), by=desk.user, now=now)

    words = desk.opens(NOTICES, **query).words

    assert [about for about in ("one", "two") if f"Look at {about}." in words] == shown


def test_many_notices_are_marked_as_done(desk, tell, order, logged):
    chosen = [tell("one").pk, tell("two", order=order).pk]

    page = desk.posts(NOTICES, action="settle", _selected_action=chosen)

    assert page.messages == ["2 notices are done."]
    assert not StaffNotice.objects.filter(done_at=None).exists()
    assert logged(order)[0][1].startswith("Notice done: ")


def test_a_notice_that_is_done_stays_with_who_did_it(desk, tell, allowed):
    notice = tell("one")
    desk.posts(f"{NOTICES}{notice.pk}/done/")
    other = allowed("view_order", "change_staffnotice")

    other.posts(f"{NOTICES}{notice.pk}/done/")

    notice.refresh_from_db()
    assert notice.done_by == desk.user


def test_the_lists_and_their_rows_can_be_read_and_not_changed(desk, tell, paid, now, stripe):
    tell("one", order=paid)
    refunds.ask(order=paid, amount=100, reason="goodwill", form_key=uuid4(), now=now)
    parcels.send(order=paid, copies={paid.lines.get().pk: 1}, form_key=uuid4(), now=now)
    paid.disputes.create(
        id="du_1", intent_id="pi_1", amount=1, currency="USD", status="lost", opened_at=now
    )
    StripeComparison.objects.create(on_date=now.date(), began_at=now, differences="pi_1: 5")

    for name in LISTS:
        page = desk.opens(f"/admin/checkout/{name}/")
        (row,) = page.tree.xpath("//*[@id='result_list']/tbody/tr")
        one = row.xpath(".//th/a/@href")[0]
        assert "Save" not in desk.opens(one).text
        assert desk.client.post(one, {"text": "x"}).status_code == 403
        assert desk.client.get(f"/admin/checkout/{name}/add/").status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("name", ["staffnotice", "refundrequest", "parcel"])
def test_the_lists_cost_the_same_however_long(
    desk, tell, paid, now, name, rows, django_assert_num_queries
):
    for number in range(rows):
        tell(str(number), order=paid)
        refunds.ask(order=paid, amount=1, reason="goodwill", form_key=uuid4(), now=now)
        parcel = paid.parcels.create(sent_at=now, form_key=uuid4(), sent_by=desk.user)
        parcel.lines.create(line=paid.lines.get(), quantity=1)
    desk.opens(f"/admin/checkout/{name}/")

    with django_assert_num_queries(6 if name == "parcel" else 4):
        desk.opens(f"/admin/checkout/{name}/")


def test_the_first_page_says_what_needs_attention(desk, tell, paid, now):
    tell("one", order=paid)
    OrderMail.objects.update(sent_at=None, created_at=now - timedelta(hours=1))

    box = desk.opens("/admin/").content.find_class("attention-box")[0]

    words = " ".join(box.text_content().split())
    assert f"Order {paid.number} is paid, its confirmation has not gone out." in words
    assert "1 open notice" in words
    of_orders = box.xpath(".//a[not(contains(@href, '/catalogue/'))]/@href")
    for href in of_orders:
        assert paid.number in desk.opens(href).words


def test_the_first_page_says_when_there_is_nothing_to_do(desk):
    assert "Nothing needs you now." in desk.opens("/admin/").words


def test_the_first_page_says_nothing_of_orders_to_those_who_may_not_see_them(allowed, tell):
    tell("one")

    assert "notice" not in allowed("view_product").opens("/admin/").words
