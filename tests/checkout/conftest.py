"""A shop with a stand-in for Stripe, and readers who put books into baskets."""

import json
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone
from oscar.core.loading import get_model
from stripe import WebhookSignature

from bookstore.demo import shipping
from bookstore.demo.stripe import StandIn, checkout
from catalog.pricing.strategy import Selector
from checkout import payments, stock
from checkout.models import PaymentAttempt
from checkout.placing import Shipping, Shown, place_order
from shipping.models import Interruption, Method
from tests.checkout.reader import Reader

SECRET = "whsec_only_for_tests"
POST = Shipping(code="post", name="By post", price=Decimal("4.50"))
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"


@pytest.fixture(autouse=True)
def shop(settings, tmp_path):
    settings.SITE_URL = "http://testserver"
    settings.STRIPE_SECRET_KEY = "sk_test_only_for_tests"
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    # Port 9 discards: a test that forgets its stand-in fails at once.
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    settings.EMAIL_OUTBOX = tmp_path / "outbox"
    return settings


@pytest.fixture
def stripe(shop):
    """Stripe's stand-in; it delivers nothing by itself until `webhook_url` is set."""
    stand_in = StandIn(secret_key=shop.STRIPE_SECRET_KEY, webhook_secret=SECRET, first_wait=0.1)
    with stand_in.serving():
        shop.STRIPE_API_BASE = stand_in.base_url
        yield stand_in


@pytest.fixture
def pay(stripe):
    """Do what a reader does on Stripe's page."""

    def pay(attempt, card=GOOD_CARD):
        attempt.refresh_from_db()
        payer = {"name": "Ada Reader", "email": "ada@example.com"}
        checkout.pay_by_card(stripe.store, attempt.session_id, number=card, payer=payer)

    return pay


@pytest.fixture
def reader(client):
    """Somebody at the forms of a shop that sends parcels."""
    shipping.load()
    return Reader(client)


@pytest.fixture
def interrupt(db):
    """Put a notice about parcels in force; `methods` are codes."""

    def interrupt(severity, codes="GB", *, message="Ships wait in port.", methods="", **fields):
        fields.setdefault("starts_at", timezone.now() - timedelta(days=1))
        notice = Interruption.objects.create(
            title="Strike", message=message, severity=severity, **fields
        )
        countries = get_model("address", "Country").objects
        notice.countries.set([countries.get_or_create(pk=c)[0] for c in codes.split()])
        notice.methods.set(Method.objects.filter(code__in=methods.split()))
        return notice

    return interrupt


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def fill():
    """Return a basket with the editions in it, each with its number of copies."""

    def fill(*books, owner=None):
        basket = get_model("basket", "Basket").objects.create(owner=owner)
        basket.strategy = Selector().strategy()
        for book in books:
            edition, copies = book if isinstance(book, tuple) else (book, 1)
            basket.add_product(edition, copies)
        return afresh(basket)

    return fill


def afresh(basket):
    """Return the basket as a new request would load it."""
    again = type(basket).objects.get(pk=basket.pk)
    again.strategy = Selector().strategy()
    return again


@pytest.fixture
def address(db):
    country, _ = get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2="US", defaults={"printable_name": "United States", "name": "USA"}
    )
    return lambda: get_model("order", "ShippingAddress")(
        first_name="Ada",
        last_name="Reader",
        line1="1 Library Lane",
        line4="Boston",
        state="MA",
        postcode="02108",
        country=country,
    )


@pytest.fixture
def place(fill, address, now):
    """Place an order for the books as a guest, by post unless all are downloads."""

    def place(*books, basket=None, user=None, email="ada@example.com", **changes):
        basket = basket or fill(*books, owner=user)
        is_parcel = any(line.product.is_shipping_required for line in basket.all_lines())
        shipping = POST if is_parcel else None
        given = {
            "basket": basket,
            "user": user,
            "email": email,
            "shipping_address": address() if is_parcel else None,
            "shipping": shipping,
            "shown": Shown.of(basket, shipping),
            "now": now,
        }
        return place_order(**given | changes)

    return place


@pytest.fixture
def begin(stripe, now):
    """Send the reader to Stripe; return the attempt."""

    def begin(order):
        url = payments.start(order=order, now=now)
        attempt = order.payment_attempts.get(page_url=url)
        assert url == f"{stripe.base_url}/c/pay/{attempt.session_id}"
        return attempt

    return begin


@pytest.fixture
def give_up():
    """Cancel an order whose page the shop takes for dead, though it can be paid on."""

    def give_up(order):
        order.payment_attempts.update(state=PaymentAttempt.State.EXPIRED)
        cancelled = type(order).objects.get(pk=order.pk)
        cancelled.set_status("Cancelled")
        stock.release_order(order=cancelled)

    return give_up


@pytest.fixture
def bring():
    """Bring an order to a status, by all that lie on the way."""
    after = {
        "Paid": "Pending payment",
        "In progress": "Paid",
        "Dispatched": "In progress",
        "Refunded": "Paid",
        "Cancelled": "Pending payment",
    }

    def bring(order, status):
        if order.status != status:
            bring(order, after[status])
            order.set_status(status)

    return bring


@pytest.fixture
def events(stripe):
    """Return the events that Stripe recorded of a kind, oldest first."""

    def events(kind):
        return list(reversed(stripe.store.matching("event", type=kind)))

    return events


@pytest.fixture
def deliver(client):
    """Post an event as Stripe does: signed, over HTTP."""

    def deliver(event, *, secret=SECRET, at=None):
        body = json.dumps(event)
        header = WebhookSignature.generate_signature_header(body, secret, at)
        return client.post(
            "/checkout/stripe/webhook/",
            body,
            content_type="application/json",
            headers={"stripe-signature": header},
        )

    return deliver


@pytest.fixture
def state():
    """Return what matters about an order, as it is in the database."""

    def state(order):
        order = type(order).objects.get(pk=order.pk)
        return SimpleNamespace(
            status=order.status,
            attempts=list(order.payment_attempts.values_list("state", flat=True)),
            movements=[(m.kind, m.amount) for m in order.money_movements.all()],
            claimed=sum(line.num_allocated for line in order.lines.all()),
            mails=list(order.mails.values_list("kind", flat=True)),
        )

    return state


@pytest.fixture
def debit(stripe):
    """Complete the page with a bank account: the money comes, or fails to, days later."""

    def debit(attempt, account):
        payer = {"name": "Ada Reader", "email": "ada@example.com"}
        checkout.pay_by_debit(stripe.store, attempt.session_id, account=account, payer=payer)

    return debit
