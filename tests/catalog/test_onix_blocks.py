"""A block update (notification 04) replaces the blocks it has and leaves the others."""

import pytest

from catalog.models import Product
from tests.catalog.onix.messages import (
    PAPERBACK,
    REFERENCE,
    contributor,
    identifier,
    isbn,
    load,
    message,
    price,
    product,
    published,
    related_product,
    titled,
)

pytestmark = pytest.mark.django_db

BOOK = isbn(1)


def update(*blocks, number=BOOK):
    return (
        "<Product><RecordReference>u</RecordReference><NotificationType>04</NotificationType>"
        f"{identifier('15', number)}{''.join(blocks)}</Product>"
    )


def supply(availability="21", *, inside="", market=""):
    return (
        f"<ProductSupply>{market}<SupplyDetail><ProductAvailability>{availability}"
        f"</ProductAvailability>{inside}</SupplyDetail></ProductSupply>"
    )


def publishing(status="", dates=""):
    told = f"<PublishingStatus>{status}</PublishingStatus>" if status else ""
    return f"<PublishingDetail>{told}{dates}</PublishingDetail>"


def described():
    """Return what the reference message says, but for what block 6 tells."""
    edition = Product.objects.get(upc=PAPERBACK)
    work = edition.parent
    return (
        [edition.title, edition.pages, edition.weight_g, edition.language],
        [work.subtitle, work.description, work.pull_quote, work.series_id, work.byline],
        list(work.categories.order_by("pk").values_list("code", flat=True)),
        [edition.published_on, edition.imprint_id, work.first_published],
        work.recommended_products.count(),
    )


def test_a_new_price_and_stock_leave_everything_else():
    load(REFERENCE)
    before = described()

    changed = supply(inside="<Stock><OnHand>7</OnHand></Stock>" + price("19.00"))
    report = load(message(update(changed, number=PAPERBACK)))

    stock = Product.objects.get(upc=PAPERBACK).stockrecords.get()
    assert (stock.price, stock.num_in_stock) == (19, 7)
    assert described() == before
    assert (report.changed, report.works_changed, report.skipped) == (1, 0, [])


def test_a_new_text_leaves_title_people_and_price():
    load(REFERENCE)
    text = "<TextContent><TextType>03</TextType><Text>Anew.</Text></TextContent>"

    load(message(update(f"<CollateralDetail>{text}</CollateralDetail>", number=PAPERBACK)))

    edition = Product.objects.get(upc=PAPERBACK)
    work = edition.parent
    assert (work.description, work.short_description) == ("<p>Anew.</p>", "")
    assert (work.title, work.subtitle) == ("The Prison Letters", "A Selection")
    assert str(edition.stockrecords.get().price) == "24.95"
    assert edition.pages == 245


def test_an_empty_block_takes_all_of_it_away():
    load(REFERENCE)

    load(message(update("<CollateralDetail/>", number=PAPERBACK)))

    work = Product.objects.get(upc=PAPERBACK).parent
    assert (work.description, work.pull_quote, work.pull_quote_source) == ("", "", "")
    assert work.contributions.count() == 2


def test_a_new_description_of_the_product_leaves_texts_dates_and_supply():
    load(REFERENCE)
    block = (
        "<DescriptiveDetail><ProductComposition>00</ProductComposition>"
        f"<ProductForm>BB</ProductForm>{titled('Letters')}"
        f"{contributor('Rosa Luxemburg')}</DescriptiveDetail>"
    )

    load(message(update(block, number=PAPERBACK)))

    edition = Product.objects.get(upc=PAPERBACK)
    work = edition.parent
    assert (edition.title, edition.publication_type, edition.pages) == (
        "Letters",
        "hardcover",
        None,
    )
    assert work.byline == "Rosa Luxemburg"
    assert "Wronke" in work.description
    assert str(edition.published_on) == "2021-05-01"
    assert edition.stockrecords.get().num_in_stock == 42


def test_new_relations_change_what_is_recommended_and_no_work():
    load(REFERENCE)
    load(message(product(BOOK, title="Other")))

    block = f"<RelatedMaterial>{related_product(BOOK, '23')}</RelatedMaterial>"
    load(message(update(block, number=PAPERBACK)))

    work = Product.objects.get(upc=PAPERBACK).parent
    assert [other.title for other in work.recommended_products.all()] == ["Other"]
    assert described()[:1] == (["The Prison Letters", 245, 680, "eng"],)


def test_an_update_of_an_unknown_edition_is_reported():
    report = load(message(update(supply())))

    assert [line.text for line in report.skipped] == [
        f"partial update of {BOOK}, which is not in the catalogue: ask the sender for a full "
        "record (type 03)"
    ]
    assert not Product.objects.exists()


def test_an_update_does_not_bring_back_a_deleted_edition():
    load(message(product(BOOK)))
    load(message(product(BOOK, notification="05")))

    report = load(message(update(supply())))

    assert "which was deleted" in report.skipped[0].text
    assert Product.objects.get(upc=BOOK).is_public is False


def test_an_update_for_another_market_leaves_ours():
    load(message(product(BOOK)))
    abroad = "<Market><Territory><CountriesIncluded>AU</CountriesIncluded></Territory></Market>"

    load(message(update(supply("40", inside=price("9.00"), market=abroad))))

    edition = Product.objects.get(upc=BOOK)
    assert (str(edition.stockrecords.get().price), edition.status) == ("24.95", "on_sale")


STATUSES = {
    "sold out for now": ("on_sale", supply("32"), "reprinting"),
    "back from the printer": ("reprinting", supply("21"), "on_sale"),
    "no longer supplied": ("on_sale", supply("40"), "withdrawn"),
    "the supplier does not know": ("reprinting", supply("99"), "reprinting"),
    "in the house before its day": ("forthcoming", supply("21"), "forthcoming"),
    "recalled": ("on_sale", publishing("15"), "withdrawn"),
    "out of print, copies left": ("on_sale", publishing("07"), "on_sale"),
    "published": ("forthcoming", publishing("04", published("20260901")), "on_sale"),
    "put off": ("on_sale", publishing("02", published("20270101")), "forthcoming"),
    "active, still at the printer": ("reprinting", publishing("04"), "reprinting"),
    "a new imprint alone": ("reprinting", publishing(), "reprinting"),
    "both blocks": ("forthcoming", publishing("04") + supply("21"), "on_sale"),
}


@pytest.mark.parametrize(("before", "blocks", "after"), STATUSES.values(), ids=STATUSES)
def test_the_status_follows_from_what_is_said_and_what_is_known(before, blocks, after):
    load(message(product(BOOK)))
    Product.objects.filter(upc=BOOK).update(status=before, published_on="2026-12-01")

    load(message(update(blocks)))

    assert Product.objects.get(upc=BOOK).status == after


def test_the_same_update_again_changes_nothing():
    load(message(product(BOOK)))
    load(message(update(supply(inside=price("19.00")))))

    report = load(message(update(supply(inside=price("19.00")))))

    assert (report.changed, report.unchanged) == (0, 1)
