"""Accessibility, copy protection and ISNI: read from ONIX, shown, and edited."""

import pytest
from django.urls import reverse

from catalog.models import Category, Contributor, Product
from tests.books import make_contributor, make_edition, make_work
from tests.catalog.onix.messages import contributor, isbn, load, message, product
from tests.editor import Page

pytestmark = pytest.mark.django_db
BOOK = isbn(1)
DOWNLOAD = "<ProductFormDetail>E101</ProductFormDetail>"


def feature(value, kind="09"):
    return (
        f"<ProductFormFeature><ProductFormFeatureType>{kind}</ProductFormFeatureType>"
        f"<ProductFormFeatureValue>{value}</ProductFormFeatureValue></ProductFormFeature>"
    )


def numbered(kind, value):
    return (
        f"<NameIdentifier><NameIDType>{kind}</NameIDType>"
        f"<IDValue>{value}</IDValue></NameIdentifier>"
    )


def e_book(details, **fields):
    return product(BOOK, form="ED", details=DOWNLOAD + details, weight="", stock="", **fields)


def test_accessibility_features_are_read_in_the_shops_order():
    load(message(e_book(feature("11") + feature("52") + feature("99") + feature("1", "01"))))

    assert Product.objects.get(upc=BOOK).accessibility == ["52", "11"]


def test_what_is_not_kept_of_features_is_counted():
    report = load(message(e_book(feature("99") + feature("1", "01"))))

    assert ("ProductFormFeature", "type 09, 99") in report.ignored
    assert ("ProductFormFeature", "type 01") in report.ignored


def test_copy_protection_is_read():
    protection = "<EpubTechnicalProtection>00</EpubTechnicalProtection>"
    load(message(e_book(protection)))

    assert Product.objects.get(upc=BOOK).protection == "00"


def test_a_record_without_features_empties_them():
    load(message(e_book(feature("11"))))

    load(message(e_book("")))

    assert Product.objects.get(upc=BOOK).accessibility == []


def test_an_isni_is_read():
    person = contributor("Leon Trotsky", extra=numbered("16", "0000 0001 2281 955X"))
    load(message(product(BOOK, descriptive=person)))

    assert Contributor.objects.get().isni == "000000012281955X"


def test_a_wrong_isni_is_counted_and_not_kept():
    person = contributor("Leon Trotsky", extra=numbered("16", "0000 0001 2281 9550"))
    report = load(message(product(BOOK, descriptive=person)))

    assert Contributor.objects.get().isni == ""
    reason = "0000 0001 2281 9550 is not a valid ISNI: check its digits"
    assert ("NameIdentifier", reason) in report.ignored


def test_a_person_is_found_by_isni_under_another_name():
    known = make_contributor("Lev Bronstein", isni="000000012281955X")
    person = contributor("Leon Trotsky", extra=numbered("16", "000000012281955X"))
    load(message(product(BOOK, descriptive=person)))

    assert Contributor.objects.get() == known


def test_two_people_of_one_name_are_told_apart_by_isni():
    people = ["000000012281955X", "0000000121032683"]
    books = [
        product(isbn(n), title=f"Book {n}", descriptive=contributor("A. Smith", extra=extra))
        for n, extra in enumerate((numbered("16", one) for one in people), start=1)
    ]
    load(message(*books))

    assert sorted(Contributor.objects.values_list("isni", flat=True)) == sorted(people)


def test_a_subject_of_this_shop_is_read_and_that_of_another_is_not():
    def subject(shop):
        return (
            "<Subject><SubjectSchemeIdentifier>24</SubjectSchemeIdentifier>"
            f"<SubjectSchemeName>{shop}</SubjectSchemeName>"
            f"<SubjectHeadingText>Read at {shop}</SubjectHeadingText></Subject>"
        )

    both = subject("Meridian Press") + subject("Another shop")
    load(message(product(BOOK, descriptive=both)))

    assert [(one.code, one.name) for one in Category.objects.all()] == [
        ("", "Read at Meridian Press")
    ]


def test_a_line_break_in_a_text_stays_one():
    text = (
        "<TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience>"
        '<Text textformat="05"><p>One<br/>two\u00a0!</p></Text></TextContent>'
    )
    load(message(product(BOOK, collateral=text)))

    assert Product.objects.get(upc=BOOK).parent.description == "<p>One<br>two&nbsp;!</p>"


def test_the_books_page_tells_protection_and_accessibility(client):
    work = make_work()
    make_edition(work, type="epub", protection="00", accessibility=["52", "11"])

    page = client.get(work.get_absolute_url()).text

    assert "<dt>Copy protection</dt><dd>None</dd>" in page
    assert page.index("with a screen reader") < page.index("Table of contents with links")


def test_the_books_page_is_silent_where_nothing_is_known(client):
    work = make_edition(type="epub").parent

    page = client.get(work.get_absolute_url()).text

    assert "Copy protection" not in page
    assert "Accessibility" not in page


def test_staff_tick_accessibility_features(admin_client):
    work = make_edition(type="epub").parent
    page = Page(admin_client, reverse("admin:catalogue_product_change", args=[work.pk]))
    page.fields["children-0-accessibility"] = ["11", "52"]
    page["children-0-protection"] = "02"

    page.save()

    edition = work.children.get()
    assert (edition.accessibility, edition.protection) == (["52", "11"], "02")
    assert "Watermark, no lock" in page.text


def test_staff_enter_an_isni_with_spaces(admin_client):
    person = make_contributor("Leon Trotsky")
    page = Page(admin_client, reverse("admin:catalogue_contributor_change", args=[person.pk]))
    page["isni"] = "0000 0001 2281 955X"

    page.save()

    person.refresh_from_db()
    assert person.isni == "000000012281955X"
    assert page["isni"] == "0000 0001 2281 955X"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0000 0001 2281 9550", "not a valid ISNI: check its digits"),
        ("0000 0001 2281 955X", "Another contributor has this ISNI"),
    ],
)
def test_staff_are_told_what_is_wrong_with_an_isni(admin_client, text, reason):
    make_contributor("Somebody else", isni="000000012281955X")
    person = make_contributor("Leon Trotsky")
    page = Page(admin_client, reverse("admin:catalogue_contributor_change", args=[person.pk]))
    page["isni"] = text

    page.save()

    person.refresh_from_db()
    assert person.isni == ""
    assert reason in page.text


def name_as_subject(name):
    return f"<NameAsSubject><PersonName>{name}</PersonName></NameAsSubject>"


def test_whom_a_book_is_about_is_read_and_stays_when_nobody_is_named():
    make_contributor("Leon Trotsky")
    load(message(product(BOOK, descriptive=name_as_subject("Leon Trotsky"))))

    load(message(product(BOOK)))

    work = Product.objects.get(upc=BOOK).parent
    assert [person.name for person in work.about.all()] == ["Leon Trotsky"]
    assert not work.contributions.exists()
    assert Contributor.objects.count() == 1
