"""The shop's owner is told what is right at Stripe, and what to do about the rest."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from stripe import StripeClient

from bookstore.demo.stripe import StandIn, idempotency
from checkout.gateway import trial
from checkout.inbox import HEARD

WEBHOOK = "http://testserver/checkout/stripe/webhook/"


@pytest.fixture(autouse=True)
def endpoint(stripe, shop):
    """A webhook endpoint as it should be, and a function that changes it at Stripe."""
    shop.STRIPE_PAGE_ORIGIN = stripe.base_url
    stripe.plan_fault("drop", count=None)
    stripe.webhook_url = WEBHOOK
    client = StripeClient(stripe.secret_key, base_addresses={"api": stripe.base_url})

    def change(**params):
        return client.v1.webhook_endpoints.update("we_1StandIn", params=params)

    change(enabled_events=list(HEARD))
    return change


@pytest.fixture
def selfcheck():
    """Run the command; return whether it is content, and what it says by step."""

    def run(*options):
        out = StringIO()
        try:
            call_command("stripe_selfcheck", *options, stdout=out, no_color=True)
        except CommandError:
            is_content = False
        else:
            is_content = True
        return is_content, Said(out.getvalue())

    return run


class Said(str):
    """What the command printed."""

    __slots__ = ()

    def outcome(self, step):
        (line,) = re.findall(rf"^(OK|FAILED|NOT DONE) +{step} {{2,}}\S", self, re.MULTILINE)
        return line


STEPS = ["Key", "Mode", "Account", "API version", "Currency", "Page", "Address"]
STEPS += ["Webhook", "Webhook secret"]


def test_a_shop_that_is_set_up_is_told_so_step_by_step(selfcheck, stripe, shop):
    is_content, said = selfcheck()

    assert is_content
    assert [said.outcome(step) for step in STEPS] == ["OK"] * len(STEPS)
    assert "test: no money moves" in said
    assert f"by the stand-in at {stripe.base_url}, not by Stripe" in said
    assert shop.STRIPE_SECRET_KEY not in said
    assert shop.STRIPE_WEBHOOK_SECRETS[0] not in said


def test_the_page_that_was_tried_cannot_be_paid_any_more(selfcheck, stripe):
    selfcheck()

    (session,) = stripe.store.matching("checkout.session")
    assert session["status"] == "expired"
    assert session["client_reference_id"] == "selfcheck"


def test_each_run_tries_a_page_of_its_own(selfcheck, stripe):
    selfcheck()
    is_content, _ = selfcheck()

    assert is_content
    assert len(stripe.store.matching("checkout.session")) == 2


@pytest.mark.parametrize(
    ("key", "said_so"),
    [("", "is not set"), ("pk_test_1", "not a secret key"), ("sk_test_other", "not accepted")],
)
def test_a_key_that_is_wrong_ends_the_check(selfcheck, shop, stripe, key, said_so):
    shop.STRIPE_SECRET_KEY = key

    is_content, said = selfcheck()

    assert not is_content
    assert said.outcome("Key") == "FAILED"
    assert said_so in said
    assert "https://dashboard.stripe.com/apikeys" in said
    assert "Mode" not in said
    assert stripe.store.matching("checkout.session") == []


def test_a_stripe_that_does_not_answer_is_named(selfcheck, shop):
    shop.STRIPE_API_BASE = "http://127.0.0.1:9"

    is_content, said = selfcheck()

    assert not is_content
    assert "Stripe did not answer" in said
    assert "http://127.0.0.1:9" in said


class TestWithALiveKey:
    """The stand-in takes test keys only: this one is both, as far as the shop can tell."""

    @pytest.fixture(autouse=True)
    def live(self, shop):
        shop.STRIPE_SECRET_KEY = "sk_test_that_looks_like_a_live_one"
        stand_in = StandIn(secret_key=shop.STRIPE_SECRET_KEY, webhook_secret="whsec_1")
        with stand_in.serving():
            stand_in.plan_fault("drop", count=None)
            stand_in.webhook_url = WEBHOOK
            shop.STRIPE_API_BASE = shop.STRIPE_PAGE_ORIGIN = stand_in.base_url
            yield stand_in

    def test_no_page_is_made(self, selfcheck, live):
        is_content, said = selfcheck()

        assert not is_content
        assert said.outcome("Page") == "NOT DONE"
        assert "live: real money moves" in said
        assert "--live" in said
        assert live.store.matching("checkout.session") == []

    def test_a_page_is_made_and_ended_when_that_is_asked_for(self, selfcheck, live):
        is_content, said = selfcheck("--live")

        assert is_content
        assert said.outcome("Page") == "OK"
        (session,) = live.store.matching("checkout.session")
        assert session["status"] == "expired"


def test_a_currency_stripe_refuses_is_named(selfcheck, shop, monkeypatch):
    # Stripe has a least amount for each currency; ours is below this one's.
    monkeypatch.setattr(trial, "AMOUNT", 5)

    is_content, said = selfcheck()

    assert not is_content
    assert said.outcome("Page") == "FAILED"
    assert "at least $0.50" in said
    assert said.outcome("Webhook") == "OK"


def test_a_stripe_that_forgets_keys_is_not_trusted(selfcheck, monkeypatch):
    monkeypatch.setattr(idempotency, "find", lambda *_args, **_kwargs: None)

    is_content, said = selfcheck()

    assert not is_content
    assert "was made twice for one key" in said


def test_a_failure_at_stripe_is_told(selfcheck, stripe):
    stripe.plan_fault("fail_before", count=None, only="POST /v1/checkout/sessions")

    is_content, said = selfcheck()

    assert not is_content
    assert said.outcome("Page") == "FAILED"


def test_a_page_that_browsers_may_not_be_led_to_is_told(selfcheck, shop):
    shop.STRIPE_PAGE_ORIGIN = "https://checkout.stripe.com"

    is_content, said = selfcheck()

    assert not is_content
    assert said.outcome("Address") == "FAILED"


def test_missing_events_are_listed(selfcheck, endpoint):
    endpoint(enabled_events=[kind for kind in HEARD if "refund" not in kind])

    is_content, said = selfcheck()

    assert not is_content
    assert said.outcome("Webhook") == "FAILED"
    expected = "is not sent charge.refunded, refund.created, refund.updated, refund.failed"
    assert expected in said


def test_an_endpoint_of_all_events_is_enough(selfcheck, endpoint):
    endpoint(enabled_events=["*"])

    assert selfcheck()[0]


@pytest.mark.parametrize(
    ("change", "said_so"),
    [
        ({"disabled": True}, "is disabled"),
        ({"url": "https://other.example/hook"}, f"No endpoint of the account is {WEBHOOK}"),
        ({"url": WEBHOOK.rstrip("/")}, "a redirect counts as a failure"),
    ],
)
def test_an_endpoint_that_does_not_reach_the_shop_is_told(selfcheck, endpoint, change, said_so):
    endpoint(**change)

    is_content, said = selfcheck()

    assert not is_content
    assert said.outcome("Webhook") == "FAILED"
    assert said_so in said


@pytest.mark.parametrize(
    ("secrets", "said_so"),
    [
        ([], "is not set"),
        (["we_1"], "something that is not a webhook secret"),
        (["whsec_1", "sk_test_1"], "something that is not a webhook secret"),
    ],
)
def test_a_webhook_secret_that_is_none_is_told(selfcheck, shop, secrets, said_so):
    shop.STRIPE_WEBHOOK_SECRETS = secrets

    is_content, said = selfcheck()

    assert not is_content
    assert said.outcome("Webhook secret") == "FAILED"
    assert said_so in said


def test_two_secrets_are_fine_while_they_are_rotated(selfcheck, shop):
    shop.STRIPE_WEBHOOK_SECRETS = ["whsec_1", "whsec_2"]

    assert selfcheck()[0]


def test_the_manual_run_listens_to_what_the_shop_acts_on():
    text = (Path(__file__).parents[2] / "docs" / "stripe-manual-run.md").read_text()

    (listed,) = re.findall(r"--events (\S+)", text)

    assert sorted(listed.split(",")) == sorted(HEARD)
