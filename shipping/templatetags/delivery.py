"""What the reader's country can expect, for templates of every app."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from oscar.core.loading import get_model

from catalog.models import Product
from catalog.pricing.offers import Offer
from shipping import bar, delivery, destination, weights
from shipping.directory import by_name

register = template.Library()
register.filter("notice_token", bar.token)


@register.simple_tag(takes_context=True)
def delivery_of(
    context: Context, *, chosen: Offer, offers: Sequence[Offer]
) -> delivery.Delivery | None:
    """Return how one copy reaches the chosen country; nothing, and no query, without one."""
    country_code = destination.chosen_country(context["request"])
    if not country_code:
        return None
    return delivery.of_one_copy(
        chosen=chosen, offers=offers, country_code=country_code, now=timezone.now()
    )


@register.simple_tag(takes_context=True)
def weight_of(context: Context, edition: Product) -> str:
    """Return the weight of an edition, first as the reader's country weighs it."""
    country_code = destination.chosen_country(context["request"]) or settings.SHOP_COUNTRY
    if not edition.weight_g:
        return ""
    return weights.in_both(grams=edition.weight_g, country_code=country_code)


@register.inclusion_tag("shipping/country_picker.html", takes_context=True)
def country_picker(
    context: Context, *, selected: str = "", back: str = "", countries: Iterable[Any] = ()
) -> dict[str, object]:
    """Render the choice of a country; one query, unless the page has the countries already.

    `back` is where the choice leads, else to this page at the part about delivery.
    """
    request = context["request"]
    known = countries or get_model("address", "Country").objects.order_by("printable_name")
    suggested_code = "" if selected else destination.suggested_country(request)
    found = sorted(known, key=by_name)
    suggested = next((country for country in found if country.pk == suggested_code), None)
    return {
        "countries": found,
        "selected": selected or (suggested.pk if suggested else ""),
        "suggested": suggested,
        "back": back or f"{request.get_full_path()}#delivery",
    }


@register.inclusion_tag("shipping/other_country.html", takes_context=True)
def other_country(context: Context, *, name: str) -> dict[str, object]:
    """Render the button that forgets the chosen country, called `name`."""
    return {"name": name, "back": f"{context['request'].get_full_path()}#delivery"}
