"""A bad record is reported with its reference, line and reason, and stops no other."""

import pytest

from catalog.models import Product
from tests.catalog.onix.messages import (
    identifier,
    isbn,
    load,
    message,
    price,
    product,
    published,
)

pytestmark = pytest.mark.django_db

GOOD = product(isbn(1), reference="good")
BAD = {
    "no ISBN": ({"identifiers": identifier("01", "ABC-1")}, "no ISBN"),
    "a wrong check digit": (
        {"identifiers": identifier("15", "9782707154298")},
        "9782707154298 is not a valid ISBN: check its digits",
    ),
    "no title": ({"title": ""}, "no title"),
    "a title too long": ({"title": "x" * 256}, "title or subtitle longer than 255"),
    "a form we do not sell": ({"form": "PC"}, "form PC is not sold here"),
    "an audio CD": ({"form": "AC"}, "form AC is not sold here"),
    "a book of unknown binding": ({"form": "BA"}, "form BA is not sold here"),
    "an e-book of unknown format": ({"form": "ED"}, "form ED is not sold here"),
    "an e-book for one device": (
        {"form": "ED", "details": "<ProductFormDetail>E116</ProductFormDetail>"},
        "form ED with E116 is not sold here",
    ),
    "a day that never was": (
        {"publishing": published("20210230")},
        "PublishingDate '20210230' is not a date",
    ),
    "a date in words": (
        {"publishing": published("next spring", "12")},
        "PublishingDate 'next spring' is not a date",
    ),
    "a price in words": ({"prices": price("cheap")}, "PriceAmount 'cheap' is not an amount"),
    "a price below zero": ({"prices": price("-1.00")}, "PriceAmount '-1.00' is not an amount"),
    "an infinite price": ({"prices": price("Infinity")}, "is not an amount"),
    "a price in fractions": (
        {"prices": price("9.995")},
        "PriceAmount '9.995' has more decimals than USD",
    ),
    "a partial update": (
        {"notification": "04"},
        "partial update of 9799830000021, which is not in the catalogue: ask the sender",
    ),
    "a test": ({"notification": "89"}, "notification type 89: a test, not loaded"),
    "an unknown kind of record": (
        {"notification": "77"},
        "notification type 77: not in list 1, not loaded",
    ),
}


@pytest.mark.parametrize(("parts", "reason"), BAD.values(), ids=BAD.keys())
def test_the_good_records_around_a_bad_one_are_loaded(parts, reason):
    bad = product(isbn(2), reference="bad", **parts)
    last = product(isbn(3), reference="last", title="Capital")

    report = load(message(GOOD, bad, last))

    assert (report.records, report.new) == (3, 2)
    assert [skipped.reference for skipped in report.skipped] == ["bad"]
    assert reason in report.skipped[0].text
    assert 17 <= report.skipped[0].line <= 31
    assert set(Product.objects.filter(structure="child").values_list("upc", flat=True)) == {
        isbn(1),
        isbn(3),
    }


def test_a_record_with_nothing_but_its_number_is_skipped():
    bare = (
        "<Product><RecordReference>bare</RecordReference>"
        f"<NotificationType>03</NotificationType>{identifier('15', isbn(2))}</Product>"
    )

    report = load(message(bare, GOOD))

    assert report.skipped[0].text == "no title: the record has no DescriptiveDetail"
    assert report.new == 1


def test_the_second_record_with_a_reference_is_a_duplicate():
    report = load(message(GOOD, product(isbn(2), reference="good")))

    assert [(skipped.text, skipped.line) for skipped in report.skipped] == [
        ("RecordReference good was already used on line 3", 17)
    ]
    assert Product.objects.get(structure="child").upc == isbn(1)


def test_the_second_record_of_an_edition_is_a_duplicate():
    again = product(isbn(1), reference="again", title="Other")

    report = load(message(GOOD, again))

    assert [skipped.text for skipped in report.skipped] == [
        f"ISBN {isbn(1)} was already used on line 3"
    ]
    assert Product.objects.get(structure="child").title == "My Life"


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        (identifier("15", "978-0-87348-144-1"), "9780873481441"),
        (identifier("03", "9780007232833"), "9780007232833"),
        (identifier("02", "0007232837"), "9780007232833"),
        (identifier("03", "5012345678900") + identifier("02", "0007232837"), "9780007232833"),
        (identifier("02", "wrong") + identifier("15", "9780007232833"), "9780007232833"),
    ],
    ids=["with hyphens", "as GTIN", "of ten digits", "beside another GTIN", "best first"],
)
def test_the_isbn_is_found_among_the_identifiers(identifiers, expected):
    report = load(message(product("x", identifiers=identifiers)))

    assert [skipped.text for skipped in report.skipped] == []
    assert Product.objects.get(structure="child").upc == expected


@pytest.mark.parametrize(
    ("form", "details", "expected"),
    [
        ("BB", [], "hardcover"),
        ("BC", ["B105"], "paperback"),
        ("BF", [], "pamphlet"),
        ("BA", ["B102"], "paperback"),
        ("BA", ["B402"], "hardcover"),
        ("ED", ["E101"], "epub"),
        ("EA", ["E107"], "pdf"),
        ("ED", ["E200", "E101"], "epub"),
        ("AJ", ["A103"], "audio"),
        ("AN", [], "audio"),
    ],
)
def test_the_form_gives_the_publication_type(form, details, expected):
    codes = "".join(f"<ProductFormDetail>{d}</ProductFormDetail>" for d in details)

    load(message(product(isbn(1), form=form, details=codes)))

    assert Product.objects.get(structure="child").publication_type == expected


def subject(code, heading="", *, is_main=False):
    return (
        f"<Subject>{'<MainSubject/>' if is_main else ''}"
        "<SubjectSchemeIdentifier>93</SubjectSchemeIdentifier>"
        f"<SubjectCode>{code}</SubjectCode>"
        f"<SubjectHeadingText>{heading}</SubjectHeadingText></Subject>"
    )


def subjects_of(work):
    return [link.category.name for link in work.productcategory_set.order_by("pk")]


def test_a_subject_without_a_heading_is_named_by_its_code_and_reported():
    report = load(message(product(isbn(1), descriptive=subject("FFP"))))

    assert subjects_of(Product.objects.get(structure="parent")) == ["FFP"]
    assert report.remarks[0].text.startswith("Thema FFP has no heading")


def test_a_known_subject_keeps_its_name_and_its_address():
    load(message(product(isbn(1), descriptive=subject("FFP", "Crime"))))

    load(message(product(isbn(1), descriptive=subject("FFP", "Crime fiction"))))

    assert subjects_of(Product.objects.get(structure="parent")) == ["Crime"]


def test_two_subjects_of_one_name_have_two_addresses():
    both = subject("DNC", "Memoirs") + subject("DNB", "Memoirs")

    load(message(product(isbn(1), descriptive=both)))

    work = Product.objects.get(structure="parent")
    slugs = [link.category.slug for link in work.productcategory_set.order_by("pk")]
    assert slugs == ["memoirs", "memoirs-dnb"]


def test_a_new_main_subject_moves_to_the_front():
    memoirs, left = subject("DNC", "Memoirs"), subject("JPF", "Left")
    load(message(product(isbn(1), descriptive=memoirs + left)))

    main = subject("JPF", "Left", is_main=True)
    load(message(product(isbn(1), descriptive=memoirs + main)))

    work = Product.objects.get(structure="parent")
    assert subjects_of(work) == ["Left", "Memoirs"]
    moved = set(work.productcategory_set.values_list("pk", flat=True))
    load(message(product(isbn(1), descriptive=memoirs + main)))
    assert set(work.productcategory_set.values_list("pk", flat=True)) == moved


def test_a_qualifier_is_never_a_subject():
    report = load(message(product(isbn(1), descriptive=subject("1DNS", "Sweden"))))

    assert subjects_of(Product.objects.get(structure="parent")) == []
    assert report.ignored["Subject", "scheme 93, 1DNS: not a subject by itself"] == 1
