"""A dispute takes the money at once; only a shop that wins gets it back."""

import pytest
import stripe

from bookstore.demo.stripe import shopper
from bookstore.demo.stripe.refusals import Refused

DISPUTED_CARD, INQUIRED_CARD = "4000000000000259", "4000000000001976"


@pytest.fixture
def balance(client):
    """Return a function that asks Stripe what the account holds in dollars."""
    return lambda: sum(each.amount for each in client.v1.balance.retrieve().available)


@pytest.fixture
def dispute_of(client):
    def find(intent):
        (dispute,) = client.v1.disputes.list(params={"payment_intent": intent.id}).data
        return dispute

    return find


def test_the_disputed_card_pays_and_the_bank_takes_the_money_back(
    client, pay, shop, dispute_of, balance, stand_in
):
    intent = pay(DISPUTED_CARD)

    dispute = dispute_of(intent)
    assert (dispute.status, dispute.amount, dispute.reason) == (
        "needs_response",
        3045,
        "fraudulent",
    )
    assert client.v1.charges.retrieve(intent.latest_charge).disputed
    shop.wait_for("charge.dispute.funds_withdrawn")
    order = [kind for kind in shop.types if "dispute" in kind or kind.endswith("completed")]
    assert order == [
        "checkout.session.completed",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ]
    assert [each.amount for each in dispute.balance_transactions] == [-3045]
    assert balance() == stand_in.money_held(intent.id) == 0


def test_a_shop_that_wins_gets_the_money_back_and_may_refund_it(
    client, pay, shop, dispute_of, balance, stand_in
):
    intent = pay(DISPUTED_CARD)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"payment_intent": intent.id})

    stand_in.close_dispute(dispute_of(intent).id, is_won=True)

    assert refused.value.code == "charge_disputed"
    assert shop.wait_for("charge.dispute.funds_reinstated").data.object.status == "won"
    assert shop.wait_for("charge.dispute.closed").data.object.status == "won"
    assert [each.amount for each in dispute_of(intent).balance_transactions] == [-3045, 3045]
    assert balance() == stand_in.money_held(intent.id) == 3045
    assert client.v1.refunds.create(params={"payment_intent": intent.id}).amount == 3045
    assert balance() == 0


def test_a_shop_that_loses_never_sees_the_money_again(
    client, pay, shop, dispute_of, balance, stand_in
):
    intent = pay(DISPUTED_CARD)

    stand_in.close_dispute(dispute_of(intent).id, is_won=False)

    assert shop.wait_for("charge.dispute.closed").data.object.status == "lost"
    assert "charge.dispute.funds_reinstated" not in shop.types
    assert balance() == stand_in.money_held(intent.id) == 0
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"


def test_a_shop_may_give_in_to_a_dispute_once(client, pay, dispute_of):
    dispute = dispute_of(pay(DISPUTED_CARD))

    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.close(dispute.id)


def test_a_payment_is_disputed_long_after_it_was_made(client, pay, shop, stand_in):
    intent = pay()

    opened = stand_in.open_dispute(intent.id)

    assert shop.wait_for("charge.dispute.created").data.object.id == opened["id"]
    assert client.v1.disputes.retrieve(opened["id"]).payment_intent == intent.id


def test_what_was_given_back_is_not_disputed(pay, stand_in, balance):
    intent = pay()
    stand_in.refund(intent.id, amount=1000)

    with pytest.raises(Refused, match=r"\$20\.45"):
        stand_in.open_dispute(intent.latest_charge, amount=2046)
    dispute = stand_in.open_dispute(intent.latest_charge)

    assert dispute["amount"] == 2045
    assert balance() == 0
    stand_in.close_dispute(dispute["id"], is_won=True)
    assert balance() == 2045


def test_a_part_may_be_disputed_and_only_once(pay, stand_in, balance):
    intent = pay()

    stand_in.open_dispute(intent.id, amount=1000)

    assert balance() == stand_in.money_held(intent.id) == 2045
    with pytest.raises(Refused, match="disputed already"):
        stand_in.open_dispute(intent.id)


@pytest.mark.parametrize("give_back", [True, False], ids=["given back", "never paid"])
def test_only_money_that_is_held_is_disputed(pay, stand_in, give_back):
    intent = pay("4242424242424242" if give_back else "4000000000000002")
    if give_back:
        stand_in.refund(intent.id)

    with pytest.raises(Refused, match="holds no money"):
        stand_in.open_dispute(intent.id)


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        ({"customer_name": "Ada Reader"}, "under_review"),
        ({"uncategorized_text": "winning_evidence"}, "won"),
        ({"uncategorized_text": "losing_evidence"}, "lost"),
    ],
)
def test_a_shop_answers_a_dispute_with_evidence(
    client, pay, shop, dispute_of, evidence, status
):
    dispute = dispute_of(pay(DISPUTED_CARD))

    client.v1.disputes.update(dispute.id, params={"evidence": evidence})

    updated = shop.wait_for("charge.dispute.updated").data
    assert updated.object.status == "under_review"
    assert updated.previous_attributes.status == "needs_response"
    assert client.v1.disputes.retrieve(dispute.id).status == status


def test_evidence_can_be_kept_without_handing_it_in(client, pay, dispute_of):
    dispute = dispute_of(pay(DISPUTED_CARD))

    kept = client.v1.disputes.update(
        dispute.id, params={"evidence": {"customer_name": "Ada"}, "submit": False}
    )

    assert (kept.status, kept.evidence.customer_name) == ("needs_response", "Ada")
    assert kept.evidence_details.submission_count == 0


def test_disputes_are_found_by_charge_by_intent_and_by_time(client, pay):
    intent, other = pay(DISPUTED_CARD), pay(DISPUTED_CARD)

    def found(**params):
        return {each.payment_intent for each in client.v1.disputes.list(params=params).data}

    assert found(charge=intent.latest_charge) == {intent.id}
    assert found(payment_intent=other.id) == {other.id}
    assert found(created={"gte": intent.created}) == {intent.id, other.id}
    assert found(created={"lt": intent.created}) == set()


def test_a_bank_debit_can_be_disputed(client, open_session, stand_in):
    session = open_session()
    shopper.pay_by_debit(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    stand_in.settle_debit(intent)

    dispute = stand_in.open_dispute(intent)

    assert dispute["payment_method_details"] == {"type": "us_bank_account"}
    assert stand_in.money_held(intent) == 0


def test_an_inquiry_takes_no_money_and_leaves_the_shop_free_to_refund(
    client, pay, shop, dispute_of, balance, stand_in
):
    intent = pay(INQUIRED_CARD)

    inquiry = dispute_of(intent)
    assert inquiry.status == "warning_needs_response"
    assert inquiry.is_charge_refundable
    shop.wait_for("charge.dispute.created")
    assert "charge.dispute.funds_withdrawn" not in shop.types
    assert balance() == stand_in.money_held(intent.id) == 3045
    assert client.v1.refunds.create(params={"payment_intent": intent.id}).amount == 3045


def test_a_bank_that_is_content_closes_its_inquiry(pay, shop, dispute_of, balance, stand_in):
    intent = pay(INQUIRED_CARD)

    stand_in.close_dispute(dispute_of(intent).id, is_won=True)

    assert shop.wait_for("charge.dispute.closed").data.object.status == "warning_closed"
    assert "charge.dispute.funds_reinstated" not in shop.types
    assert balance() == 3045


def test_an_inquiry_may_become_a_dispute_over_what_is_left(
    client, pay, shop, dispute_of, balance, stand_in
):
    intent = pay(INQUIRED_CARD)
    client.v1.refunds.create(params={"payment_intent": intent.id, "amount": 1000})

    stand_in.escalate_dispute(dispute_of(intent).id)

    dispute = dispute_of(intent)
    assert (dispute.status, dispute.amount) == ("needs_response", 2045)
    assert not dispute.is_charge_refundable
    assert shop.wait_for("charge.dispute.updated").data.previous_attributes.status == (
        "warning_needs_response"
    )
    shop.wait_for("charge.dispute.funds_withdrawn")
    assert balance() == stand_in.money_held(intent.id) == 0
    with pytest.raises(Refused, match="not an open inquiry"):
        stand_in.escalate_dispute(dispute.id)


def test_giving_in_to_an_inquiry_loses_the_money(client, pay, dispute_of, balance):
    inquiry = dispute_of(pay(INQUIRED_CARD))

    assert client.v1.disputes.close(inquiry.id).status == "lost"
    assert balance() == 0
