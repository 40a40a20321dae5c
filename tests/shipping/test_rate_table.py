"""The table of rates as CSV, without a database."""

import csv
import io
import string
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipping import rate_table
from shipping.rate_rows import COLUMNS
from shipping.rates import BandRates, MethodRates, ZoneRates

COUNTRIES = frozenset({"GB", "IE", "FR", "DE", "US", "NO"})
HEADER = ",".join(COLUMNS)
GOOD = "Islands,GB IE,,Air,2,4,1.50,100,IE,500,9.00"


def read(*lines, header=HEADER):
    return rate_table.read("\r\n".join([header, *lines]).encode(), countries=COUNTRIES)


def faults(*lines, header=HEADER):
    with pytest.raises(rate_table.Refused) as refused:
        read(*lines, header=header)
    return [str(fault) for fault in refused.value.faults]


def test_a_row_is_a_band_of_a_method_of_a_zone():
    zones = read(
        GOOD, "Islands,IE GB,,Air,2,4,1.50,100.00,IE,250,7.5", "World,,Pay duty,,,,,,,,"
    )

    air = MethodRates(
        code="",
        name="Air",
        min_days=2,
        max_days=4,
        bands=(BandRates(250, Decimal("7.50")), BandRates(500, Decimal("9.00"))),
        handling=Decimal("1.50"),
        free_from=Decimal("100.00"),
        excluded=frozenset({"IE"}),
    )
    assert zones == (
        ZoneRates("Islands", frozenset({"GB", "IE"}), (air,), ""),
        ZoneRates("World", frozenset(), (), "Pay duty"),
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Islands,GB XX,,Air,2,4,,,,500,9", "XX in countries is no country we know."),
        ("Islands,GB GB,,Air,2,4,,,,500,9", "GB is twice in countries."),
        ("Islands,GB,,Air,2,4,,,QQ,500,9", "QQ in excluded is no country we know."),
        ("Islands,GB,,Air,2,4,,,FR,500,9", "FR in excluded is not in the zone Islands."),
        ("Islands,GB,,Air,2,4,,,,500,-9.00", "price cannot be negative: -9.00."),
        ("Islands,GB,,Air,2,4,-1,,,500,9", "handling cannot be negative: -1."),
        ("Islands,GB,,Air,2,4,,-1,,500,9", "free_from cannot be negative: -1."),
        ("Islands,GB,,Air,2,4,,,,500,", "price is an amount such as 5.50, not ''."),
        ("Islands,GB,,Air,2,4,,,,500,9.999", "price is an amount such as 5.50, not '9.999'."),
        ("Islands,GB,,Air,2,4,,,,500,1e3", "price is an amount such as 5.50, not '1e3'."),
        ("Islands,GB,,Air,2,4,,,,500,NaN", "price is an amount such as 5.50, not 'NaN'."),
        ('Islands,GB,,Air,2,4,,,,500,"9,00"', "price is an amount such as 5.50, not '9,00'."),
        (
            "Islands,GB,,Air,2,4,,,,0,9",
            "up_to_g is a whole number from 1 to 2147483647, not '0'.",
        ),
        (
            "Islands,GB,,Air,2,4,,,,2147483648,9",
            "up_to_g is a whole number from 1 to 2147483647, not '2147483648'.",
        ),
        (
            "Islands,GB,,Air,x,4,,,,500,9",
            "min_days is a whole number from 0 to 32767, not 'x'.",
        ),
        ("Islands,GB,,Air,5,4,,,,500,9", "min_days 5 is more than max_days 4."),
        ("Islands,GB,,,2,4,,,,500,9", "There are rates, but the method has no name."),
        (",GB,,Air,2,4,,,,500,9", "The zone has no name."),
        (f"{'x' * 101},GB,,Air,2,4,,,,500,9", "zone is longer than 100 letters."),
        (f"Islands,GB,{'x' * 301},Air,2,4,,,,500,9", "duties is longer than 300 letters."),
        ("Islands,GB,,Air,2,4,,,,500,9,more", "There are more cells than columns."),
    ],
)
def test_a_bad_row_is_refused_by_its_line(row, reason):
    assert faults("World,,,Air,2,4,,,,500,9", row) == [f"Line 3: {reason}"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Isles,IE,,Air,2,4,,,,500,9", "IE is in the zone Islands already (line 2)."),
        (
            "Islands,GB,,Air,2,4,1.50,100,IE,600,9",
            "countries and duties of Islands differ from line 2.",
        ),
        (
            "Islands,GB IE,,Air,2,5,1.50,100,IE,600,9",
            "Air differs from line 2 in its days or terms.",
        ),
        (
            "Islands,GB IE,,Air,2,4,1.50,100,IE,500,8",
            "There is a price up to 500 g already (line 2).",
        ),
    ],
    ids=["country in two zones", "zone differs", "method differs", "band twice"],
)
def test_rows_that_contradict_each_other_are_refused(row, reason):
    assert f"Line 3: {reason}" in faults(GOOD, row)


def test_two_zones_for_the_rest_of_the_world_are_refused():
    assert faults("World,,,,,,,,,,", "Moon,,,,,,,,,,") == [
        "Line 3: Moon and World (line 2) both name no country."
    ]


def test_every_fault_of_a_table_is_named_at_once():
    rows = ["A,XX,,Air,2,4,,,,500,9", GOOD, "B,FR,,Air,2,4,,,,500,-1", "C,IE,,,,,,,,,"]

    assert [fault.partition(":")[0] for fault in faults(*rows)] == [
        "Line 2",
        "Line 4",
        "Line 5",
    ]


def test_a_cell_of_several_lines_does_not_shift_the_numbers_of_lines():
    assert faults('Islands,GB,"Pay\nduty",Air,2,4,,,,500,9', "B,XX,,,,,,,,,") == [
        "Line 4: XX in countries is no country we know."
    ]


def test_missing_columns_are_named():
    assert faults(GOOD, header="zone,countries,method") == [
        "Line 1: Columns are missing: duties, min_days, max_days, handling, free_from, "
        "excluded, up_to_g, price."
    ]


def test_columns_may_stand_in_any_order_with_others_between():
    row = dict(zip(COLUMNS, GOOD.split(","), strict=True))
    columns = [*reversed(COLUMNS), "remarks"]

    shuffled = read(
        ",".join([*(row[c] for c in reversed(COLUMNS)), "ours"]), header=",".join(columns)
    )

    assert shuffled == read(GOOD)


def test_a_table_with_semicolons_and_a_byte_order_mark_is_read():
    text = "\ufeff" + HEADER.replace(",", ";") + "\r\n" + GOOD.replace(",", ";")

    assert rate_table.read(text.encode(), countries=COUNTRIES) == read(GOOD)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Line 1: The file is empty."),
        (HEADER.encode(), "Line 1: There is no zone in it."),
        ("zone\nÎles".encode("latin-1"), "Line 2: This is not UTF-8: save it as CSV UTF-8."),
        (b"PK\3\4\0\0", "Line 1: There is a NUL in it: this is no text."),
        (b"x" * 500_001, "The file is larger than 500 kB."),
    ],
    ids=["empty", "no rows", "latin-1", "a spreadsheet", "too large"],
)
def test_what_is_no_table_is_refused(data, reason):
    with pytest.raises(rate_table.Refused) as refused:
        rate_table.read(data, countries=COUNTRIES)

    assert [str(fault) for fault in refused.value.faults] == [reason]


def test_an_open_quote_is_refused():
    (fault,) = faults('"Islands,GB,,Air')

    assert fault.startswith("Line 2: This is no row of CSV: ")


@pytest.mark.parametrize(
    "name",
    ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\uff1dA1", "'=1", "''@x"],
)
def test_what_a_spreadsheet_would_run_is_written_as_text(name):
    zone = ZoneRates(name, frozenset({"GB"}), (), duties=name)

    text = rate_table.write([zone])

    _, row = csv.reader(io.StringIO(text))
    assert row[0] == row[2] == f"'{name}"
    assert rate_table.read(text.encode(), countries=COUNTRIES) == (zone,)


def test_an_ordinary_apostrophe_stays():
    text = rate_table.write([ZoneRates("'s-Hertogenbosch", frozenset(), ())])

    assert "\r\n's-Hertogenbosch," in text


names = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("=+-@',;\"\n\r\t"),
    min_size=1,
    max_size=100,
).map(str.strip)
named = names.filter(bool)
amounts = st.decimals(0, 9_999_999, places=2)
methods = st.builds(
    MethodRates,
    code=st.just(""),
    name=named,
    min_days=st.integers(0, 50),
    max_days=st.integers(50, 32_767),
    bands=st.dictionaries(st.integers(1, 2_147_483_647), amounts, max_size=4).map(
        lambda bands: tuple(BandRates(*band) for band in sorted(bands.items()))
    ),
    handling=amounts,
    free_from=st.none() | amounts,
)


@st.composite
def tables(draw):
    """Zones that share no country, at most one of them the rest of the world."""
    zone_names = draw(st.lists(named, min_size=1, max_size=4, unique=True))
    left = sorted(COUNTRIES)
    zones = []
    for number, name in enumerate(zone_names):
        codes = left[number : number + 1] if number else []
        own = draw(st.lists(methods, max_size=3, unique_by=lambda method: method.name))
        excluded = frozenset(draw(st.sampled_from([[], codes])))
        own = tuple(replace(method, excluded=excluded) for method in own)
        zones.append(ZoneRates(name, frozenset(codes), own, draw(names)))
    return tuple(zones)


@given(tables())
def test_a_table_that_was_written_is_read_back_as_it_was(zones):
    text = rate_table.write(zones)

    assert rate_table.read(text.encode("utf-8-sig"), countries=COUNTRIES) == zones


@given(st.binary(max_size=300) | st.text(string.printable, max_size=300).map(str.encode))
def test_whatever_is_uploaded_is_read_or_refused(data):
    for table in [data, HEADER.encode() + b"\n" + data]:
        try:
            found = rate_table.read(table, countries=COUNTRIES)
        except rate_table.Refused as refusal:
            found = refusal.faults

        assert found


def test_rows_that_are_nearly_right_are_read_or_refused():
    cells = st.sampled_from(
        ["", "GB", "Air", "2", "-1", "9.00", "=1", "x" * 101, "\u0661", "1e9"]
    )

    @given(st.lists(st.lists(cells, min_size=11, max_size=11), min_size=1, max_size=5))
    def tried(rows):
        text = io.StringIO()
        csv.writer(text).writerows([COLUMNS, *rows])
        try:
            zones = rate_table.read(text.getvalue().encode(), countries=COUNTRIES)
        except rate_table.Refused:
            return
        again = rate_table.read(rate_table.write(zones).encode(), countries=COUNTRIES)
        assert again == zones

    tried()
