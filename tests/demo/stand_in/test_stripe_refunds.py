"""Never more is given back than was paid."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from bookstore.demo.stripe import shopper
from bookstore.demo.stripe.refusals import Refused

CARD_WITH_SLOW_REFUNDS, CARD_THAT_SENDS_BACK = "4000000000007726", "4000000000005126"
TWO_DAYS = 2 * 24 * 60 * 60


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
    intent = pay(CARD_WITH_SLOW_REFUNDS)

    refund = client.v1.refunds.create(params={"payment_intent": intent.id})
    stand_in.advance(TWO_DAYS + 1)

    assert refund.status == "pending"
    updated = shop.wait_for("refund.updated")
    assert updated.data.object.status == "succeeded"
    assert updated.data.previous_attributes.to_dict() == {"status": "pending"}
    assert shop.wait_for("charge.refund.updated").data.object.id == refund.id
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_pending_refund_counts_until_the_bank_sends_it_back(client, pay, shop, control):
    intent = pay(CARD_WITH_SLOW_REFUNDS)
    refund = client.v1.refunds.create(params={"payment_intent": intent.id, "amount": 3000})

    with pytest.raises(stripe.InvalidRequestError, match="unrefunded"):
        client.v1.refunds.create(params={"payment_intent": intent.id, "amount": 100})
    control(f"refunds/{refund.id}/settle", outcome="fail")

    failed = shop.wait_for("refund.failed").data.object
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    again = client.v1.refunds.create(params={"payment_intent": intent.id})
    assert again.amount == 3045


def test_a_refund_may_come_back(client, pay, shop, stand_in):
    intent = pay(CARD_THAT_SENDS_BACK)

    refund = client.v1.refunds.create(params={"payment_intent": intent.id})
    left = stand_in.money_held(intent.id)
    stand_in.advance(TWO_DAYS + 1)

    assert (refund.status, left) == ("succeeded", 0)
    assert shop.wait_for("refund.failed").data.object.id == refund.id
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert stand_in.money_held(intent.id) == 3045


def test_a_refund_says_on_the_charge_what_was_refunded_before(client, pay, shop):
    intent = pay()

    for amount in (1000, 2045):
        client.v1.refunds.create(params={"payment_intent": intent.id, "amount": amount})

    shop.wait_for("charge.refunded", times=2)
    first, last = [each.data for each in shop.events if each.type == "charge.refunded"]
    assert first.previous_attributes.to_dict() == {"amount_refunded": 0}
    assert last.previous_attributes.to_dict() == {"amount_refunded": 1000, "refunded": False}
    assert (last.object.amount_refunded, last.object.refunded) == (3045, True)


def test_only_a_refunds_metadata_can_be_changed(client, pay, shop):
    refund = client.v1.refunds.create(
        params={"payment_intent": pay().id, "metadata": {"request": "1"}}
    )

    changed = client.v1.refunds.update(refund.id, params={"metadata": {"by": "Ada"}})

    assert changed.metadata.to_dict() == {"request": "1", "by": "Ada"}
    shop.wait_for("refund.updated")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.update(refund.id, params={"amount": 1})


def test_an_unsettled_debit_cannot_be_refunded(client, open_session, stand_in):
    session = open_session()
    shopper.pay_by_debit(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        client.v1.refunds.create(params={"payment_intent": intent})

    stand_in.settle_debit(intent)
    assert client.v1.refunds.create(params={"payment_intent": intent}).status == "pending"


def test_a_failed_debit_holds_no_money(client, open_session, shop, stand_in):
    session = open_session()
    shopper.pay_by_debit(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent

    stand_in.fail_debit(intent)

    shop.wait_for("checkout.session.async_payment_failed")
    assert stand_in.money_held(intent) == 0
    with pytest.raises(Refused, match="has answered"):
        stand_in.settle_debit(intent)


def test_a_refund_made_in_the_dashboard_reaches_the_shop(client, pay, shop, stand_in):
    intent = pay()

    stand_in.refund(intent.latest_charge, amount=1000)
    stand_in.refund(intent.id)

    shop.wait_for("refund.created", times=2)
    made = [event for event in shop.events if event.type == "refund.created"]
    assert [event.data.object.amount for event in made] == [1000, 2045]
    assert {event.request.id for event in made} == {None}
    assert client.v1.charges.retrieve(intent.latest_charge).refunded
    assert stand_in.money_held(intent.id) == 0


def test_what_cannot_be_acted_on_is_refused_not_ignored(client, pay):
    for name, value in (("reverse_transfer", True), ("currency", "usd")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create(params={"payment_intent": pay().id, name: value})
        assert (refused.value.code, refused.value.param) == ("stand_in_limit", name)
