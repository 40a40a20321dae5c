"""Editions are grouped by what the message says, never by title."""

import pytest
from oscar.core.loading import get_model

from catalog.models import Product
from tests.catalog.onix.messages import (
    isbn,
    load,
    message,
    product,
    related_product,
    related_work,
    titled,
)

pytestmark = pytest.mark.django_db

ProductRecommendation = get_model("catalogue", "ProductRecommendation")
HARDCOVER, PAPERBACK, EPUB, PDF = (isbn(number) for number in range(1, 5))
DOWNLOAD = {"form": "ED", "details": "<ProductFormDetail>E101</ProductFormDetail>"}


def works():
    """Return the ISBNs of each work's editions."""
    parents = Product.objects.filter(structure="parent").order_by("pk")
    return [sorted(parent.children.values_list("upc", flat=True)) for parent in parents]


@pytest.mark.parametrize("relation", ["06", "13", "27"])
def test_formats_that_name_each_other_are_one_work(relation):
    load(
        message(
            product(PAPERBACK),
            product(EPUB, related=related_product(PAPERBACK, relation), **DOWNLOAD),
        )
    )

    assert works() == [[PAPERBACK, EPUB]]


def test_relations_carry_over_several_steps():
    load(
        message(
            product(HARDCOVER, form="BB", related=related_product(PAPERBACK)),
            product(isbn(9), title="Another book"),
            product(EPUB, related=related_work("W1"), **DOWNLOAD),
            product(PAPERBACK, related=related_work("W1")),
        )
    )

    assert works() == [[isbn(9)], [HARDCOVER, PAPERBACK, EPUB]]


def test_an_edition_that_is_only_named_still_joins_two_others():
    load(
        message(
            product(HARDCOVER, form="BB", related=related_product(PDF)),
            product(PAPERBACK, related=related_product(PDF)),
        )
    )

    assert works() == [[HARDCOVER, PAPERBACK]]


def test_the_same_title_is_not_the_same_work():
    load(message(product(HARDCOVER, form="BB"), product(PAPERBACK)))

    assert works() == [[HARDCOVER], [PAPERBACK]]
    slugs = Product.objects.filter(structure="parent").order_by("pk")
    assert list(slugs.values_list("slug", flat=True)) == [
        "my-life",
        f"my-life-{PAPERBACK}",
    ]


def test_a_novel_called_feed_does_not_hide_behind_the_feed(client):
    load(message(product(HARDCOVER, title="Feed")))

    work = Product.objects.get(structure="parent")
    assert work.slug == f"feed-{HARDCOVER}"
    assert "Feed" in client.get(work.get_absolute_url()).text


@pytest.mark.parametrize("relation", ["03", "23", "11"])
def test_other_relations_do_not_join_works(relation):
    load(
        message(
            product(HARDCOVER), product(PAPERBACK, related=related_product(HARDCOVER, relation))
        )
    )

    assert len(works()) == 2


def test_numbers_of_different_schemes_do_not_join_works():
    load(
        message(
            product(HARDCOVER, related=related_work("1", scheme="The press")),
            product(PAPERBACK, related=related_work("1", scheme="Another press")),
        )
    )

    assert len(works()) == 2


@pytest.mark.parametrize(
    "related",
    [related_product(HARDCOVER), related_work("W1")],
    ids=["by an edition in the catalogue", "by the number of the work"],
)
def test_a_later_message_adds_an_edition_to_the_work(related):
    load(message(product(HARDCOVER, form="BB", related=related_work("W1"))))

    report = load(message(product(EPUB, related=related, **DOWNLOAD)))

    assert works() == [[HARDCOVER, EPUB]]
    assert (report.new, report.works_new) == (1, 0)


def test_a_number_without_a_scheme_is_not_remembered():
    load(message(product(HARDCOVER, related=related_work("1", scheme=""))))

    load(message(product(EPUB, related=related_work("1", scheme=""), **DOWNLOAD)))

    assert len(works()) == 2


def test_a_record_that_is_not_loaded_joins_no_works():
    both = related_product(HARDCOVER) + related_product(PAPERBACK)

    load(
        message(
            product(HARDCOVER, form="BB"),
            product(PAPERBACK),
            product(EPUB, notification="04", related=both),
        )
    )

    assert works() == [[HARDCOVER], [PAPERBACK]]


def test_works_that_are_apart_stay_apart_and_it_is_said():
    load(message(product(HARDCOVER, form="BB"), product(PAPERBACK)))

    report = load(
        message(
            product(HARDCOVER, form="BB", related=related_product(PAPERBACK)),
            product(PAPERBACK),
        )
    )

    assert works() == [[HARDCOVER], [PAPERBACK]]
    assert "left apart" in report.remarks[0].text


def test_every_edition_has_the_title_of_its_work():
    report = load(
        message(
            product(HARDCOVER, related=related_product(PAPERBACK), title="My Life"),
            product(PAPERBACK, title="My Life (paperback)"),
        )
    )

    assert set(Product.objects.values_list("title", flat=True)) == {"My Life"}
    assert [remark.reference for remark in report.remarks] == [PAPERBACK]


def test_a_new_title_reaches_the_editions_without_a_record():
    load(message(product(HARDCOVER, related=related_product(PAPERBACK)), product(PAPERBACK)))

    load(message(product(HARDCOVER, title="His Life")))

    assert set(Product.objects.values_list("title", flat=True)) == {"His Life"}
    assert Product.objects.get(structure="parent").slug == "my-life"


def test_a_second_edition_of_the_same_type_gets_a_numbered_address():
    load(
        message(
            product(HARDCOVER, form="BC", related=related_product(PAPERBACK)),
            product(PAPERBACK),
        )
    )

    assert [Product.objects.get(upc=number).slug for number in (HARDCOVER, PAPERBACK)] == [
        "paperback",
        "paperback-2",
    ]


def test_a_title_without_latin_letters_gets_an_address_of_its_own():
    load(message(product(PAPERBACK, title="Моя жизнь")))

    assert Product.objects.get(structure="parent").slug == PAPERBACK


def test_the_first_named_recommendation_ranks_highest():
    named = [isbn(number) for number in (11, 12, 13)]
    similar = "".join(related_product(number, "23") for number in [*named, isbn(99)])

    report = load(
        message(
            product(PAPERBACK, related=similar + related_product(PAPERBACK, "23")),
            *(product(number, title=f"Book {number}") for number in named),
        )
    )

    work = Product.objects.get(upc=PAPERBACK).parent
    ranked = ProductRecommendation.objects.filter(primary=work).order_by("-ranking")
    assert [link.recommendation.children.get().upc for link in ranked] == named
    assert report.recommendations_unknown == 1


def test_recommendations_chosen_by_staff_stay_when_the_message_names_none():
    load(message(product(PAPERBACK), product(isbn(11), title="Capital")))
    work, other = Product.objects.filter(structure="parent").order_by("pk")
    ProductRecommendation.objects.create(primary=work, recommendation=other)

    load(message(product(PAPERBACK)))

    assert list(work.recommended_products.all()) == [other]


def series(name, number="", kind="10", sequence=""):
    part = (
        "<TitleElement><TitleElementLevel>01</TitleElementLevel>"
        f"<PartNumber>{number}</PartNumber></TitleElement>"
    )
    title = titled(name).replace("Level>01", "Level>02")
    title = title.replace("</TitleDetail>", f"{part if number else ''}</TitleDetail>")
    return f"<Collection><CollectionType>{kind}</CollectionType>{sequence}{title}</Collection>"


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        (series("Classics", "3"), ("Classics", "3")),
        (series("Classics", kind="11"), ("Classics", "")),
        (
            series(
                "Classics",
                sequence="<CollectionSequence><CollectionSequenceType>02"
                "</CollectionSequenceType><CollectionSequenceNumber>4"
                "</CollectionSequenceNumber></CollectionSequence>",
            ),
            ("Classics", "4"),
        ),
        (series("Somebody's list", "3", kind="20"), ("None", "")),
    ],
    ids=["publisher's", "collection éditoriale", "by sequence", "ascribed by others"],
)
def test_a_work_stands_in_the_publishers_series(collection, expected):
    load(message(product(PAPERBACK, descriptive=collection)))

    work = Product.objects.get(structure="parent")
    assert (str(work.series), work.series_number) == expected
