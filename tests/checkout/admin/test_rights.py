"""Who may do what with an order."""

import pytest

from checkout import notices, orders
from checkout.models import Parcel, RefundRequest, StaffNotice

pytestmark = pytest.mark.django_db

PAGES = ["refund", "parcel", "cancellation", "packing", "stripe", "confirmation", "note"]
RIGHTS = {
    "refund": "add_refundrequest",
    "parcel": "add_parcel",
    "cancellation": "add_refundrequest",
    "packing": "add_parcel",
    "stripe": "change_order",
    "confirmation": "change_order",
    "note": "change_order",
}


@pytest.fixture
def notice(paid, now):
    notices.tell(kind="stripe", about="1", text="No answer.", now=now, order=paid)
    return StaffNotice.objects.get()


def test_who_may_only_see_sees_everything_and_no_button(allowed, paid, notice):
    page = allowed("view_order").order(paid)

    assert page.buttons == []
    assert "My Life" in page.words
    assert "No answer." in page.words


@pytest.mark.parametrize("name", PAGES)
def test_who_may_only_see_is_refused(allowed, paid, address_of, name, state):
    client = allowed("view_order").client

    assert client.post(address_of(paid, name), {"message": "x"}).status_code == 403
    assert client.get(address_of(paid, name)).status_code == 403
    assert (state(paid).status, paid.notes.count()) == ("Paid", 0)


@pytest.mark.parametrize("name", PAGES)
def test_the_right_alone_is_not_enough_without_seeing_orders(allowed, paid, address_of, name):
    client = allowed(RIGHTS[name]).client

    assert client.post(address_of(paid, name)).status_code == 403


@pytest.mark.parametrize(
    ("right", "buttons"),
    [
        ("add_parcel", ["Begin packing", "Dispatch"]),
        ("add_refundrequest", ["Refund", "Cancel the order"]),
        ("change_order", ["Ask Stripe again", "Resend confirmation", "Add note"]),
        ("change_staffnotice", ["Done"]),
    ],
)
def test_each_right_gives_its_buttons(allowed, paid, notice, right, buttons):
    assert allowed("view_order", right).order(paid).buttons == buttons


def test_the_rights_do_what_they_say(allowed, paid):
    desk = allowed("view_order", "add_parcel", "add_refundrequest")

    desk.order(paid, "parcel").send()
    desk.order(paid, "refund").send(other="1", reason="goodwill").send(confirm="100")

    assert (Parcel.objects.get().sent_by, RefundRequest.objects.get().asked_by) == (
        desk.user,
        desk.user,
    )


def test_notices_are_done_by_those_who_may(allowed, notice):
    done = f"/admin/checkout/staffnotice/{notice.pk}/done/"
    client = allowed("view_order").client

    assert client.post(done).status_code == 403
    notice.refresh_from_db()
    assert notice.done_at is None


def test_actions_are_offered_by_right(allowed, paid):
    desk = allowed("view_order", "add_parcel")
    page = desk.opens("/admin/order/order/")
    assert page.tree.xpath("//select[@name='action']/option/@value") == [
        *("", "begin_packing", "print_packing_slips")
    ]

    chosen = {"action": "ask_stripe_again", "_selected_action": [paid.pk]}
    desk.posts("/admin/order/order/", **chosen)

    assert "Asked Stripe" not in desk.order(paid).words


@pytest.mark.parametrize("name", PAGES)
def test_forms_of_other_sites_are_refused(desk, paid, address_of, name):
    desk.client.handler.enforce_csrf_checks = True

    assert desk.client.post(address_of(paid, name)).status_code == 403


@pytest.mark.parametrize("name", ["packing", "stripe", "confirmation", "note"])
def test_a_link_to_a_button_does_nothing(desk, paid, name, state):
    page = desk.order(paid, name)

    assert paid.number in page.words
    assert state(paid).status == "Paid"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_an_order_that_is_not_there_is_not_found(desk, name):
    path = f"/admin/order/order/99999999999999999999/{name}/"

    assert desk.client.post(path).status_code == 404


def test_readers_are_sent_to_sign_in(client, paid, address_of):
    for name in ("change", *PAGES):
        assert client.post(address_of(paid, name)).url.startswith("/admin/login/")


def test_who_may_not_refund_gets_no_link_with_which_one_could(allowed, desk, paid):
    link = orders.order_url(paid)

    assert link in desk.order(paid).text
    assert link not in allowed("view_order").order(paid).text
