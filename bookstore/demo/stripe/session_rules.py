"""What Stripe demands of a new Checkout Session."""

import re
from typing import Any

from bookstore.demo.stripe import money
from bookstore.demo.stripe.parameters import missing
from bookstore.demo.stripe.refusals import Refused, check_spoken, not_spoken

Body = dict[str, Any]

_SHORTEST, _LONGEST = 30 * 60, 24 * 60 * 60
_MOST_ITEMS = 100
# Anything else would change what is paid or how; taking and ignoring it would be a lie.
_SPOKEN = frozenset(
    {
        "adaptive_pricing",
        "allowed_payment_method_types",
        "automatic_tax",
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "currency",
        "customer_creation",
        "customer_email",
        "excluded_payment_method_types",
        "expand",
        "expires_at",
        "integration_identifier",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "origin_context",
        "payment_intent_data",
        "submit_type",
        "success_url",
        "ui_mode",
    }
)
_SPOKEN_OF_INTENT = frozenset(
    {
        "capture_method",
        "description",
        "metadata",
        "receipt_email",
        "statement_descriptor",
        "statement_descriptor_suffix",
    }
)


def check(params: Body) -> None:
    """Refuse what Stripe would refuse before it begins to work.

    :raises Refused: when a parameter is missing or out of its bounds.
    """
    _check_supported(params)
    _check_addresses(params)
    for name, most in (("client_reference_id", 200), ("customer_email", 512)):
        if len(params.get(name, "")) > most:
            message = f"Invalid string: must be at most {most} characters"
            raise Refused(message, param=name)
    email = params.get("customer_email")
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        message = f"Invalid email address: {email}"
        raise Refused(message, code="email_invalid", param="customer_email")
    items = params.get("line_items")
    if not items:
        raise missing(path="line_items")
    if len(items) > _MOST_ITEMS:
        message = f"A session can have up to {_MOST_ITEMS} line items."
        raise Refused(message, param="line_items")
    for index, item in enumerate(items):
        _check_item(item, path=f"line_items[{index}]")
    _check_total(items)


def check_expiry(params: Body, *, now: int) -> None:
    """Refuse an `expires_at` that is not 30 minutes to 24 hours after `now`."""
    expires_at = params.get("expires_at")
    if expires_at is None:
        return
    # A second of grace: the caller's second began before ours.
    if expires_at < now + _SHORTEST - 1:
        message = (
            "The `expires_at` timestamp must be at least 30 minutes"
            " from Checkout Session creation."
        )
        raise Refused(message, param="expires_at")
    if expires_at > now + _LONGEST + 1:
        message = (
            "The `expires_at` timestamp must be less than 24 hours"
            " from Checkout Session creation."
        )
        raise Refused(message, param="expires_at")


def _check_supported(params: Body) -> None:
    check_spoken(params, _SPOKEN)
    check_spoken(
        params.get("payment_intent_data", {}), _SPOKEN_OF_INTENT, path="payment_intent_data"
    )
    for name in ("adaptive_pricing", "automatic_tax"):
        if params.get(name, {}).get("enabled"):
            raise not_spoken(name=f"{name}[enabled]")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_spoken(name="ui_mode")
    if params.get("mode", "payment") != "payment":
        raise not_spoken(name="mode")
    if "mode" not in params:
        raise missing(path="mode")
    capture = params.get("payment_intent_data", {}).get("capture_method", "automatic")
    if capture == "manual":
        raise not_spoken(name="payment_intent_data[capture_method]")


def _check_addresses(params: Body) -> None:
    if not params.get("success_url"):
        raise missing(path="success_url")
    for name in ("success_url", "cancel_url"):
        if name in params and not re.match(r"https?://[^\s/]+", params[name]):
            message = "Not a valid URL"
            raise Refused(message, code="url_invalid", param=name)


def _check_item(item: Body, *, path: str) -> None:
    if "price" in item:
        raise not_spoken(name=f"{path}[price]")
    if "tax_rates" in item or "adjustable_quantity" in item:
        raise not_spoken(path)
    price = item.get("price_data")
    if price is None:
        raise missing(path=f"{path}[price_data]")
    for name in ("product", "recurring", "unit_amount_decimal"):
        if name in price:
            raise not_spoken(name=f"{path}[price_data][{name}]")
    if not price.get("product_data"):
        raise missing(path=f"{path}[price_data][product_data]")
    if not price["product_data"]["name"]:
        message = "You passed an empty string for the name of a product."
        param = f"{path}[price_data][product_data][name]"
        raise Refused(message, code="parameter_invalid_empty", param=param)
    if "unit_amount" not in price:
        raise missing(path=f"{path}[price_data][unit_amount]")
    if price["unit_amount"] < 0:
        message = "Invalid non-negative integer"
        param = f"{path}[price_data][unit_amount]"
        raise Refused(message, code="parameter_invalid_integer", param=param)
    if "quantity" not in item:
        raise missing(path=f"{path}[quantity]")
    if item["quantity"] < 1:
        message = "Invalid positive integer"
        raise Refused(message, code="parameter_invalid_integer", param=f"{path}[quantity]")
    if not re.fullmatch(r"[A-Za-z]{3}", price["currency"]):
        message = f"Invalid currency: {price['currency']}."
        raise Refused(message, param=f"{path}[price_data][currency]")


def _check_total(items: list[Body]) -> None:
    currencies = {item["price_data"]["currency"].lower() for item in items}
    if len(currencies) > 1:
        message = "All line items must have the same currency."
        raise Refused(message, param="line_items")
    (currency,) = currencies
    total = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
    least = money.least(currency)
    if 0 < total < least:
        message = (
            "The Checkout Session's total amount must be at least"
            f" {money.shown(least, currency)}."
        )
        raise Refused(message, code="amount_too_small")
    if total > money.MOST:
        most = money.shown(money.MOST, currency)
        message = f"The Checkout Session's total amount must be no more than {most}."
        raise Refused(message, code="amount_too_large")
