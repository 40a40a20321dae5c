"""Never more is given back than was paid."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from bookstore.demo.stripe import shopper


@pytest.fixture
def pay(client, open_session):
    def make(number="4242424242424242"):
        session = open_session()
        shopper.pay_by_card(session.url, number=number)
        seen = client.v1.checkout.sessions.retrieve(
            session.id, params={"expand": ["payment_intent"]}
        )
        return seen.payment_intent

    return make


def test_a_payment_is_given_back_in_parts_up_to_its_whole(client, pay, shop):
    intent = pay()
    refund = client.v1.refunds.create

    refund(
        params={
            "payment_intent": intent.id,
            "amount": 1000,
            "metadata": {"refund": "1"},
            "reason": "requested_by_customer",
        }
    )
    with pytest.raises(stripe.InvalidRequestError, match=r"\$20\.46.*\$20\.45") as too_much:
        refund(params={"payment_intent": intent.id, "amount": 2046})
    rest = refund(params={"charge": intent.latest_charge})
    with pytest.raises(stripe.InvalidRequestError) as nothing_left:
        refund(params={"payment_intent": intent.id})

    assert too_much.value.param == "amount"
    assert (rest.amount, rest.status) == (2045, "succeeded")
    assert nothing_left.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (3045, True)
    made = client.v1.refunds.list(params={"payment_intent": intent.id})
    assert [each.amount for each in made.data] == [2045, 1000]
    assert client.v1.refunds.retrieve(rest.id).payment_intent == intent.id
    shop.wait_for("charge.refunded", times=2)
    shop.wait_for("refund.created", times=2)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_gives_something(client, pay, amount):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"payment_intent": pay().id, "amount": amount})

    assert refused.value.code == "parameter_invalid_integer"


def test_what_was_not_paid_cannot_be_given_back(client, pay):
    declined = pay("4000000000000002")

    for params in (
        {"payment_intent": declined.id},
        {"charge": declined.latest_charge},
        {"payment_intent": "pi_nothing"},
        {},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create(params=params)

    assert client.v1.refunds.list().data == []


def test_many_refunds_at_once_give_back_the_payment_once(client, pay):
    intent = pay()

    def refund(_):
        try:
            client.v1.refunds.create(params={"payment_intent": intent.id})
        except stripe.InvalidRequestError as refused:
            return refused.code
        return "refunded"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(refund, range(8)))

    assert answers == ["charge_already_refunded"] * 7 + ["refunded"]


def test_the_same_refund_asked_twice_is_made_once(client, pay):
    params = {"payment_intent": pay().id, "amount": 500}
    options = {"idempotency_key": "refund-1"}

    first = client.v1.refunds.create(params=params, options=options)
    again = client.v1.refunds.create(params=params, options=options)

    assert again.id == first.id
    assert len(client.v1.refunds.list().data) == 1


def test_a_refund_may_be_pending_until_the_bank_has_it(client, pay, shop, stand_in):
    intent = pay("4000000000007726")

    refund = client.v1.refunds.create(params={"payment_intent": intent.id})
    stand_in.advance(2 * 24 * 60 * 60 + 1)

    assert refund.status == "pending"
    assert shop.wait_for("refund.updated").data.object.status == "succeeded"
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_may_come_back(client, pay, shop, stand_in):
    intent = pay("4000000000005126")

    refund = client.v1.refunds.create(params={"payment_intent": intent.id})
    stand_in.advance(2 * 24 * 60 * 60 + 1)

    assert refund.status == "succeeded"
    assert shop.wait_for("refund.failed").data.object.id == refund.id
    assert client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 0


def test_a_refund_made_in_the_dashboard_reaches_the_shop(client, pay, shop, control):
    intent = pay()

    control("refunds", payment_intent=intent.id, amount=1000)

    event = shop.wait_for("refund.created")
    assert event.data.object.amount == 1000
    assert event.request.id is None
    assert client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 1000
