"""What holds for every load, table of rates and set of notices, however odd."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bookstore.demo import shipping as demo
from shipping import rates, rules
from shipping.rates import BandRates, Load, MethodRates, NotOffered, ZoneRates
from shipping.rules import Notice, Place, Severity

quickly = settings(derandomize=True, max_examples=150, deadline=None)

TOP_G = 5000
weights = some.integers(min_value=1, max_value=TOP_G)
loads = some.lists(weights, max_size=20)
prices = some.decimals(min_value=0, max_value=500, places=2)


@some.composite
def methods(draw, codes=("post",)):
    """Draw a method whose heavier parcels never cost less."""
    ups = sorted(draw(some.sets(weights, max_size=5)) | {TOP_G})
    costs = sorted(draw(some.lists(prices, min_size=len(ups), max_size=len(ups))))
    return MethodRates(
        code=draw(some.sampled_from(codes)),
        name="By post",
        min_days=2,
        max_days=draw(some.integers(2, 40)),
        bands=tuple(BandRates(*band) for band in zip(ups, costs, strict=True)),
        handling=draw(prices),
    )


DEMO = [
    MethodRates(
        code=f"{zone} {way.name}",
        name=way.name,
        min_days=way.days[0],
        max_days=way.days[1],
        bands=tuple(BandRates(up_to_g, Decimal(p)) for up_to_g, p in way.prices.items()),
    )
    for zone, (_, ways) in demo.ZONES.items()
    for way in ways
]


@quickly
@given(loads)
def test_packing_loses_no_gram_overfills_no_parcel_and_tears_no_copy(copies):
    parcels = rates.pack(copies, top_g=TOP_G)

    assert sum(parcels) == sum(copies)
    assert max(parcels) <= TOP_G
    assert len(parcels) <= max(1, len(copies))
    assert can_be_filled(parcels, copies)


@quickly
@given(some.lists(weights, min_size=1, max_size=20))
def test_no_two_parcels_could_go_as_one(copies):
    lightest = sorted(rates.pack(copies, top_g=TOP_G))[:2]

    assert len(lightest) == 1 or sum(lightest) > TOP_G


@quickly
@given(loads, some.randoms())
def test_the_order_of_the_lines_does_not_matter(copies, random):
    shuffled = list(copies)
    random.shuffle(shuffled)

    assert rates.pack(shuffled, top_g=TOP_G) == rates.pack(copies, top_g=TOP_G)


@quickly
@given(methods(), loads)
def test_one_more_copy_of_the_lightest_book_never_costs_less(method, copies):
    lightest = min(copies, default=1)

    before, parcels = method.price(Load(tuple(copies)))
    after, parcels_after = method.price(Load((*copies, lightest)))

    assert before <= after
    assert parcels <= parcels_after


@quickly
@given(methods(), weights, some.integers(1, 40))
def test_more_copies_of_one_book_never_cost_less(method, weight_g, copies):
    def price(number):
        return method.price(Load((weight_g,) * number))[0]

    assert price(copies) <= price(copies + 1)


@quickly
@given(some.sampled_from(DEMO), loads, weights)
def test_with_the_demo_rates_no_book_more_makes_a_load_cheaper(method, copies, extra):
    before, _ = method.price(Load(tuple(copies)))

    assert before <= method.price(Load((*copies, extra)))[0]


def test_a_book_more_may_cost_less_where_a_full_parcel_costs_more_than_two():
    """Best fit fills a parcel; a heavier book first leaves no room for that.

    Two parcels then cost what two parcels cost. A table in which a parcel costs more than
    its halves asks for that, and the price stays the one of the parcels that are packed.
    """
    bands = (BandRates(5000, Decimal("1.00")), BandRates(6000, Decimal("9.00")))
    dear_when_full = MethodRates("post", "By post", 2, 5, bands)

    three = dear_when_full.price(Load((2000, 2000, 2000)))
    four = dear_when_full.price(Load((2000, 2000, 2000, 3000)))

    assert three == (Decimal("9.00"), 1)
    assert four == (Decimal("2.00"), 2)


@quickly
@given(methods(), loads, prices, prices)
def test_shipping_is_free_from_the_threshold_on_and_not_a_cent_before(
    method, copies, value, threshold
):
    load = Load(tuple(copies), value)
    never_free, parcels = method.price(load)

    price, parcels_sent = replace(method, free_from=threshold).price(load)

    assert price == (Decimal(0) if value >= threshold else never_free)
    assert parcels_sent == parcels


@quickly
@given(methods(), loads, some.integers(min_value=1, max_value=3000))
def test_a_copy_heavier_than_the_top_band_is_refused_whatever_else_goes(method, copies, excess):
    load = Load((*copies, TOP_G + excess))

    with pytest.raises(NotOffered):
        method.price(load)


COUNTRIES = ["GB", "FR", "US"]
CODES = ["standard", "express", "elsewhere"]
POSTCODES = ["", "BT1 5GS", "bt15gs", "EC1Y 8SY", "B1 1AA"]

notices = some.builds(
    Notice,
    id=some.integers(1, 99),
    title=some.just("Strike"),
    message=some.sampled_from(["Ships wait.", "Roads are wet."]),
    severity=some.sampled_from(Severity),
    countries=some.frozensets(some.sampled_from(COUNTRIES)),
    postcodes=some.lists(some.sampled_from(["BT", "bt1", "EC", " "]), max_size=2).map(tuple),
    methods=some.frozensets(some.sampled_from(CODES)),
    delay_days=some.integers(0, 60),
)
places = some.builds(
    Place,
    country_code=some.sampled_from(COUNTRIES),
    country_name=some.just("that country"),
    is_served=some.booleans(),
    postcode=some.sampled_from(POSTCODES),
)
zones = some.lists(
    some.builds(
        ZoneRates,
        name=some.just("A zone"),
        country_codes=some.frozensets(some.sampled_from(COUNTRIES)),
        methods=some.lists(methods(codes=CODES), max_size=2, unique_by=lambda m: m.code).map(
            tuple
        ),
    ),
    max_size=2,
)
worlds = some.fixed_dictionaries(
    {"place": places, "load": loads.map(lambda copies: Load(tuple(copies))), "zones": zones}
)


@quickly
@given(worlds, some.lists(notices, max_size=3), notices)
def test_a_notice_more_makes_nothing_cheaper_quicker_or_possible(world, in_force, another):
    without = rules.decide(**world, notices=in_force)
    with_it = rules.decide(**world, notices=[*in_force, another])

    assert with_it.can_be_sent <= without.can_be_sent
    for offer in with_it.offers:
        before = without.offer(offer.quote.method_code)
        assert before is not None
        assert offer.quote.price == before.quote.price
        assert offer.quote.min_days == before.quote.min_days
        assert offer.quote.max_days >= before.quote.max_days
        assert len(offer.to_acknowledge) >= len(before.to_acknowledge)


@quickly
@given(worlds, some.lists(notices, min_size=1, max_size=4))
def test_a_notice_less_blocks_nothing(world, in_force):
    with_all = rules.decide(**world, notices=in_force)

    for gone in range(len(in_force)):
        kept = in_force[:gone] + in_force[gone + 1 :]
        assert rules.decide(**world, notices=kept).can_be_sent >= with_all.can_be_sent


@quickly
@given(worlds, some.lists(notices, max_size=4))
def test_what_is_offered_at_the_checkout_may_leave_the_house(world, in_force):
    decision = rules.decide(**world, notices=in_force)

    stopped = {
        code
        for code in CODES
        if rules.stopping(in_force, place=world["place"], method_code=code)
    }

    assert stopped.isdisjoint(offer.quote.method_code for offer in decision.offers)
    for refusal in decision.refusals:
        assert refusal.reason


def can_be_filled(parcels, copies):
    """Tell whether whole copies fill the parcels to the gram: by trying all ways."""
    rest = sorted(copies, reverse=True)

    def fill(room, number):
        if number == len(rest):
            return not any(room)
        tried = set()
        for place, free in enumerate(room):
            if free >= rest[number] and free not in tried:
                tried.add(free)
                left = [*room[:place], free - rest[number], *room[place + 1 :]]
                if fill(left, number + 1):
                    return True
        return False

    return fill(list(parcels), 0)
