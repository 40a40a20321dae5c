"""Lists hold everything once, page by page, and only what was asked for."""

import pytest
import stripe

from bookstore.demo.stripe import shopper


def ids(listed):
    return [each.id for each in listed.data]


def test_more_than_a_hundred_refunds_are_all_found_once(client, pay):
    intent = pay()
    made = [
        client.v1.refunds.create(params={"payment_intent": intent.id, "amount": 5}).id
        for _ in range(123)
    ]

    params = {"payment_intent": intent.id, "limit": 100}
    first = client.v1.refunds.list(params=params)
    found = [refund.id for refund in first.auto_paging_iter()]

    assert found == made[::-1]
    assert (len(first.data), first.has_more) == (100, True)
    last = client.v1.refunds.list(params=params | {"starting_after": found[99]})
    assert (len(last.data), last.has_more) == (23, False)
    backwards = client.v1.refunds.list(params=params | {"ending_before": found[110]})
    assert (ids(backwards), backwards.has_more) == (found[10:110], True)
    created = client.v1.events.list(params={"type": "refund.created", "limit": 100})
    assert len(list(created.auto_paging_iter())) == 123


def test_pages_do_not_shift_when_something_is_added_meanwhile(client, open_session):
    opened = [open_session().id for _ in range(6)]

    found = []
    for session in client.v1.checkout.sessions.list(params={"limit": 2}).auto_paging_iter():
        found.append(session.id)
        if len(found) % 2:
            open_session()

    assert found == opened[::-1]


def test_a_charges_refunds_are_shown_ten_at_a_time(client, pay):
    intent = pay()
    for _ in range(12):
        client.v1.refunds.create(params={"payment_intent": intent.id, "amount": 5})

    charge = client.v1.charges.retrieve(intent.latest_charge, params={"expand": ["refunds"]})

    assert (len(charge.refunds.data), charge.refunds.has_more) == (10, True)
    assert len(list(charge.refunds.auto_paging_iter())) == 12


def test_line_items_are_paged(client, open_session):
    items = [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 100 + number,
                "product_data": {"name": f"Book {number}"},
            },
        }
        for number in range(12)
    ]
    session = open_session(line_items=items)
    lines = client.v1.checkout.sessions.line_items

    first = lines.list(session.id)
    back = lines.list(session.id, params={"ending_before": first.data[5].id, "limit": 2})

    assert (len(first.data), first.has_more) == (10, True)
    assert len(list(first.auto_paging_iter())) == 12
    assert (ids(back), back.has_more) == (ids(first)[3:5], True)


def test_intents_are_found_by_time(client, pay):
    intent = pay()

    def found(**bounds):
        return ids(client.v1.payment_intents.list(params={"created": bounds}))

    assert found(gte=intent.created) == [intent.id]
    assert found(gt=intent.created) == []
    assert found(gte=intent.created, lte=intent.created) == [intent.id]
    exact = client.v1.payment_intents.list(params={"created": intent.created})
    assert ids(exact) == [intent.id]


def test_refunds_and_charges_are_found_by_what_they_belong_to(client, pay, stand_in):
    intent, other = pay(), pay()
    refund = stand_in.refund(intent.id, amount=500)
    stand_in.refund(other.id)

    assert ids(client.v1.refunds.list(params={"charge": intent.latest_charge})) == [
        refund["id"]
    ]
    assert ids(client.v1.refunds.list(params={"payment_intent": intent.id})) == [refund["id"]]
    assert ids(client.v1.charges.list(params={"payment_intent": other.id})) == [
        other.latest_charge
    ]
    assert ids(client.v1.refunds.list(params={"created": {"lt": intent.created}})) == []


def test_objects_are_expanded_to_their_depth(client, pay, stand_in):
    intent = pay()
    refund = stand_in.refund(intent.id, amount=500)
    dispute = stand_in.open_dispute(intent.id)

    def depth(*paths):
        return {"expand": list(paths)}

    seen = client.v1.refunds.retrieve(refund["id"], params=depth("charge.payment_intent"))
    assert seen.charge.payment_intent.id == intent.id
    seen = client.v1.disputes.retrieve(dispute["id"], params=depth("charge", "payment_intent"))
    assert seen.charge.id == seen.payment_intent.latest_charge == intent.latest_charge
    listed = client.v1.payment_intents.list(params=depth("data.latest_charge.refunds"))
    assert ids(listed.data[0].latest_charge.refunds) == [refund["id"]]
    too_deep = "charge.payment_intent.latest_charge.payment_intent.latest_charge"
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        client.v1.refunds.retrieve(refund["id"], params=depth(too_deep))
    for path, code in (
        ("amount", None),
        ("id", None),
        ("balance_transaction", "stand_in_limit"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.retrieve(refund["id"], params=depth(path))
        assert refused.value.code == code


def test_what_is_expanded_while_it_is_made_is_whole(client, open_session):
    session = open_session(expand=["line_items"])

    assert session.line_items.data[0].amount_total == 3045
    shopper.pay_by_card(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create(
        params={"payment_intent": intent, "amount": 45, "expand": ["charge"]}
    )
    assert refund.charge.amount_refunded == 45


@pytest.mark.parametrize(
    "params",
    [
        {"starting_after": "re_nothing"},
        {"ending_before": "re_nothing"},
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"created": {"since": 1}},
        {"created": "yesterday"},
        {"status": "succeeded"},
    ],
)
def test_a_page_that_makes_no_sense_is_refused(client, params):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.list(params=params)

    assert refused.value.http_status == 400


@pytest.mark.parametrize("name", ["customer", "customer_account"])
def test_a_filter_that_is_not_spoken_is_refused_not_ignored(client, pay, name):
    pay()

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.list(params={name: "cus_1"})

    assert (refused.value.code, refused.value.param) == ("stand_in_limit", name)
