"""How far a reader has come in the checkout, and what is asked next."""

from functools import cached_property
from typing import Any

from django.utils import timezone
from oscar.apps.checkout.utils import CheckoutSessionData
from oscar.core.loading import get_model

from catalog.pricing.offers import Offer as BookOffer
from checkout.basket import contents as basket_contents
from checkout.basket.middleware import ReaderRequest
from checkout.shown import Shipping, Shown, destination
from shipping import quoting
from shipping.rates import Quote
from shipping.rules import Decision, Notice, Offer

STEPS = {
    "checkout:start": "E-mail",
    "checkout:address": "Address",
    "checkout:shipping": "Shipping",
    "checkout:review": "Review and pay",
}
DOWNLOAD_STEPS = ("checkout:start", "checkout:review")


class Progress:
    """The basket of a request with what its reader has told so far."""

    def __init__(self, request: ReaderRequest) -> None:
        self._session = CheckoutSessionData(request)
        self._request = request
        self.user = request.user
        self.basket: Any = request.basket

    @cached_property
    def contents(self) -> basket_contents.Contents:
        """The lines of the basket."""
        return basket_contents.read(basket=self.basket)

    @property
    def email(self) -> str:
        """Where the confirmation goes."""
        if self.user.is_authenticated:
            return self.user.email
        return self._session.get_guest_email() or ""

    def keep_email(self, email: str) -> None:
        """Remember a guest's address."""
        self._session.set_guest_email(email)

    @property
    def address_fields(self) -> dict[str, Any] | None:
        """The address as it was typed, or nothing yet."""
        return self._session.new_shipping_address_fields()

    def keep_address(self, fields: dict[str, Any]) -> None:
        """Remember an address; a method chosen for another country is forgotten."""
        before = (self.address_fields or {}).get("country_id")
        if before != fields["country_id"]:
            self._session.reset_shipping_data()
        self._session.ship_to_new_address(fields)

    @cached_property
    def address(self) -> Any:
        """Oscar's address for the parcel, not saved yet; nothing for e-books alone."""
        if not self.contents.needs_shipping or self.address_fields is None:
            return None
        return get_model("order", "ShippingAddress")(**self.address_fields)

    @cached_property
    def decision(self) -> Decision | None:
        """How the parcel can go to the address; nothing without one."""
        if self.address is None:
            return None
        return quoting.decide(
            country_code=self.address.country_id,
            postcode=self.address.postcode or "",
            load=self.contents.load,
            now=timezone.now(),
        )

    def expected(self, *, country_code: str) -> Decision | None:
        """Return how the parcel can go to a country whose address is still asked.

        Nothing if there is no such country, or the address there is known; four queries.
        """
        if self.address is not None and self.address.country_id == country_code:
            return None
        place = quoting.find_place(country_code=country_code) if country_code else None
        if place is None:
            return None
        return quoting.decide_at(place=place, load=self.contents.load, now=timezone.now())

    @property
    def instead(self) -> list[tuple[basket_contents.Line, BookOffer]]:
        """The e-book that each printed book could be."""
        return basket_contents.downloads_instead(self.contents.lines)

    @property
    def offer(self) -> Offer | None:
        """The way that was chosen, if it still leads there."""
        chosen = self._session.shipping_method_code(self.basket)
        return self.decision.offer(chosen) if self.decision else None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the reader has to know about the chosen way; before that, about the place."""
        if self.offer:
            return self.offer.notices
        return self.decision.notices if self.decision else ()

    @property
    def quote(self) -> Quote | None:
        """What the chosen way costs."""
        return self.offer.quote if self.offer else None

    def keep_method(self, code: str) -> None:
        """Remember how the parcel shall go."""
        self._session.use_shipping_method(code)

    @property
    def shipping(self) -> Shipping | None:
        """The chosen way as an order records it."""
        if self.quote is None:
            return None
        return Shipping(self.quote.method_code, self.quote.method_name, self.quote.price)

    @cached_property
    def shown(self) -> Shown:
        """What the review page shows, to be compared when the order is placed."""
        going_to = destination(email=self.email, address=self.address)
        notices = self.offer.notices if self.offer else ()
        return Shown.of(self.basket, self.shipping, going_to=going_to, notices=notices)

    @property
    def steps(self) -> dict[str, str]:
        """The steps of this checkout; e-books alone ask for no address."""
        if self.contents.needs_shipping:
            return STEPS
        return {name: STEPS[name] for name in DOWNLOAD_STEPS}

    def first_open_step(self) -> str:
        """Return the name of the first step that has no answer yet."""
        if not self.contents.can_be_ordered:
            return "basket:summary"
        if not self.email:
            return "checkout:start"
        if self.contents.needs_shipping and self.address is None:
            return "checkout:address"
        if self.contents.needs_shipping and self.quote is None:
            return "checkout:shipping"
        return "checkout:review"

    def may_open(self, step: str) -> bool:
        """Tell whether all that comes before a step has been answered."""
        order = ["basket:summary", *STEPS]
        first = self.first_open_step()
        return step in self.steps and order.index(step) <= order.index(first)
