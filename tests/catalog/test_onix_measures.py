"""What a parcel weighs and when a book comes out, in every unit and form that ONIX has."""

from datetime import date

import pytest

from catalog.models import Product
from tests.catalog.onix.messages import isbn, load, message, product, published

pytestmark = pytest.mark.django_db

BOOK = isbn(1)


@pytest.mark.parametrize(
    ("value", "unit", "grams"),
    [
        ("195", "gr", 195),
        ("0.6185", "kg", 619),
        ("1.5", "lb", 680),
        ("12", "oz", 340),
        ("10.5", "gr", 11),
    ],
)
def test_weights_become_grams_halves_rounded_up(value, unit, grams):
    weight = (
        f"<Measure><MeasureType>08</MeasureType><Measurement>{value}</Measurement>"
        f"<MeasureUnitCode>{unit}</MeasureUnitCode></Measure>"
    )

    load(message(product(BOOK, weight=weight)))

    assert Product.objects.get(upc=BOOK).weight_g == grams


@pytest.mark.parametrize(
    ("value", "unit"), [("0", "gr"), ("heavy", "gr"), ("5", "px"), ("-1", "kg")]
)
def test_a_weight_that_makes_no_sense_is_counted_and_the_book_reported(value, unit):
    weight = (
        f"<Measure><MeasureType>08</MeasureType><Measurement>{value}</Measurement>"
        f"<MeasureUnitCode>{unit}</MeasureUnitCode></Measure>"
    )

    report = load(message(product(BOOK, weight=weight)))

    assert Product.objects.get(upc=BOOK).weight_g is None
    assert report.ignored["Measure", f"type 08, {value} {unit}"] == 1
    assert "no weight: its shipping cannot be reckoned" in report.remarks[0].text


def test_a_download_needs_no_weight():
    report = load(message(product(BOOK, form="AJ", weight="")))

    assert report.remarks == []


@pytest.mark.parametrize(
    ("text", "form", "day", "is_exact"),
    [
        ("20210501", "00", date(2021, 5, 1), True),
        ("202105", "01", date(2021, 5, 1), False),
        ("202118", "02", date(2021, 5, 3), False),
        ("20212", "03", date(2021, 4, 1), False),
        ("20213", "04", date(2021, 9, 1), False),
        ("2021", "05", date(2021, 1, 1), False),
        ("2021050120210531", "06", date(2021, 5, 1), False),
        ("20210501T1200", "13", date(2021, 5, 1), True),
        ("20210501T120000", "14", date(2021, 5, 1), True),
        ("202105", "", date(2021, 5, 1), False),
    ],
)
def test_dates_are_read_in_every_form_and_vague_ones_reported(text, form, day, is_exact):
    publishing = published(text, form).replace(' dateformat=""', "")

    report = load(message(product(BOOK, publishing=publishing)))

    assert Product.objects.get(upc=BOOK).published_on == day
    assert bool(report.remarks) != is_exact
