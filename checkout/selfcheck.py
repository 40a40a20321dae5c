"""Check the shop's own settings against Stripe, step by step, and say what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from bookstore.money import from_minor_units, in_words
from checkout import gateway, inbox
from checkout.gateway import trial
from checkout.gateway.trial import Account, Endpoint

_KEY_FORMS = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")
_KEYS_AT = "https://dashboard.stripe.com/apikeys"
_SECRET_FORM = "whsec_"  # noqa: S105  how it begins, not a secret
_PERMISSIONS = (
    "Give the restricted key write access to Checkout Sessions and Refunds, and read access to"
    " Balance, Account, PaymentIntents, Charges, Disputes, Events and Webhook Endpoints."
)


class Outcome(StrEnum):
    """How a step went."""

    OK = "OK"
    FAILED = "FAILED"
    NOT_DONE = "NOT DONE"


@dataclass(frozen=True)
class Step:
    """One thing that was looked at: how it went, what was seen, what to do if it failed."""

    name: str
    outcome: Outcome
    seen: str
    to_do: str = ""


def steps(*, is_live_allowed: bool, now: datetime) -> Iterator[Step]:
    """Go through everything the shop needs of Stripe, as far as it can be reached.

    A page is made, and ended, only with a test key or if `is_live_allowed`.
    """
    key = settings.STRIPE_SECRET_KEY
    if not key.startswith(_KEY_FORMS):
        seen = "STRIPE_SECRET_KEY is not set" if not key else "This is not a secret key"
        to_do = f"Set STRIPE_SECRET_KEY to a secret key from {_KEYS_AT}; it begins sk_ or rk_."
        yield _failed("Key", seen, to_do)
        return
    try:
        account = trial.account()
    except trial.KeyRefused:
        to_do = f"Copy the key again from {_KEYS_AT}: it may have been rolled or cut short."
        yield _failed("Key", f"{_shown(key)} is not accepted", to_do)
        return
    except (trial.NotAllowed, gateway.Unreachable, gateway.Refused) as problem:
        yield _problem("Key", problem)
        return
    yield _ok("Key", f"{_shown(key)} is accepted{_where()}")
    yield from _about(account)
    yield from _page(account, is_live_allowed=is_live_allowed, now=now)
    yield from _webhook()
    yield _secret()


def _about(account: Account) -> Iterator[Step]:
    mode = "live: real money moves" if account.is_live else "test: no money moves"
    yield _ok("Mode", mode)
    who = ", ".join(part for part in (account.name, account.id, account.country) if part)
    if account.is_live and not account.takes_payments:
        to_do = (
            "Answer what Stripe still wants to know, at https://dashboard.stripe.com/account"
        )
        yield _failed("Account", f"{who} may not take payments yet", to_do)
    else:
        yield _ok("Account", who)
    expected = trial.version()
    if account.version == expected:
        yield _ok("API version", expected)
    else:
        seen = f"Stripe answers in {account.version or 'an unnamed version'}, not {expected}"
        to_do = "Install the pinned requirements: the shop was written for that version."
        yield _failed("API version", seen, to_do)


def _page(account: Account, *, is_live_allowed: bool, now: datetime) -> Iterator[Step]:
    """Make a page in the shop's currency and end it."""
    currency = settings.SHOP_CURRENCY
    if account.is_live and not is_live_allowed:
        amount = from_minor_units(amount=trial.AMOUNT, currency=currency)
        to_do = (
            f"Run it again with --live: a page for {in_words(amount, currency)} is made with"
            " the live key and ended at once, before anybody can pay on it."
        )
        yield Step("Page", Outcome.NOT_DONE, "No page is made with a live key", to_do)
        return
    success_url = settings.SITE_URL + reverse("checkout:return")
    try:
        page = trial.try_page(currency=currency, success_url=success_url, now=now)
    except gateway.Refused as problem:
        to_do = "If it is about the currency, correct SHOP_CURRENCY; else about SITE_URL."
        yield _failed("Page", str(problem), to_do)
        return
    except (trial.NotAllowed, gateway.Unreachable) as problem:
        yield _problem("Page", problem)
        return
    yield _ok("Currency", f"{page.currency} is accepted")
    if not (page.is_same and page.is_ended):
        what = "was not ended" if page.is_same else "was made twice for one key"
        to_do = "Do not open the shop: a lost answer could make a reader pay twice."
        yield _failed("Page", f"A page {what}", to_do)
        return
    yield _ok("Page", "made, asked for again with the same key, the same one; ended")
    yield _address(page.url)


def _address(url: str) -> Step:
    """Check that our policy lets a reader's browser follow us to the page."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    if origin == settings.STRIPE_PAGE_ORIGIN:
        return _ok("Address", f"Readers pay at {origin}")
    to_do = (
        f"Pages of the shop may lead only to {settings.STRIPE_PAGE_ORIGIN}, so browsers would"
        " stop readers. Switch off the custom domain for Checkout at Stripe."
    )
    return _failed("Address", f"Readers would pay at {origin}", to_do)


def _webhook() -> Iterator[Step]:
    url = settings.SITE_URL + reverse("checkout:stripe_webhook")
    types = ", ".join(inbox.HEARD)
    try:
        found = trial.endpoints()
    except (trial.NotAllowed, gateway.Unreachable, gateway.Refused) as problem:
        yield _problem("Webhook", problem)
        return
    ours = [endpoint for endpoint in found if endpoint.url == url]
    if not ours:
        seen = f"No endpoint of the account is {url}"
        if close := [each.url for each in found if each.url.rstrip("/") == url.rstrip("/")]:
            seen += f"; {close[0]} is another address, and a redirect counts as a failure"
        to_do = (
            f"Add {url} at https://dashboard.stripe.com/webhooks with these events: {types}."
            " For a shop on your own machine, `stripe listen` takes its place:"
            " see docs/stripe-manual-run.md."
        )
        yield _failed("Webhook", seen, to_do)
        return
    yield _heard(url, ours)


def _heard(url: str, ours: list[Endpoint]) -> Step:
    """Check what the best of the endpoints at our address is sent."""
    endpoint = min(ours, key=lambda each: (not each.is_enabled, len(_not_heard(each))))
    if not endpoint.is_enabled:
        to_do = "Enable it at https://dashboard.stripe.com/webhooks, and look there why."
        return _failed("Webhook", f"{url} is disabled", to_do)
    if missing := _not_heard(endpoint):
        seen = f"{url} is not sent {', '.join(missing)}"
        return _failed("Webhook", seen, "Add these events to the endpoint at Stripe.")
    if len(ours) > 1:
        seen = f"{len(ours)} endpoints have this address: every event would come twice"
        return _failed("Webhook", seen, "Remove all but one at Stripe.")
    return _ok("Webhook", f"{url} is sent what the shop needs")


def _not_heard(endpoint: Endpoint) -> list[str]:
    """Return the types of events that the shop acts on and is not sent."""
    if "*" in endpoint.events:
        return []
    return [kind for kind in inbox.HEARD if kind not in endpoint.events]


def _secret() -> Step:
    secrets = [secret for secret in settings.STRIPE_WEBHOOK_SECRETS if secret]
    if secrets and all(secret.startswith(_SECRET_FORM) for secret in secrets):
        number = "1 is" if len(secrets) == 1 else f"{len(secrets)} are"
        seen = f"{number} set; Stripe does not tell whether it is the endpoint's"
        return _ok("Webhook secret", seen)
    seen = "STRIPE_WEBHOOK_SECRET is not set"
    if secrets:
        seen = "STRIPE_WEBHOOK_SECRET holds something that is not a webhook secret"
    to_do = f"Copy the endpoint's signing secret from Stripe; it begins {_SECRET_FORM}."
    return _failed("Webhook secret", seen, to_do)


def _problem(name: str, problem: Exception) -> Step:
    """Say what to do when Stripe could not be asked."""
    if isinstance(problem, trial.NotAllowed):
        return _failed(name, f"The key may not do this: {problem}", _PERMISSIONS)
    if isinstance(problem, gateway.Unreachable):
        where = settings.STRIPE_API_BASE or "https://api.stripe.com"
        to_do = f"Try again; if it stays so, see whether this machine reaches {where}."
        return _failed(name, f"Stripe did not answer: {problem}", to_do)
    return _failed(name, f"Stripe refused: {problem}", "Do what the message says.")


def _where() -> str:
    base = settings.STRIPE_API_BASE
    return f" by the stand-in at {base}, not by Stripe" if base else ""


def _shown(key: str) -> str:
    """Return enough of a key to recognise it."""
    return f"{key[:8]}...{key[-4:]}"


def _ok(name: str, seen: str) -> Step:
    return Step(name, Outcome.OK, seen)


def _failed(name: str, seen: str, to_do: str) -> Step:
    return Step(name, Outcome.FAILED, seen, to_do)
