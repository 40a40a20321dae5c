"""What a reader does on the hosted page, and what the shop sees of it."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from bookstore.demo.stripe import checkout, shopper


def retrieve(client, session):
    expand = {"expand": ["payment_intent.latest_charge"]}
    return client.v1.checkout.sessions.retrieve(session.id, params=expand)


def test_an_open_session_is_unpaid_and_has_no_intent_yet(client, open_session):
    session = open_session()

    seen = client.v1.checkout.sessions.retrieve(session.id)

    assert seen.id.startswith("cs_test_")
    assert (seen.status, seen.payment_status, seen.payment_intent) == ("open", "unpaid", None)
    assert (seen.amount_total, seen.currency, seen.livemode) == (3045, "usd", False)
    assert seen.client_reference_id == "100042"
    assert seen.url == session.url


def test_a_good_card_pays_and_leads_back_to_the_shop(client, open_session, shop):
    session = open_session()

    visit = shopper.pay_by_card(session.url)

    assert visit.status == 303
    assert visit.leads_to == f"http://127.0.0.1:8000/paid/?session={session.id}"
    seen = retrieve(client, session)
    assert (seen.status, seen.payment_status, seen.url) == ("complete", "paid", None)
    assert seen.customer_details.email == "reader@example.org"
    assert seen.payment_intent.status == "succeeded"
    assert seen.payment_intent.amount_received == 3045
    assert seen.payment_intent.metadata.to_dict() == {"order": "100042"}
    assert seen.payment_intent.latest_charge.paid
    completed = shop.wait_for("checkout.session.completed")
    assert completed.data.object.id == session.id
    assert completed.data.object.payment_status == "paid"
    assert {"payment_intent.succeeded", "charge.succeeded"} <= set(shop.types)


@pytest.mark.parametrize(
    "declined",
    [
        ("4000000000000002", "generic_decline", "Your card was declined."),
        ("4000000000009995", "insufficient_funds", "Your card has insufficient funds."),
        ("4111 1111 1111 1111", "test_mode_live_card", "use one of the test cards"),
    ],
)
def test_a_declined_card_leaves_the_session_open(client, open_session, shop, declined):
    number, decline_code, said = declined
    session = open_session()

    visit = shopper.pay_by_card(session.url, number=number)

    assert visit.status == 402
    assert said in visit.text
    seen = retrieve(client, session)
    assert (seen.status, seen.payment_status) == ("open", "unpaid")
    assert seen.payment_intent.status == "requires_payment_method"
    assert seen.payment_intent.last_payment_error.decline_code == decline_code
    assert not seen.payment_intent.latest_charge.paid
    failed = shop.wait_for("payment_intent.payment_failed")
    assert failed.data.object.id == seen.payment_intent.id


def test_a_reader_whose_card_is_declined_pays_with_another(client, open_session):
    session = open_session()
    shopper.pay_by_card(session.url, number="4000000000000002")
    failed = retrieve(client, session)

    visit = shopper.pay_by_card(session.url)

    assert visit.status == 303
    paid = retrieve(client, session)
    assert paid.payment_status == "paid"
    assert paid.payment_intent.id == failed.payment_intent.id
    assert paid.payment_intent.last_payment_error is None
    charges = client.v1.charges.list(params={"payment_intent": paid.payment_intent.id})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


def test_the_bank_asks_and_the_cardholder_answers(client, open_session):
    session = open_session()

    asked = shopper.pay_by_card(session.url, number="4000002500003155")
    waiting = retrieve(client, session)
    question = shopper.look(asked.leads_to.replace("/c/", f"{session.url.split('/c/')[0]}/c/"))
    answered = shopper.answer_bank(session.url)

    assert waiting.payment_intent.status == "requires_action"
    assert (waiting.status, waiting.payment_status) == ("open", "unpaid")
    assert "Complete" in question.text
    assert answered.leads_to.startswith("http://127.0.0.1:8000/paid/")
    assert retrieve(client, session).payment_status == "paid"


def test_a_cardholder_who_fails_the_question_may_try_again(client, open_session, shop):
    session = open_session()
    shopper.pay_by_card(session.url, number="4000002500003155")

    refused = shopper.answer_bank(session.url, is_owner=False)

    assert refused.status == 402
    seen = retrieve(client, session)
    code = "payment_intent_authentication_failure"
    assert seen.payment_intent.last_payment_error.code == code
    assert seen.payment_intent.latest_charge is None
    shop.wait_for("payment_intent.payment_failed")
    assert shopper.pay_by_card(session.url).status == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": "4242424242424241"}, "not valid"),
        ({"number": ""}, "Enter the card&#x27;s number"),
        ({"expiry": "01 / 20"}, "has expired"),
        ({"expiry": "13 / 40"}, "Enter month and year"),
        ({"cvc": "1"}, "security code"),
        ({"name": ""}, "name on the card"),
        ({"email": "nowhere"}, "e-mail address"),
    ],
)
def test_a_slip_of_the_pen_is_named_beside_its_field(client, open_session, fields, said):
    session = open_session()

    visit = shopper.pay_by_card(session.url, **({"name": "Søren <b>"} | fields))

    assert visit.status == 422
    assert said in visit.text
    assert 'aria-invalid="true"' in visit.text
    assert "Søren &lt;b&gt;" in visit.text or "name" in fields
    assert client.v1.checkout.sessions.retrieve(session.id).payment_intent is None


def test_two_presses_of_the_button_pay_once(client, open_session):
    session = open_session()

    with ThreadPoolExecutor(8) as pool:
        visits = list(pool.map(lambda _: shopper.pay_by_card(session.url), range(8)))

    assert {visit.status for visit in visits} == {303}
    assert {visit.leads_to.partition("?")[0] for visit in visits} == {
        "http://127.0.0.1:8000/paid/"
    }
    assert len(client.v1.charges.list().data) == 1


@pytest.mark.parametrize("turn", range(5))
def test_a_session_paid_and_expired_at_once_ends_in_one_way(client, open_session, turn):
    session = open_session()

    def expire():
        try:
            return client.v1.checkout.sessions.expire(session.id).status
        except stripe.InvalidRequestError:
            return "not open"

    with ThreadPoolExecutor(2) as pool:
        paying = pool.submit(shopper.pay_by_card, session.url)
        expired = pool.submit(expire).result()
        visit = paying.result()

    seen = client.v1.checkout.sessions.retrieve(session.id)
    is_paid = seen.payment_status == "paid"
    assert seen.status == ("complete" if is_paid else "expired")
    assert expired == ("not open" if is_paid else "expired")
    assert visit.leads_to.startswith("http://127.0.0.1:8000/paid/") == is_paid
    assert len(client.v1.charges.list().data) == int(is_paid)


def test_the_page_of_a_finished_session_says_so(client, open_session):
    paid, late = open_session(), open_session()
    shopper.pay_by_card(paid.url)
    client.v1.checkout.sessions.expire(late.id)

    assert "is complete" in shopper.look(paid.url).text
    assert "has expired" in shopper.look(late.url).text
    assert shopper.pay_by_card(late.url).leads_to == f"/c/pay/{late.id}"
    assert client.v1.checkout.sessions.retrieve(late.id).payment_intent is None


def test_the_page_says_that_no_money_moves_and_lets_its_form_lead_to_the_shop(open_session):
    with urllib.request.urlopen(open_session().url) as page:
        text, policy = page.read().decode(), page.headers["Content-Security-Policy"]

    assert "No money moves" in text
    assert "Pay $30.45" in text
    assert 'href="http://127.0.0.1:8000/basket/"' in text
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8000" in policy
    assert "<script" not in text


def test_a_bank_debit_completes_the_session_before_the_money_comes(
    client, open_session, shop, stand_in
):
    session = open_session()

    visit = shopper.pay_by_debit(session.url)

    assert visit.leads_to.startswith("http://127.0.0.1:8000/paid/")
    seen = retrieve(client, session)
    assert (seen.status, seen.payment_status) == ("complete", "unpaid")
    assert seen.payment_intent.status == "processing"
    assert shop.wait_for("checkout.session.completed").data.object.payment_status == "unpaid"

    stand_in.advance(3 * 24 * 60 * 60 + 1)

    shop.wait_for("checkout.session.async_payment_succeeded")
    assert retrieve(client, session).payment_status == "paid"
    assert retrieve(client, session).payment_intent.amount_received == 3045


def test_a_bank_debit_may_fail_days_later(client, open_session, shop, stand_in):
    session = open_session()
    shopper.pay_by_debit(session.url, account=checkout.REFUSES)

    stand_in.advance(3 * 24 * 60 * 60 + 1)

    shop.wait_for("checkout.session.async_payment_failed")
    seen = retrieve(client, session)
    assert (seen.status, seen.payment_status) == ("complete", "unpaid")
    assert seen.payment_intent.status == "requires_payment_method"
    assert seen.payment_intent.last_payment_error is not None


def test_an_order_that_costs_nothing_needs_no_card(client, open_session):
    items = [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 0,
                "product_data": {"name": "A free chapter"},
            },
        }
    ]
    session = open_session(line_items=items)

    visit = shopper.pay_by_card(f"{session.url}/free")

    assert visit.status == 303
    seen = client.v1.checkout.sessions.retrieve(session.id)
    assert (seen.status, seen.payment_status) == ("complete", "no_payment_required")
    assert seen.payment_intent is None
