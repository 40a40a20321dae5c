"""What an interruption does: a table, one line a case."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shipping import rules
from shipping.rates import BandRates, Load, MethodRates, ZoneRates
from shipping.rules import Notice, Place, Severity

BANDS = (BandRates(1000, Decimal("18.50")), BandRates(5000, Decimal("46.00")))
STANDARD = MethodRates("gb-standard", "Standard", 8, 15, BANDS)
EXPRESS = MethodRates("gb-express", "Express", 3, 5, (BandRates(2000, Decimal("49.00")),))
BRITAIN = ZoneRates("United Kingdom", frozenset(["GB"]), (STANDARD, EXPRESS))
REST = ZoneRates(
    "Rest of the world",
    frozenset(),
    (MethodRates("rest-standard", "Standard", 12, 30, BANDS),),
)
CLOSED = ZoneRates("Nowhere yet", frozenset(["AQ"]), ())
ZONES = [BRITAIN, REST, CLOSED]
ONE_BOOK = Load((680,))

ANYWHERE_IN_BRITAIN = ""
BELFAST, LONDON = "BT1 5GS", "EC1Y 8SY"
BOTH, NONE = "Standard 8-15, Express 3-5", ""


def notice(severity, countries="", *, postcodes=(), methods="", days=0, pk=1):
    return Notice(
        id=pk,
        title="Strike",
        message="Ships wait.",
        severity=Severity(severity),
        countries=frozenset(countries.split()),
        postcodes=tuple(postcodes),
        methods=frozenset(methods.split()),
        delay_days=days,
    )


def decide(*notices, country="GB", postcode=LONDON, load=ONE_BOOK, is_served=True):
    name = {"GB": "the United Kingdom", "JP": "Japan"}.get(country, country)
    place = Place(country, name, is_served=is_served, postcode=postcode)
    return rules.decide(place=place, load=load, zones=ZONES, notices=notices)


def ways(decision):
    """Return the offers in short, such as "Standard 8-15"."""
    quotes = [offer.quote for offer in decision.offers]
    return ", ".join(f"{q.method_name} {q.min_days}-{q.max_days}" for q in quotes)


def has_to_tick(decision):
    return ", ".join(o.quote.method_name for o in decision.offers if o.to_acknowledge)


LATE, EXPRESS_LATE = "Standard 8-22, Express 3-12", "Standard 8-15, Express 3-12"
SLOW, BOTH_WAYS, JAPAN = "Standard 8-15", "Standard, Express", "Standard 12-30"
BT = ["BT"]
BY_EXPRESS, BY_JAPAN = "gb-express", "rest-standard"

# What is given: severity, countries, postcodes, methods. What is left: ways to London, to
# Belfast, to Britain without a postcode; what is to be ticked in Belfast; ways to Japan.
TABLE = [
    ("information", "", [], "", BOTH, BOTH, BOTH, NONE, JAPAN),
    ("information", "GB", [], "", BOTH, BOTH, BOTH, NONE, JAPAN),
    ("information", "GB", BT, "", BOTH, BOTH, BOTH, NONE, JAPAN),
    ("information", "GB", [], BY_EXPRESS, BOTH, BOTH, BOTH, NONE, JAPAN),
    ("delay", "", [], "", LATE, LATE, LATE, NONE, "Standard 12-37"),
    ("delay", "GB", [], "", LATE, LATE, LATE, NONE, JAPAN),
    ("delay", "GB", BT, "", BOTH, LATE, BOTH, NONE, JAPAN),
    ("delay", "GB", [], BY_EXPRESS, EXPRESS_LATE, EXPRESS_LATE, EXPRESS_LATE, NONE, JAPAN),
    ("acknowledge", "", [], "", LATE, LATE, LATE, BOTH_WAYS, "Standard 12-37"),
    ("acknowledge", "GB", [], "", LATE, LATE, LATE, BOTH_WAYS, JAPAN),
    ("acknowledge", "GB", BT, "", BOTH, LATE, BOTH, BOTH_WAYS, JAPAN),
    ("acknowledge", "GB", [], BY_EXPRESS, *[EXPRESS_LATE] * 3, "Express", JAPAN),
    ("suspended", "", [], "", NONE, NONE, NONE, NONE, NONE),
    ("suspended", "GB", [], "", NONE, NONE, NONE, NONE, JAPAN),
    ("suspended", "GB", BT, "", BOTH, NONE, BOTH, NONE, JAPAN),
    ("suspended", "GB", [], BY_EXPRESS, SLOW, SLOW, SLOW, NONE, JAPAN),
    ("suspended", "GB", BT, BY_EXPRESS, BOTH, SLOW, BOTH, NONE, JAPAN),
    ("suspended", "JP", [], "", BOTH, BOTH, BOTH, NONE, NONE),
    ("suspended", "GB JP", [], BY_JAPAN, BOTH, BOTH, BOTH, NONE, NONE),
]


@pytest.mark.parametrize("case", TABLE)
def test_what_a_notice_leaves(case):
    severity, countries, postcodes, methods, london, belfast, unknown, tick, japan = case

    one = notice(severity, countries, postcodes=postcodes, methods=methods, days=7)

    assert ways(decide(one, postcode=LONDON)) == london
    assert ways(decide(one, postcode=BELFAST)) == belfast
    assert ways(decide(one, postcode=ANYWHERE_IN_BRITAIN)) == unknown
    assert has_to_tick(decide(one, postcode=BELFAST)) == tick
    assert ways(decide(one, country="JP", postcode="100-0001")) == japan


@pytest.mark.parametrize(
    ("prefix", "postcode", "is_told"),
    [
        ("BT", "BT1 5GS", True),
        ("BT", "bt15gs", True),
        ("bt ", "BT1 5GS", True),
        ("BT1 5", " bt1  5gs ", True),
        ("SW1A1", "SW1A 1AA", True),
        ("2690-", "2690-317", True),
        ("BT", "B1 1BT", False),
        ("BT", "EC1Y 8SY", False),
        ("BT1 5GS 9", "BT1 5GS", False),
        (" ", "EC1Y 8SY", False),
        ("BT", "", True),
    ],
)
def test_a_postcode_is_compared_without_spaces_hyphens_and_case(prefix, postcode, is_told):
    decision = decide(notice("information", "GB", postcodes=[prefix]), postcode=postcode)

    assert bool(decision.notices) == is_told


def test_a_region_is_not_stopped_while_only_the_country_is_known_but_it_is_told():
    decision = decide(notice("suspended", "GB", postcodes=BT), postcode="")

    assert decision.can_be_sent
    assert [n.severity for n in decision.notices] == ["suspended"]
    assert all(offer.notices for offer in decision.offers)


def test_several_delays_are_not_added_up():
    late = [notice("delay", "GB", days=days, pk=days) for days in [3, 14, 7]]

    assert ways(decide(*late)) == "Standard 8-29, Express 3-19"


def test_what_only_informs_takes_no_days():
    assert ways(decide(notice("information", "GB", days=9))) == BOTH


def test_the_worst_comes_first_and_of_two_alike_the_older():
    severities = ["information", "suspended", "delay", "acknowledge", "delay"]

    decision = decide(*[notice(each, pk=pk) for pk, each in enumerate(severities)])

    assert [n.id for n in decision.notices] == [1, 3, 2, 4, 0]


def test_a_notice_about_ways_that_do_not_lead_there_is_not_shown():
    decision = decide(notice("suspended", methods=BY_EXPRESS), country="JP", postcode="")

    assert decision.notices == ()
    assert ways(decision) == "Standard 12-30"


@pytest.mark.parametrize(
    ("methods", "named"),
    [
        ("", ()),
        ("gb-express", ("Express",)),
        ("gb-express rest-standard", ("Express",)),
        ("gb-standard gb-express", ()),
    ],
)
def test_a_notice_names_the_ways_it_is_limited_to(methods, named):
    (shown,) = decide(notice("delay", methods=methods)).notices

    assert shown.ways == named


def test_a_stopped_way_says_why_and_the_other_is_offered_without_the_notice():
    decision = decide(notice("suspended", "GB", methods=BY_EXPRESS))

    (refusal,) = decision.refusals
    assert (refusal.method_name, refusal.reason) == ("Express", "Ships wait.")
    assert refusal.notice in decision.notices
    assert decision.offer("gb-standard").notices == ()
    assert decision.offer("gb-express") is None
    assert decision.reason == ""


HEAVY, MIDDLING = Load((6000,)), Load((3000,))
ALL_STOPPED, STANDARD_STOPPED = ("suspended", "GB", ""), ("suspended", "GB", "gb-standard")


@pytest.mark.parametrize(
    ("stop", "given", "reason"),
    [
        (None, {}, ""),
        (ALL_STOPPED, {}, "Parcels to the United Kingdom are suspended."),
        (None, {"load": HEAVY}, "No carrier of ours takes this parcel to the United Kingdom."),
        (
            STANDARD_STOPPED,
            {"load": MIDDLING},
            "No carrier of ours takes this parcel to the United Kingdom.",
        ),
        (None, {"country": "AQ"}, "No carrier of ours takes parcels to AQ yet."),
        (None, {"is_served": False}, "We do not send parcels to the United Kingdom."),
        (ALL_STOPPED, {"is_served": False}, "We do not send parcels to the United Kingdom."),
    ],
)
def test_when_nothing_goes_the_reason_is_the_true_one(stop, given, reason):
    severity, countries, methods = stop or ("information", "", "")

    decision = decide(notice(severity, countries, methods=methods), **given)

    assert decision.reason == reason
    assert decision.can_be_sent == (reason == "")
    assert decision.is_suspended == (reason == "Parcels to the United Kingdom are suspended.")


def test_what_stops_a_region_is_not_said_of_the_whole_country():
    stop = notice("suspended", "GB", postcodes=("BT",))

    assert (
        decide(stop, postcode="BT9 5AB").reason
        == "Parcels to BT9 5AB, the United Kingdom, are suspended."
    )
    assert decide(stop, postcode="SW1A 1AA").can_be_sent


def test_a_country_that_a_method_leaves_out_keeps_the_others():
    zone = replace(BRITAIN, methods=(STANDARD, replace(EXPRESS, excluded=frozenset(["GB"]))))
    place = Place("GB", "the United Kingdom")

    decision = rules.decide(place=place, load=ONE_BOOK, zones=[zone], notices=[])

    assert ways(decision) == "Standard 8-15"
    assert [(r.method_name, r.reason) for r in decision.refusals] == [
        ("Express", "it does not go to this country")
    ]


def test_an_end_is_kept_for_the_page():
    ends_at = datetime(2026, 12, 1, tzinfo=UTC)
    until = replace(notice("delay", "GB"), ends_at=ends_at)

    assert decide(until).notices[0].ends_at == ends_at


@pytest.mark.parametrize(
    ("severity", "country", "postcode", "method", "stops"),
    [
        ("suspended", "GB", "BT1 5GS", "gb-standard", True),
        ("suspended", "GB", "EC1Y 8SY", "gb-standard", False),
        ("suspended", "GB", "", "gb-standard", False),
        ("suspended", "GB", "BT1 5GS", "gb-express", False),
        ("suspended", "JP", "BT1 5GS", "gb-standard", False),
        ("acknowledge", "GB", "BT1 5GS", "gb-standard", False),
    ],
)
def test_what_stops_a_parcel_at_the_door(severity, country, postcode, method, stops):
    one = notice(severity, "GB", postcodes=BT, methods="gb-standard")
    place = Place(country, country, postcode=postcode)

    assert bool(rules.stopping([one], place=place, method_code=method)) == stops
