"""Whatever way a message is written, the same books arrive in the catalogue."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from catalog.models import Category, Contributor, Product, SearchHeading
from tests.catalog.onix.messages import (
    EPUB,
    PAMPHLET,
    PAPERBACK,
    REFERENCE,
    SHORT,
    isbn,
    load,
    message,
    product,
)

pytestmark = pytest.mark.django_db


def rewritten(encoding):
    text = REFERENCE.read_text("utf-8").replace('encoding="UTF-8"', f'encoding="{encoding}"')
    return text.encode(encoding, "xmlcharrefreplace")


def without_namespace():
    text = REFERENCE.read_text("utf-8")
    return text.replace(' xmlns="http://ns.editeur.org/onix/3.0/reference"', "")


def with_prefix():
    text = without_namespace().replace("<p>", "<o:p>").replace("</p>", "</o:p>")
    text = text.replace("<ONIXMessage", '<o:ONIXMessage xmlns:o="urn:onix"')
    text = text.replace("</ONIXMessage", "</o:ONIXMessage")
    return text.replace("<Product>", "<o:Product>").replace("</Product>", "</o:Product>")


WAYS = {
    "reference tags": REFERENCE,
    "short tags": SHORT,
    "no namespace": without_namespace(),
    "a prefix": with_prefix(),
    "UTF-16": rewritten("UTF-16"),
    "ISO-8859-1": rewritten("ISO-8859-1"),
}


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def report(request):
    return load(request.param)


def test_every_record_is_loaded_and_nothing_skipped(report):
    assert (report.records, report.new, report.works_new, report.skipped) == (3, 3, 2, [])


def test_the_work_has_title_people_and_texts(report):
    work = Product.objects.get(slug="the-prison-letters")

    assert (work.title, work.subtitle, work.sort_title) == (
        "The Prison Letters",
        "A Selection",
        "Prison Letters",
    )
    assert [(p.contributor.name, p.role, p.position) for p in work.contributions.all()] == [
        ("Rosa Luxemburg", "A01", 1),
        ("Zoë Müller", "B06", 2),
    ]
    assert work.short_description == "<p>Letters &amp; notes from prison.</p>"
    assert work.description == "<p>Written in <strong>Wronke</strong>.</p>"
    assert work.table_of_contents == "<ol><li>1916</li><li>1917</li></ol>"
    assert (work.pull_quote, work.pull_quote_source) == (
        "Tender & bold.",
        "A reviewer, A review",
    )
    assert (work.original_language, work.first_published) == ("ger", 1920)


def test_the_author_has_years_biography_and_further_reading(report):
    rosa = Contributor.objects.get(name="Rosa Luxemburg")

    assert (rosa.sort_name, rosa.slug, rosa.born, rosa.died, rosa.wikidata) == (
        "Luxemburg, Rosa",
        "rosa-luxemburg",
        1871,
        1919,
        "Q7231",
    )
    assert rosa.biography == "<p>Born in <em>Zamość</em>.</p>"
    assert [(link.label, link.url) for link in rosa.links.all()] == [
        ("Letters & essays", "https://example.org/luxemburg")
    ]
    assert Contributor.objects.get(name="Zoë Müller").sort_name == "Müller, Zoë"


def test_the_main_subject_comes_first(report):
    work = Product.objects.get(slug="the-prison-letters")

    subjects = [link.category for link in work.productcategory_set.order_by("pk")]
    assert [(s.code, s.name, s.slug) for s in subjects] == [
        ("JPFC", "Marxism and Communism", "marxism-and-communism"),
        ("DND", "Letters", "letters"),
    ]
    assert Category.objects.count() == 2


def test_the_work_belongs_to_its_series(report):
    work = Product.objects.get(slug="the-prison-letters")

    assert (str(work.series), work.series_number) == ("The Café Library", "7")


def test_the_paperback_has_its_measures_price_and_stock(report):
    edition = Product.objects.get(upc=PAPERBACK)

    assert (edition.publication_type, edition.status, edition.slug) == (
        "paperback",
        "on_sale",
        "paperback",
    )
    assert (edition.weight_g, edition.height_mm, edition.width_mm) == (680, 229, 152)
    assert (edition.pages, edition.language) == (245, "eng")
    assert (edition.published_on, str(edition.imprint)) == (
        date(2021, 5, 1),
        "Éditions du Test",
    )
    stock = edition.stockrecords.get()
    assert (stock.price, stock.price_currency, stock.num_in_stock) == (
        Decimal("24.95"),
        "USD",
        42,
    )
    assert (stock.partner_sku, stock.partner.name) == (PAPERBACK, settings.SHOP_NAME)


def test_the_ebook_is_an_edition_of_the_same_work_and_keeps_no_stock(report):
    edition = Product.objects.get(upc=EPUB)

    assert edition.parent == Product.objects.get(upc=PAPERBACK).parent
    assert (edition.title, edition.publication_type) == ("The Prison Letters", "epub")
    assert edition.stockrecords.get().num_in_stock is None


def test_the_work_recommends_the_other(report):
    work = Product.objects.get(slug="the-prison-letters")

    assert [other.title for other in work.recommended_products.all()] == [
        "Reform or Revolution"
    ]


def test_search_knows_the_work_and_its_editions(report):
    work = Product.objects.get(upc=PAMPHLET).parent

    assert SearchHeading.objects.get(kind="work", target=work.pk).name == work.title


def test_what_is_not_kept_is_counted(report):
    assert report.ignored["Subject", "scheme 10, BISAC"] == 1
    assert report.ignored["Subject", "scheme 20, keywords"] == 1
    assert report.ignored["Price", "GBP"] == 1
    assert report.ignored["TextContent", "type 06, only the first is kept"] == 1


def test_a_message_on_a_single_line_is_read(db):
    books = product(isbn(1)), product(isbn(2), title="Capital")

    report = load(message(*books).replace("\n", " "))

    assert (report.new, report.skipped) == (2, [])


def test_html_without_a_declared_format_is_taken_for_html_and_cleaned():
    text = (
        "<TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience>"
        "<Text>&lt;p onclick='x'&gt;A &lt;i&gt;fine&lt;/i&gt; book&lt;/p&gt;</Text>"
        "</TextContent>"
    )

    load(message(product(isbn(1), collateral=text)))

    assert Product.objects.get(structure="parent").description == "<p>A <i>fine</i> book</p>"


def test_a_plain_text_may_hold_signs_that_mean_something_in_html():
    text = (
        "<TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience>"
        "<Text>Proves that x&lt;y &amp; more.</Text></TextContent>"
    )

    load(message(product(isbn(1), collateral=text)))

    description = Product.objects.get(structure="parent").description
    assert description == "<p>Proves that x&lt;y &amp; more.</p>"


def test_a_text_for_the_trade_is_not_shown_to_readers():
    text = (
        "<TextContent><TextType>03</TextType><ContentAudience>02</ContentAudience>"
        "<Text>Discounts for bulk orders.</Text></TextContent>"
    )

    report = load(message(product(isbn(1), collateral=text)))

    assert Product.objects.get(structure="parent").description == ""
    assert report.ignored["TextContent", "type 03, for audience 02"] == 1
